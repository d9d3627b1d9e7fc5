"""An example value between two cuts, as plain as can be found."""

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from engine.dmn.spans import NULL, Cut, Kind, Span
from feel.durations import NANOSECONDS, DaysDuration, MonthsDuration
from feel.temporal import Date, DateTime, Time, at_instant, date_at

NOTHING = object()
OTHER_TEXT = "other"
_CLOCK_STEPS = (*(seconds * NANOSECONDS for seconds in (86_400, 3_600, 60, 1)), 1)


def sample(kind: Kind, span: Span) -> Any:
    """A value of this kind in the span; NOTHING when there is none."""
    if kind is Decimal:
        return _number(*span)
    if kind is str:
        return _text(*span)
    if kind is bool or kind is NULL:
        values = (None,) if kind is NULL else (False, True)
        return next((value for value in values if lies_in(value or 0, span)), NOTHING)
    counted = _counted(kind, *span)
    return NOTHING if counted is None else _of_count(kind, counted)


def lies_in(ranked: Any, span: Span) -> bool:
    """True when a value of this rank lies in the span."""
    low, high = span
    return (low is None or low < (ranked, 0.5)) and (high is None or (ranked, 0.5) < high)


def _number(low: Cut | None, high: Cut | None) -> Any:
    if low is None:
        if high is None:
            return Decimal(0)
        return high[0] if high[1] else high[0].to_integral_value(ROUND_CEILING) - 1
    if not low[1]:
        return low[0]
    above = low[0].to_integral_value(ROUND_FLOOR) + 1
    if high is None or lies_in(above, (low, high)):
        return above
    return high[0] if high[1] else (low[0] + high[0]) / 2


def _text(low: Cut | None, high: Cut | None) -> Any:
    candidates = [OTHER_TEXT, ""]
    candidates += [low[0] + tail for tail in ("", "…", "a", " ", "\0")] if low else []
    candidates += [high[0]] if high else []
    return next((text for text in candidates if lies_in(text, (low, high))), NOTHING)


def _counted(kind: Kind, low: Cut | None, high: Cut | None) -> int | None:
    """The same for kinds that are counted in whole units."""
    steps = (1,) if kind in (Date, MonthsDuration) else _CLOCK_STEPS
    if low is None:
        if high is None:
            return 0
        return _count(high[0]) if high[1] else _count(high[0]) - steps[0]
    start = _count(low[0])
    if not low[1]:
        return start
    last = None if high is None else _count(high[0]) - 1 + high[1]
    return next((start + step for step in steps if last is None or start + step <= last), None)


def _count(ranked: Any) -> int:
    if isinstance(ranked, Date):
        return ranked.ordinal
    if isinstance(ranked, MonthsDuration):
        return ranked.months
    return ranked.nanoseconds if isinstance(ranked, DaysDuration) else int(ranked)


def _of_count(kind: Kind, count: int) -> Any:
    if isinstance(kind, tuple):
        local = kind == (DateTime, True)
        return at_instant(count, Time(0) if local else Time(0, offset=0)) or NOTHING
    value = _BUILDERS[kind](count)
    return NOTHING if value is None else value


_BUILDERS: Mapping[type, Callable[[int], Any]] = {
    Date: date_at,
    MonthsDuration: MonthsDuration,
    DaysDuration: DaysDuration,
}
