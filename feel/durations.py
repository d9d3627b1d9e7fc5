"""The two kinds of duration of DMN 10.3.2.3: they never mix, because months have no fixed length."""

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

NANOSECONDS = 1_000_000_000
_DAY = 86_400 * NANOSECONDS
# No legal period comes near; beyond it, sums would only burn time.
_MOST_MONTHS = 12 * 10**10
_MOST_NANOSECONDS = 366 * 10**10 * _DAY

_DAYS = re.compile(
    r"(-?)P(?:(\d{1,15})D)?(?:T(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,15})(\.\d{0,15})?S)?)?",
    re.ASCII,
)
_MONTHS = re.compile(r"(-?)P(?:(\d{1,15})Y)?(?:(\d{1,15})M)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class DaysDuration:
    """A days and time duration, exact to the nanosecond."""

    nanoseconds: int

    @property
    def seconds(self) -> Decimal:
        """The whole length in seconds."""
        return Decimal(self.nanoseconds) / NANOSECONDS

    def __str__(self) -> str:
        days, rest = divmod(abs(self.nanoseconds), _DAY)
        hours, rest = divmod(rest, 3_600 * NANOSECONDS)
        minutes, rest = divmod(rest, 60 * NANOSECONDS)
        clock = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M")) if count)
        clock += f"{seconds_text(rest)}S" if rest else ""
        text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
        return ("-" if self.nanoseconds < 0 else "") + "P" + (text or "T0S")


@dataclass(frozen=True, slots=True, order=True)
class MonthsDuration:
    """A years and months duration, counted in months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if self.months < 0 else "") + "P" + (text or "0M")


Duration = DaysDuration | MonthsDuration


def days_duration(nanoseconds: int | Decimal) -> DaysDuration | None:
    """A duration of so many nanoseconds, or None beyond what is sensible."""
    if not -_MOST_NANOSECONDS <= nanoseconds <= _MOST_NANOSECONDS:
        return None
    return DaysDuration(int(nanoseconds))


def months_duration(months: int | Decimal) -> MonthsDuration | None:
    """A duration of so many months, or None beyond what is sensible."""
    if not -_MOST_MONTHS <= months <= _MOST_MONTHS:
        return None
    return MonthsDuration(int(months))


def parse_duration(text: str) -> Duration | None:
    """Read ISO 8601 such as P10DT2H or P1Y6M; None when the text is no duration."""
    if text[-1:] in ("P", "T"):
        return None
    if match := _MONTHS.fullmatch(text):
        sign, years, months = match.groups()
        return months_duration(_signed(sign, int(years or 0) * 12 + int(months or 0)))
    if match := _DAYS.fullmatch(text):
        return _days_of(match)
    return None


def _days_of(match: re.Match[str]) -> DaysDuration | None:
    sign, days, hours, minutes, seconds, fraction = match.groups()
    whole = int(days or 0) * 86_400 + int(hours or 0) * 3_600 + int(minutes or 0) * 60
    nanoseconds = (whole + int(seconds or 0)) * NANOSECONDS + fraction_nanoseconds(fraction)
    return days_duration(_signed(sign, nanoseconds))


def _signed(sign: str, amount: int) -> int:
    return -amount if sign else amount


def fraction_nanoseconds(fraction: str | None) -> int:
    """The nanoseconds of a fraction such as “.25”; finer digits are cut off."""
    return int((fraction or ".")[1:10].ljust(9, "0"))


def seconds_text(nanoseconds: int) -> str:
    """Seconds with as many decimals as needed."""
    whole, fraction = divmod(nanoseconds, NANOSECONDS)
    return f"{whole}.{fraction:09d}".rstrip("0") if fraction else str(whole)


def whole(number: Decimal) -> int:
    """The integer part of a number."""
    return int(number.to_integral_value(ROUND_DOWN))
