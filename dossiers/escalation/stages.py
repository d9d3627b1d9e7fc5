"""The stages of escalation as pure functions: is one reached, and up to which due date could it be.

What is left of an office limit is measured in office hours, of calendar days and months in days on the
calendar (a month as thirty of them). A clock that stands is not looked at at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from dossiers.calendar import Calendar
from dossiers.time_limits import (
    HOURS_OF_A_DAY,
    TimeLimit,
    Unit,
    after_office_hours,
    office_hours_between,
)

_DAYS_OF_A_MONTH: Final = 30
_WHOLE: Final = Decimal(100)


class About(StrEnum):
    """Whose due date is meant: the dossier's, or that of one of its tasks."""

    DOSSIER = "dossier"
    TASK = "task"


class When(StrEnum):
    """When a stage is reached: a share of the limit is used, or working days before or after."""

    USED = "used"
    BEFORE = "before"
    BREACH = "breach"
    AFTER = "after"


class Whom(StrEnum):
    """Who is told. The head is who directs the unit, or the agency where no unit is given."""

    HOLDER = "holder"
    HEAD = "head"
    QUEUE = "queue"


@dataclass(frozen=True)
class Stage:
    """One stage: `amount` is a percentage, or working days; `queue` names whose people are told."""

    key: str
    about: About
    when: When
    amount: Decimal
    whom: Whom
    queue: str
    by_mail: bool


@dataclass(frozen=True)
class Due:
    """A due date with the limit that led to it, as far as that is known, and since when it runs."""

    since: datetime
    due_at: datetime
    limit: TimeLimit | None


def is_reached(stage: Stage, due: Due, moment: datetime, calendar: Calendar) -> bool:
    """Whether a stage is reached at a moment, by a clock that runs."""
    match stage.when:
        case When.BREACH:
            return moment > due.due_at
        case When.AFTER:
            return moment >= _late_by(due.due_at, stage.amount, calendar)
        case When.BEFORE:
            return due.due_at <= _in_working_days(moment, stage.amount, calendar)
        case When.USED:
            return due.due_at <= _latest(moment, stage, _limit(due, calendar), calendar)


def latest_due(
    stage: Stage, moment: datetime, limits: Iterable[TimeLimit], calendar: Calendar
) -> datetime:
    """Up to which due date the stage can be reached at a moment, where these are all the limits."""
    match stage.when:
        case When.BREACH | When.AFTER:
            return moment
        case When.BEFORE:
            return _in_working_days(moment, stage.amount, calendar)
        case When.USED:
            found = (_latest(moment, stage, limit, calendar) for limit in limits)
            return max(found, default=moment)


def _latest(moment: datetime, stage: Stage, limit: TimeLimit, calendar: Calendar) -> datetime:
    """The due date of a clock that has used exactly the stage's share of the limit."""
    left = limit.amount * (_WHOLE - stage.amount) / _WHOLE
    match limit.unit:
        case Unit.HOUR:
            return _after_hours(moment, left, calendar)
        case Unit.WORKING_DAY:
            return _in_working_days(moment, left, calendar)
        case Unit.CALENDAR_DAY:
            return moment + timedelta(days=float(left))
        case Unit.MONTH:
            return moment + timedelta(days=float(left * _DAYS_OF_A_MONTH))


def _limit(due: Due, calendar: Calendar) -> TimeLimit:
    """The limit; where nobody noted it, the office time between its beginning and its end."""
    if due.limit is not None:
        return due.limit
    passed = office_hours_between(due.since, due.due_at, calendar)
    return TimeLimit(Decimal(passed.total_seconds()) / 3600, Unit.HOUR)


def _late_by(due_at: datetime, days: Decimal, calendar: Calendar) -> datetime:
    return _in_working_days(due_at, days, calendar)


def _in_working_days(moment: datetime, days: Decimal, calendar: Calendar) -> datetime:
    return _after_hours(moment, days * HOURS_OF_A_DAY, calendar)


def _after_hours(moment: datetime, hours: Decimal, calendar: Calendar) -> datetime:
    return after_office_hours(moment, timedelta(hours=float(hours)), calendar)
