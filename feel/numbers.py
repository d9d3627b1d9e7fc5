"""Numbers are decimals of 34 digits (IEEE 754 decimal128), as DMN 10.3.2.3.1 asks."""

from collections.abc import Callable, Mapping
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

# No traps: what cannot be computed becomes NaN or infinite, and then null.
CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[], clamp=0)
_STRICT = CONTEXT.copy()
for _signal in (DivisionByZero, InvalidOperation, Overflow):
    _STRICT.traps[_signal] = True
# These raise ArithmeticError where there is no result: checking every result would cost more.
OPERATIONS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _STRICT.add,
    "-": _STRICT.subtract,
    "*": _STRICT.multiply,
    "/": _STRICT.divide,
    "**": _STRICT.power,
}


def finite(number: Decimal) -> Decimal | None:
    """The number, or None when the computation had no result."""
    return number if number.is_finite() else None


def number_text(number: Decimal) -> str:
    """Plain digits without needless zeros, as string() writes them."""
    if number == 0:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
