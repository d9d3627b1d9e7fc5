"""What a person without an account is asked for beside the mailed link, as a profile says it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

_EARLIEST: Final = date(1900, 1, 1)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class FactKind(StrEnum):
    """How a second fact is written."""

    DATE = "date"
    DIGITS = "digits"


@dataclass(frozen=True)
class SecondFact:
    """Something that the person knows and a thief of the mail does not: a date, or `length` digits.

    `name` and `hint` are texts by language.
    """

    code: str
    kind: FactKind
    name: Mapping[str, str]
    hint: Mapping[str, str]
    length: int = 0

    def read(self, text: str, *, today: date) -> str | None:
        """The fact in its one spelling, however it was typed; None when it cannot be one."""
        if self.kind is FactKind.DATE:
            return _date(text.strip(), today)
        digits = re.sub(r"[\s.\-]", "", text)
        return digits if re.fullmatch(rf"[0-9]{{{self.length}}}", digits) else None


@dataclass(frozen=True)
class GuestRules:
    """Whether services may be used without an account at all, and how.

    `code` names the fact that is asked of newcomers; the others are kept for those who came before.
    """

    allowed: bool = False
    link_days: int = 30
    code: str = ""
    facts: Mapping[str, SecondFact] | None = None

    @property
    def fact(self) -> SecondFact:
        """What newcomers are asked for."""
        return (self.facts or {})[self.code]

    def fact_of(self, code: str) -> SecondFact | None:
        """A fact by its code; None for one that the profile no longer knows."""
        return (self.facts or {}).get(code)


NOBODY: Final = GuestRules()


def read_rules(data: Mapping[str, Any]) -> GuestRules:
    """What a profile says under `without_account`; nothing is allowed where it says nothing."""
    if not data:
        return NOBODY
    facts = {
        code: SecondFact(
            code, FactKind(fact["kind"]), fact["name"], fact.get("hint", {}), fact.get("length", 0)
        )
        for code, fact in data["second_facts"].items()
    }
    code = data["second_fact"]
    if code not in facts:
        raise ValueError(f"without_account: there is no second fact “{code}”")
    return GuestRules(bool(data["allowed"]), int(data["link_days"]), code, facts)


def _date(text: str, today: date) -> str | None:
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    else:
        return None
    try:
        given = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return given.isoformat() if _EARLIEST <= given < today else None
