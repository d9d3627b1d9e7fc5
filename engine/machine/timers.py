"""When a timer is due: a date, a duration, or a cycle; ISO 8601 texts, cron or FEEL values."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from engine.errors import ElementFailed
from engine.machine.cron import is_cron, read_cron
from engine.machine.effects import Wait
from engine.machine.expressions import Value

FOR_EVER = -1
MONTHS_A_YEAR = 12
DECEMBER = 12

_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)
_CYCLE = re.compile(r"R(\d{0,6})/(?:([^/]+)/)?(P[^/]+)", re.ASCII)


@dataclass(frozen=True)
class Timer:
    """A timer as drawn."""

    kind: Literal["date", "duration", "cycle"]
    value: Value

    def wait(self, branch: int, element_id: str, context: Mapping[str, Any], now: datetime) -> Wait:
        """The wait for its first firing; raises ElementFailed when the value makes no sense."""
        value = self.value.of(context)
        if self.kind == "cycle":
            repeats, first, interval = read_cycle(str(value), now)
            return Wait(
                branch, "timer", element_id, due_at=first, repeats=repeats, interval=interval
            )
        due = moment_of(value) if self.kind == "date" else after(str(value), now)
        return Wait(branch, "timer", element_id, due_at=due)


def next_firing(wait: Wait, now: datetime) -> Wait | None:
    """The wait after a firing of a cycle; None when it is over.

    Firings missed while nothing ran are not made up for: the next one is in the future.
    """
    if not wait.interval or wait.due_at is None or wait.repeats in {0, 1}:
        return None
    if is_cycle_of_cron(wait):
        return replace(wait, due_at=read_cron(wait.interval).next_after(max(now, wait.due_at)))
    due, left = wait.due_at, wait.repeats
    while True:
        due, left = after(wait.interval, due), left if left == FOR_EVER else left - 1
        if due > now or left == 1:
            return replace(wait, due_at=due, repeats=left)


def is_cycle_of_cron(wait: Wait) -> bool:
    """Whether a timer repeats by the calendar rather than after an interval."""
    return not wait.interval.startswith("P")


def moment_of(value: Any) -> datetime:
    """An aware moment from a FEEL value or an ISO 8601 text; raises ElementFailed."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.partition("@")[0])
        except ValueError as error:
            raise ElementFailed(f"not a date and time: {value!r}") from error
    if not isinstance(value, datetime):
        kind = "a date without a time" if isinstance(value, date) else repr(value)
        raise ElementFailed(f"a date and time with its zone is needed, not {kind}")
    if value.tzinfo is None:
        raise ElementFailed(f"the moment {value.isoformat()} has no time zone: add Z or an offset")
    return value.astimezone(UTC)


def after(duration: str, start: datetime) -> datetime:
    """The moment a duration after another one; months end at the latest on their last day."""
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise ElementFailed(f"not an ISO 8601 duration, such as P14D or PT2H: {duration!r}")
    years, months, weeks, days, hours, minutes, seconds = (float(x or 0) for x in match.groups())
    try:
        moved = _months_later(start, int(years) * MONTHS_A_YEAR + int(months))
        return moved + timedelta(
            weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds
        )
    except (OverflowError, ValueError) as error:
        raise ElementFailed(f"the duration {duration!r} leads beyond the year 9999") from error


def _months_later(start: datetime, months: int) -> datetime:
    if not months:
        return start
    month0 = start.month - 1 + months
    year, month = start.year + month0 // MONTHS_A_YEAR, month0 % MONTHS_A_YEAR + 1
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def read_cycle(text: str, now: datetime) -> tuple[int, datetime, str]:
    """How often, first when and how far apart: `R3/PT1H`, `R/2026-12-01T00:00:00Z/P1D`, or cron."""
    if is_cron(text):
        return FOR_EVER, read_cron(text).next_after(now), text
    match = _CYCLE.fullmatch(text)
    if match is None:
        raise ElementFailed(f"not an ISO 8601 cycle, such as R3/PT1H or R/P1D: {text!r}")
    times, begin, interval = match.groups()
    first = after(interval, now) if begin is None else moment_of(begin)
    if after(interval, first) <= first:
        raise ElementFailed(f"the cycle {text!r} has no length")
    return int(times) if times else FOR_EVER, first, interval
