"""Functions over single numbers (DMN 10.3.4.5)."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from feel.arithmetic import negate
from feel.builtins.registry import builtin
from feel.durations import DaysDuration, Duration, whole
from feel.limits import Evaluation
from feel.numbers import CONTEXT, finite

_LEAST_SCALE, _MOST_SCALE = -6111, 6176
_EXACT = Context(prec=7_000, Emin=-13_000, Emax=13_000, traps=[])


def rounded(number: Decimal, scale: Decimal, rounding: str) -> Decimal | None:
    """The number with so many decimals; null for a scale beyond what decimal128 has."""
    places = whole(scale)
    if not _LEAST_SCALE <= places <= _MOST_SCALE:
        return None
    result = number.quantize(Decimal(1).scaleb(-places, _EXACT), rounding, _EXACT)
    return finite(CONTEXT.plus(result))


@builtin("decimal(n: number, scale: number)")
def decimal(_run: Evaluation, number: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded to an even last digit in the middle."""
    return rounded(number, scale, ROUND_HALF_EVEN)


@builtin("floor(n: number)")
@builtin("floor(n: number, scale: number)")
def floor(_run: Evaluation, number: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    """Rounded downwards."""
    return rounded(number, scale, ROUND_FLOOR)


@builtin("ceiling(n: number)")
@builtin("ceiling(n: number, scale: number)")
def ceiling(_run: Evaluation, number: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    """Rounded upwards."""
    return rounded(number, scale, ROUND_CEILING)


@builtin("round up(n: number, scale: number)")
def round_up(_run: Evaluation, number: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded away from zero."""
    return rounded(number, scale, ROUND_UP)


@builtin("round down(n: number, scale: number)")
def round_down(_run: Evaluation, number: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded towards zero."""
    return rounded(number, scale, ROUND_DOWN)


@builtin("round half up(n: number, scale: number)")
def round_half_up(_run: Evaluation, number: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded to the nearest, the middle away from zero."""
    return rounded(number, scale, ROUND_HALF_UP)


@builtin("round half down(n: number, scale: number)")
def round_half_down(_run: Evaluation, number: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded to the nearest, the middle towards zero."""
    return rounded(number, scale, ROUND_HALF_DOWN)


@builtin("abs(n: number|duration)")
def absolute(_run: Evaluation, value: Decimal | Duration) -> Decimal | Duration:
    """Without its sign."""
    if isinstance(value, Decimal):
        return CONTEXT.abs(value)
    amount = value.nanoseconds if isinstance(value, DaysDuration) else value.months
    opposite: Duration = negate(value)
    return opposite if amount < 0 else value


@builtin("modulo(dividend: number, divisor: number)")
def modulo(_run: Evaluation, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """dividend - divisor * floor(dividend / divisor)"""
    if divisor == 0:
        return None
    rest = CONTEXT.remainder(dividend, divisor)
    if not rest.is_finite():
        return None
    opposite = rest != 0 and (rest < 0) != (divisor < 0)
    return CONTEXT.add(rest, divisor) if opposite else rest


@builtin("sqrt(number: number)")
def sqrt(_run: Evaluation, number: Decimal) -> Decimal | None:
    """The square root."""
    return finite(CONTEXT.sqrt(number))


@builtin("log(number: number)")
def log(_run: Evaluation, number: Decimal) -> Decimal | None:
    """The natural logarithm."""
    return finite(CONTEXT.ln(number)) if number > 0 else None


@builtin("exp(number: number)")
def exp(_run: Evaluation, number: Decimal) -> Decimal | None:
    """e raised to the number."""
    return finite(CONTEXT.exp(number))


@builtin("odd(number: number)")
def odd(_run: Evaluation, number: Decimal) -> bool | None:
    """True for 1, -3, 5."""
    rest = CONTEXT.remainder(number, Decimal(2))
    return abs(rest) == 1 if rest.is_finite() else False


@builtin("even(number: number)")
def even(_run: Evaluation, number: Decimal) -> bool | None:
    """True for 0, -2, 4."""
    rest = CONTEXT.remainder(number, Decimal(2))
    return rest == 0 if rest.is_finite() else True
