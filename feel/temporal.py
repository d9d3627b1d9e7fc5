"""Dates and times as FEEL has them: years of nine digits, nanoseconds, offsets and named zones.

Python's own types end at the year 9999 and at microseconds, so these stand inside an evaluation;
`values.py` turns them into Python's at the border wherever nothing is lost.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feel.durations import NANOSECONDS, seconds_text

DAY_SECONDS = 86_400
DAY_NANOSECONDS = DAY_SECONDS * NANOSECONDS
MOST_YEARS = 999_999_999
MOST_OFFSET_SECONDS = 18 * 3_600
_DAYS_BEFORE_EPOCH = 719_468
_DAYS_OF_ERA = 146_097
_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 2


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A day of the proleptic Gregorian calendar."""

    year: int
    month: int
    day: int

    @property
    def ordinal(self) -> int:
        """Days since 1970-01-01."""
        return ordinal(self.year, self.month, self.day)

    @property
    def weekday(self) -> int:
        """1 on Monday to 7 on Sunday."""
        return (self.ordinal + 3) % 7 + 1

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day; `offset` in seconds east of UTC, or a named `zone`, or neither (local)."""

    nanoseconds: int
    offset: int | None = None
    zone: str | None = None

    @property
    def hour(self) -> int:
        """0 to 23."""
        return self.nanoseconds // (3_600 * NANOSECONDS)

    @property
    def minute(self) -> int:
        """0 to 59."""
        return self.nanoseconds // (60 * NANOSECONDS) % 60

    @property
    def second(self) -> int:
        """0 to 59, without its fraction."""
        return self.nanoseconds // NANOSECONDS % 60

    @property
    def is_local(self) -> bool:
        """True when neither offset nor zone is known."""
        return self.offset is None and self.zone is None

    @property
    def offset_seconds(self) -> int:
        """The offset; of a named zone its standard one, since a bare time has no date to tell more."""
        if self.zone is not None:
            return zone_offset(self.zone, ordinal(2000, 1, 1) * DAY_SECONDS)
        return self.offset or 0

    def __str__(self) -> str:
        seconds = seconds_text(self.nanoseconds % (60 * NANOSECONDS))
        padding = "0" if len(seconds.partition(".")[0]) == 1 else ""
        return f"{self.hour:02d}:{self.minute:02d}:{padding}{seconds}{self._zone_text()}"

    def _zone_text(self) -> str:
        if self.zone is not None:
            return f"@{self.zone}"
        return "" if self.offset is None else offset_text(self.offset)


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date and a time of day."""

    date: Date
    time: Time

    @property
    def local_nanoseconds(self) -> int:
        """Nanoseconds from 1970-01-01T00:00:00 to what the clock on the wall shows."""
        return self.date.ordinal * DAY_NANOSECONDS + self.time.nanoseconds

    @property
    def offset_seconds(self) -> int:
        """The offset from UTC in force at this moment; 0 for a local time."""
        if self.time.zone is not None:
            return zone_offset(self.time.zone, self.local_nanoseconds // NANOSECONDS)
        return self.time.offset or 0

    @property
    def instant(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00Z; a local time counts as UTC."""
        return self.local_nanoseconds - self.offset_seconds * NANOSECONDS

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


def ordinal(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to this day, for any year (H. Hinnant, days_from_civil)."""
    year -= month <= _FEBRUARY
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * _DAYS_OF_ERA + day_of_era - _DAYS_BEFORE_EPOCH


def date_at(days: int) -> Date | None:
    """The day so many days after 1970-01-01, or None beyond the calendar."""
    era, day_of_era = divmod(days + _DAYS_BEFORE_EPOCH, _DAYS_OF_ERA)
    leap_days = day_of_era // 1_460 - day_of_era // 36_524 + day_of_era // 146_096
    year_of_era = (day_of_era - leap_days) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = (shifted + 2) % 12 + 1
    year = year_of_era + era * 400 + (month <= _FEBRUARY)
    return make_date(year, month, day_of_year - (153 * shifted + 2) // 5 + 1)


def month_length(year: int, month: int) -> int:
    """Days of the month."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == _FEBRUARY and leap else _MONTH_LENGTHS[month - 1]


def make_date(year: int, month: int, day: int) -> Date | None:
    """The date, or None when there is no such day."""
    known = abs(year) <= MOST_YEARS and 1 <= month <= len(_MONTH_LENGTHS)
    if not known or not 1 <= day <= month_length(year, month):
        return None
    return Date(year, month, day)


def add_months(day: Date, months: int) -> Date | None:
    """The same day so many months later, or that month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return make_date(year, month + 1, min(day.day, month_length(year, month + 1)))


def at_local(nanoseconds: int, like: Time) -> DateTime | None:
    """The moment that a clock in the zone of `like` shows as so many nanoseconds after 1970."""
    days, rest = divmod(nanoseconds, DAY_NANOSECONDS)
    day = date_at(days)
    return DateTime(day, Time(rest, like.offset, like.zone)) if day else None


def at_instant(instant: int, like: Time) -> DateTime | None:
    """The moment with this instant, told in the zone of `like`."""
    offset = like.offset or 0
    if like.zone is not None:
        offset = _offset_at_instant(like.zone, instant // NANOSECONDS)
    return at_local(instant + offset * NANOSECONDS, like)


def zone_offset(zone: str, local_seconds: int) -> int:
    """Seconds east of UTC where the wall clock of the zone shows this moment."""
    moment = _python_moment(local_seconds).replace(tzinfo=known_zone(zone))
    return _offset_of(moment)


def _offset_at_instant(zone: str, seconds: int) -> int:
    moment = _python_moment(seconds).replace(tzinfo=UTC)
    return _offset_of(moment.astimezone(known_zone(zone)))


def _offset_of(moment: datetime) -> int:
    offset = moment.utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _python_moment(seconds: int) -> datetime:
    """The moment as Python can hold it; far years borrow the rules of the nearest century."""
    days, rest = divmod(seconds, DAY_SECONDS)
    day = date_at(days) or Date(2000, 1, 1)
    year = max(2, day.year) if day.year <= _LAST_PYTHON_YEAR else 2000 + day.year % 400
    usable = min(day.day, month_length(year, day.month))
    clock = rest // 3_600, rest // 60 % 60, rest % 60
    return datetime(year, day.month, usable, *clock)  # noqa: DTZ001 - the caller adds the zone


_LAST_PYTHON_YEAR = 9_998


@lru_cache(maxsize=1024)
def known_zone(name: str) -> ZoneInfo | None:
    """The zone of the time zone database with this name, or None."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def offset_text(seconds: int) -> str:
    """Z, +07:00 or -03:30."""
    if seconds == 0:
        return "Z"
    hours, rest = divmod(abs(seconds), 3_600)
    tail = f":{rest % 60:02d}" if rest % 60 else ""
    return f"{'-' if seconds < 0 else '+'}{hours:02d}:{rest // 60:02d}{tail}"
