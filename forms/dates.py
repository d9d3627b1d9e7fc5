"""Dates and times as people type them: 21/11/2026, three boxes, or ISO 8601."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from core import clock

PARTS = ("day", "month", "year")
YEAR_DIGITS = 4
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})\s*[:hH.]\s*(\d{2})(?:[:.]00)?", re.ASCII)


def read_date(value: Any) -> date | None:
    """The date; None for what is none. Takes texts and `{"day": …, "month": …, "year": …}`."""
    numbers = _from_boxes(value) if isinstance(value, Mapping) else _from_text(value)
    try:
        return date(*numbers) if numbers else None
    except ValueError:
        return None


def read_time(value: Any) -> time | None:
    """A time of the day such as 8:30 or 08h30; None for what is none."""
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        return time(int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def today() -> date:
    """The current day in the zone that the app was configured with."""
    return clock.now().astimezone(clock.zone()).date()


def date_text(value: str) -> str:
    """An ISO date as dd/mm/yyyy; other texts as they are."""
    found = read_date(value)
    return found.strftime("%d/%m/%Y") if found else value


def boxes(value: Any) -> dict[str, str]:
    """What stands in the three boxes of a date, as typed when it is no date."""
    if isinstance(value, Mapping):
        return {part: str(value.get(part, "")) for part in PARTS}
    found = read_date(value)
    if found:
        return {"day": str(found.day), "month": str(found.month), "year": str(found.year)}
    return dict.fromkeys(PARTS, "")


def _from_boxes(value: Mapping[str, Any]) -> tuple[int, int, int] | None:
    typed = [str(value.get(part, "")).strip() for part in PARTS]
    if not all(text.isascii() and text.isdigit() for text in typed) or len(typed[2]) != YEAR_DIGITS:
        return None
    return int(typed[2]), int(typed[1]), int(typed[0])


def _from_text(value: Any) -> tuple[int, int, int] | None:
    text = value.strip() if isinstance(value, str) else ""
    if found := _ISO.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DAY_FIRST.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    return None
