"""Which value holds on which day: the decision taken last prevails for the days it speaks of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any, Final
from uuid import UUID

EVERYWHERE: Final = UUID(int=0)
ONE_DAY: Final = timedelta(days=1)

Value = Mapping[str, Any]


@dataclass(frozen=True)
class Ruling:
    """A decision: from a day on, perhaps until a last one, this value holds, or (None) none at all."""

    value: Value | None
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True)
class Period:
    """Days, both ends counted, on which one value holds; without a last day it holds on."""

    value: Value
    first: date
    last: date | None


def value_on(day: date, rulings: Sequence[Ruling]) -> Value | None:
    """The value that holds on a day, of decisions in the order in which they were taken."""
    for ruling in reversed(rulings):
        if covers(ruling, day):
            return ruling.value
    return None


def covers(ruling: Ruling, day: date) -> bool:
    """Whether the decision speaks of this day."""
    return ruling.valid_from <= day and (ruling.valid_until is None or day <= ruling.valid_until)


def periods(rulings: Sequence[Ruling]) -> list[Period]:
    """All days on which something holds, in order; neighbours of one value are one period."""
    joined: list[Period] = []
    for period in _pieces(rulings):
        if joined and joined[-1].value == period.value and _meet(joined[-1], period):
            joined[-1] = replace(joined[-1], last=period.last)
        else:
            joined.append(period)
    return joined


def _pieces(rulings: Sequence[Ruling]) -> Iterator[Period]:
    days = sorted(
        {each.valid_from for each in rulings}
        | {each.valid_until + ONE_DAY for each in rulings if each.valid_until}
    )
    for day, following in zip_longest(days, days[1:]):
        value = value_on(day, rulings)
        if value is not None:
            yield Period(value, day, following - ONE_DAY if following else None)


def _meet(earlier: Period, later: Period) -> bool:
    return earlier.last is not None and earlier.last + ONE_DAY == later.first
