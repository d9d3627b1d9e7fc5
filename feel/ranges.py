"""Ranges: [1..10], (1..10), and the half-open tests (< 10), (>= 3), (= 1), (!= 1)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Range:
    """What lies between two ends.

    A test with an operator, such as (< 10), keeps it in `operator`: it equals no written range.
    """

    low: Any
    high: Any
    low_included: bool
    high_included: bool
    operator: str = ""


def half_range(operator: str, bound: Any) -> Range:
    """The range of a test with an operator before its only operand."""
    below = operator in ("<", "<=")
    above = operator in (">", ">=")
    return Range(
        low=None if below else bound,
        high=None if above else bound,
        low_included=operator in (">=", "=", "!="),
        high_included=operator in ("<=", "=", "!="),
        operator=operator,
    )
