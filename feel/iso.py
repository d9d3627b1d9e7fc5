"""Read the ISO 8601 texts of dates and times. Whatever is not exactly right reads as None."""

import re

from feel.durations import NANOSECONDS as _NANOSECONDS
from feel.durations import Duration, fraction_nanoseconds, parse_duration
from feel.temporal import (
    DAY_NANOSECONDS,
    MOST_OFFSET_SECONDS,
    Date,
    DateTime,
    Time,
    at_local,
    known_zone,
    make_date,
)

_DATE = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(\.\d+)?"
    r"(?:(Z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z0-9_+/-]{1,64}))?",
    re.ASCII,
)


def parse_date(text: str) -> Date | None:
    """2026-01-31"""
    match = _DATE.fullmatch(text)
    return make_date(int(match[1]), int(match[2]), int(match[3])) if match else None


def parse_time(text: str) -> Time | None:
    """08:30:00, 08:30:00.5, 08:30:00Z, 08:30:00+07:00 or 08:30:00@Asia/Ho_Chi_Minh"""
    time = _parse_clock(text)
    return Time(time.nanoseconds % DAY_NANOSECONDS, time.offset, time.zone) if time else None


def parse_date_time(text: str) -> DateTime | None:
    """2026-01-31T08:30:00 with the zones of a time; a date alone means its midnight."""
    day_text, separator, time_text = text.partition("T")
    day = parse_date(day_text)
    time = _parse_clock(time_text) if separator else Time(0)
    if day is None or time is None:
        return None
    # 24:00:00 is the next day's first moment.
    return at_local(day.ordinal * DAY_NANOSECONDS + time.nanoseconds, time)


def parse_literal(text: str) -> Date | Time | DateTime | Duration | None:
    """The value of @"text", of whichever kind it is."""
    if "T" in text and not text.lstrip("-").startswith("P"):
        return parse_date_time(text)
    return parse_date(text) or parse_time(text) or parse_duration(text)


def _parse_clock(text: str) -> Time | None:
    """A time of day up to 24:00:00, which only a date can carry into the next day."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3])
    seconds = hour * 3_600 + minute * 60 + second
    nanoseconds = seconds * _NANOSECONDS + fraction_nanoseconds(match[4])
    if minute > 59 or second > 59 or nanoseconds > DAY_NANOSECONDS:  # noqa: PLR2004 - a clock
        return None
    return _with_zone(nanoseconds, match)


def _with_zone(nanoseconds: int, match: re.Match[str]) -> Time | None:
    if match[10]:
        return Time(nanoseconds, zone=match[10]) if known_zone(match[10]) else None
    if match[5]:
        return Time(nanoseconds, offset=0)
    if match[6] is None:
        return Time(nanoseconds)
    offset = int(match[7]) * 3_600 + int(match[8]) * 60 + int(match[9] or 0)
    if offset > MOST_OFFSET_SECONDS or int(match[8]) > 59:  # noqa: PLR2004 - a clock
        return None
    return Time(nanoseconds, offset=-offset if match[6] == "-" else offset)
