"""How a place writes national codes of dossiers: pattern, width, when the sequence begins anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from core.errors import InvalidSetting

_PERIODS: Final = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y", "never": ""}
_BARE: Final = "{sequence}"
_FIRST: Final = date(2026, 1, 1)
# A day of another period than the first: whatever the pattern leaves out shows by two equal codes.
_OTHERS: Final = {
    "day": (date(2026, 1, 2), date(2026, 2, 1), date(2027, 1, 1)),
    "month": (date(2026, 2, 1), date(2027, 1, 1)),
    "year": (date(2027, 1, 1),),
    "never": (),
}


@dataclass(frozen=True)
class DossierCodes:
    """`pattern` has {agency}, {sequence} and, as `resets` demands, {date:%y%m%d}.

    `width` counts the digits of the sequence where the pattern does not say it itself; a sequence that
    has outgrown it is written whole.
    """

    pattern: str
    resets: str = "day"
    width: int = 4

    def period(self, day: date) -> str:
        """In which a sequence begins anew; empty where it never does."""
        return day.strftime(_PERIODS[self.resets])

    def written(self, agency: str, day: date, sequence: int) -> str:
        """A code."""
        pattern = self.pattern.replace(_BARE, f"{{sequence:0{self.width}d}}")
        return pattern.format(agency=agency, date=day, sequence=sequence)


def read_codes(stated: Mapping[str, Any]) -> DossierCodes:
    """The rule that a profile states; raises InvalidSetting where two dossiers would get one code."""
    codes = DossierCodes(stated["pattern"], stated.get("resets", "day"), stated.get("width", 4))
    if not _is_sound(codes):
        raise InvalidSetting(variable="dossier_code", value=codes.pattern)
    return codes


def _is_sound(codes: DossierCodes) -> bool:
    if codes.resets not in _PERIODS:
        return False
    try:
        first = codes.written("A", _FIRST, 1)
        others = [codes.written("A", day, 1) for day in _OTHERS[codes.resets]]
        others += [codes.written("B", _FIRST, 1), codes.written("A", _FIRST, 2)]
    except (KeyError, ValueError, IndexError, AttributeError):
        return False
    return first not in others
