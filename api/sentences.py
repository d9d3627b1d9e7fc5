"""What marshmallow says about a field, as sentences that can be translated."""

import re
from typing import Final

from core.errors import N_
from core.i18n import translated

FIXED: Final = (
    N_("Field may not be null."),
    N_("Invalid input type."),
    N_("Missing data for required field."),
    N_("Not a file with a name."),
    N_("Not a valid UUID."),
    N_("Not a valid boolean."),
    N_("Not a valid date."),
    N_("Not a valid integer."),
    N_("Not a valid list."),
    N_("Not a valid mapping type."),
    N_("Not a valid number."),
    N_("Not a valid string."),
    N_("Special numeric values (nan or infinity) are not permitted."),
    N_("String does not match expected pattern."),
    N_("Unknown field."),
)
PHRASES: Final = (
    (re.compile(r"Must be one of: (?P<choices>.+)\."), N_("Must be one of: %(choices)s.")),
    (
        re.compile(r"Longer than maximum length (?P<max>\d+)\."),
        N_("Longer than maximum length %(max)s."),
    ),
    (
        re.compile(r"Length must be between (?P<min>\d+) and (?P<max>\d+)\."),
        N_("Length must be between %(min)s and %(max)s."),
    ),
    (
        re.compile(
            r"Must be greater than or equal to (?P<min>\S+)"
            r" and less than or equal to (?P<max>\S+)\."
        ),
        N_("Must be between %(min)s and %(max)s."),
    ),
    (
        re.compile(r"Must be greater than or equal to (?P<min>\S+)\."),
        N_("Must be %(min)s or more."),
    ),
)


def in_callers_language(sentence: str) -> str:
    """A sentence of marshmallow's, translated; one that is not known stays as it is."""
    for pattern, message in PHRASES:
        if found := pattern.fullmatch(sentence):
            return translated(message, found.groupdict())
    return translated(sentence) if sentence in FIXED else sentence
