"""How the numbers of a book are written, such as `{sequence:09d}/PCBB-{agency}`.

A pattern without the sequence, the agency or (in a yearly book) the year would give a number twice.
"""

import re
from typing import Final

SAYS: Final = (
    "{agency} and {sequence} once each, the latter perhaps as {sequence:09d}, {year} where the book"
    " begins anew each year, and no other braces"
)
_PLACE: Final = re.compile(r"\{(agency|sequence|year)(?:(?<=sequence):0?\dd)?\}")
_READ: Final = {"sequence": r"(?P<sequence>\d{1,9})", "year": r"(?P<year>\d{4})"}


def is_sound(pattern: str, *, yearly: bool) -> bool:
    """Whether no two numbers that it writes can be alike."""
    places = _PLACE.findall(pattern)
    needed = {"agency", "sequence", "year"} if yearly else {"agency", "sequence"}
    left_over = set(_PLACE.sub("", pattern)) & set("{}")
    once = len(places) == len(set(places))
    return once and not left_over and needed <= set(places)


def written(pattern: str, *, sequence: int, agency: str, year: int) -> str:
    """A number as the pattern writes it."""
    return pattern.format(sequence=sequence, agency=agency, year=year)


def read(pattern: str, number: str, *, agency: str) -> tuple[int, int | None] | None:
    """Sequence and year (if it names one) of a number; None if the pattern does not write it so."""
    found = re.fullmatch(_expression(pattern, agency), number)
    if found is None or "sequence" not in found.groupdict():
        return None
    said = found.groupdict().get("year")
    year, sequence = int(said or 0), int(found["sequence"])
    again = written(pattern, sequence=sequence, agency=agency, year=year)
    return (sequence, int(said) if said else None) if again == number else None


def _expression(pattern: str, agency: str) -> str:
    parts, last = [], 0
    for place in _PLACE.finditer(pattern):
        parts += [re.escape(pattern[last : place.start()]), _READ.get(place[1], re.escape(agency))]
        last = place.end()
    return "".join([*parts, re.escape(pattern[last:])])
