"""Functions that reduce a list to one value (DMN 10.3.4.4): each takes a list, or its members one
by one.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any

from feel.builtins.registry import builtin
from feel.comparing import RELATIONS, Relation, ordered
from feel.limits import Evaluation
from feel.numbers import CONTEXT, finite

Reduction = Callable[[Evaluation, list[Any]], Any]


def reduction(name: str) -> Callable[[Reduction], Reduction]:
    """Register name(list) and name(c1, ..., cN)."""

    def register(code: Reduction) -> Reduction:
        @wraps(code)
        def of_list(run: Evaluation, items: list[Any]) -> Any:
            run.charge(len(items))
            return code(run, items)

        @wraps(code)
        def of_members(run: Evaluation, *items: Any) -> Any:
            return of_list(run, list(items))

        builtin(f"{name}(list: list)")(of_list)
        builtin(f"{name}(c1: any, c2: any...)")(of_members)
        return code

    return register


def _numbers(items: list[Any]) -> list[Decimal] | None:
    return items if all(item.__class__ is Decimal for item in items) else None


@reduction("count")
def count(_run: Evaluation, items: list[Any]) -> Decimal:
    """How many members."""
    return Decimal(len(items))


@reduction("min")
def least(_run: Evaluation, items: list[Any]) -> Any:
    """The least member; null when two cannot be compared."""
    return _extreme(items, RELATIONS["<"])


@reduction("max")
def greatest(_run: Evaluation, items: list[Any]) -> Any:
    """The greatest member; null when two cannot be compared."""
    return _extreme(items, RELATIONS[">"])


def _extreme(items: list[Any], relation: Relation) -> Any:
    best = items[0] if items else None
    for item in items[1:]:
        better = ordered(relation, item, best)
        if better is None:
            return None
        best = item if better else best
    return best if ordered(RELATIONS["<="], best, best) else None


@reduction("sum")
def total(_run: Evaluation, items: list[Any]) -> Decimal | None:
    """The sum of numbers."""
    numbers = _numbers(items)
    return finite(_sum(numbers)) if numbers else None


def _sum(numbers: list[Decimal]) -> Decimal:
    result = Decimal(0)
    for number in numbers:
        result = CONTEXT.add(result, number)
    return result


@reduction("product")
def product(_run: Evaluation, items: list[Any]) -> Decimal | None:
    """The product of numbers."""
    numbers = _numbers(items)
    result = Decimal(1)
    for number in numbers or []:
        result = CONTEXT.multiply(result, number)
    return finite(result) if numbers else None


@reduction("mean")
def mean(_run: Evaluation, items: list[Any]) -> Decimal | None:
    """The average."""
    numbers = _numbers(items)
    return finite(CONTEXT.divide(_sum(numbers), Decimal(len(numbers)))) if numbers else None


@reduction("median")
def median(_run: Evaluation, items: list[Any]) -> Decimal | None:
    """The middle member, or the mean of the two in the middle."""
    numbers = sorted(_numbers(items) or [])
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return finite(CONTEXT.divide(CONTEXT.add(numbers[middle - 1], numbers[middle]), Decimal(2)))


@reduction("stddev")
def standard_deviation(_run: Evaluation, items: list[Any]) -> Decimal | None:
    """The standard deviation of a sample of at least two."""
    numbers = _numbers(items)
    if numbers is None or len(numbers) < 2:  # noqa: PLR2004 - a sample has a spread from two on
        return None
    average = CONTEXT.divide(_sum(numbers), Decimal(len(numbers)))
    deviations = [CONTEXT.subtract(number, average) for number in numbers]
    squares = _sum([CONTEXT.multiply(deviation, deviation) for deviation in deviations])
    return finite(CONTEXT.sqrt(CONTEXT.divide(squares, Decimal(len(numbers) - 1))))


@reduction("mode")
def mode(_run: Evaluation, items: list[Any]) -> list[Decimal] | None:
    """The most frequent numbers, in order."""
    numbers = _numbers(items)
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


@reduction("all")
def every(_run: Evaluation, items: list[Any]) -> bool | None:
    """and over all members."""
    return _decided(items, decisive=False)


@reduction("any")
def some(_run: Evaluation, items: list[Any]) -> bool | None:
    """or over all members."""
    return _decided(items, decisive=True)


def _decided(items: list[Any], *, decisive: bool) -> bool | None:
    if any(item is not None and not isinstance(item, bool) for item in items):
        return None
    if decisive in items:
        return decisive
    return None if None in items else not decisive
