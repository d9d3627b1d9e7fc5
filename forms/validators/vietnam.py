"""Numbers that Vietnam gives to people and organisations, forgiving how they are typed."""

import re

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.vn import mst

from core.errors import N_
from forms.validators.outcome import Unacceptable

_SEPARATORS = re.compile(r"[\s.\-‐‑–_/]+")
_PERSON_ID = re.compile(r"\d{12}", re.ASCII)
_PHONE = re.compile(r"(\+84|0)\d{9,10}", re.ASCII)


def organisation_number(text: str) -> str:
    """A tax code: 10 digits, 13 for a branch (written with a hyphen), both with a check digit.

    Household businesses and individuals use the 12-digit personal number, which has none.
    """
    compact = _SEPARATORS.sub("", text)
    if _PERSON_ID.fullmatch(compact):
        return compact
    try:
        return str(mst.format(mst.validate(compact)))
    except InvalidChecksum as error:
        raise Unacceptable(
            N_("“%(label)s” has a wrong digit. Compare it with the registration certificate")
        ) from error
    except ValidationError as error:
        raise Unacceptable(
            N_("“%(label)s” must have 10 digits, 13 for a branch, or 12 for a household business")
        ) from error


def person_id(text: str) -> str:
    """The personal identification number: 12 digits without a check digit."""
    compact = _SEPARATORS.sub("", text)
    if not _PERSON_ID.fullmatch(compact):
        raise Unacceptable(N_("“%(label)s” must have 12 digits, as on the identity card"))
    return compact


def phone_number(text: str) -> str:
    """A Vietnamese phone number, kept as +84 and the digits after the zero."""
    compact = _SEPARATORS.sub("", text).replace("(", "").replace(")", "")
    if not _PHONE.fullmatch(compact):
        raise Unacceptable(N_("Enter “%(label)s” as a phone number, such as 0912 345 678"))
    return compact if compact.startswith("+") else f"+84{compact[1:]}"


VALIDATORS = {
    "organisation-number": organisation_number,
    "person-id": person_id,
    "phone-number": phone_number,
}
