"""Functions over lists (DMN 10.3.4.4), and Camunda's is empty, duplicate values and partition."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from feel.builtins.registry import builtin
from feel.comparing import same
from feel.durations import whole
from feel.functions import Function
from feel.limits import Evaluation


def _place(position: Decimal, length: int) -> int | None:
    """The index of a position counted from 1, or from the end when negative; None outside."""
    if position != position.to_integral_value() or not 1 <= abs(position) <= length:
        return None
    index = int(position)
    return index - 1 if index > 0 else length + index


@builtin("list contains(list: list, element: any)")
def list_contains(run: Evaluation, items: list[Any], element: Any) -> bool:
    """True when a member equals the element, which may be null."""
    run.charge(len(items))
    return any(same(item, element, run) for item in items)


@builtin("sublist(list: list, start position: number, length?: number)")
def sublist(
    run: Evaluation, items: list[Any], start: Decimal, length: Decimal | None = None
) -> list[Any] | None:
    """So many members from a position on."""
    begin = _place(start, len(items))
    if begin is None or (length is not None and length < 0):
        return None
    end = len(items) if length is None else begin + whole(length)
    run.charge(len(items))
    return items[begin:end] if end <= len(items) else None


@builtin("append(list: list, item: any...)")
def append(run: Evaluation, items: list[Any], *others: Any) -> list[Any]:
    """The list with more members at its end."""
    return _collected(run, [*items, *others])


@builtin("concatenate(list: list...)")
def concatenate(run: Evaluation, *lists: list[Any]) -> list[Any]:
    """All lists one after another."""
    run.charge(sum(map(len, lists)))
    return [item for items in lists for item in items]


def _collected(run: Evaluation, items: list[Any]) -> list[Any]:
    run.charge(len(items))
    return items


@builtin("insert before(list: list, position: number, newItem: any)")
def insert_before(
    run: Evaluation, items: list[Any], position: Decimal, new: Any
) -> list[Any] | None:
    """The list with a new member before a position."""
    index = _place(position, len(items))
    return None if index is None else _collected(run, [*items[:index], new, *items[index:]])


@builtin("remove(list: list, position: number)")
def remove(run: Evaluation, items: list[Any], position: Decimal) -> list[Any] | None:
    """The list without the member at a position."""
    index = _place(position, len(items))
    return None if index is None else _collected(run, [*items[:index], *items[index + 1 :]])


@builtin("list replace(list: list, position: number, newItem: any)")
def replace_at(run: Evaluation, items: list[Any], position: Decimal, new: Any) -> list[Any] | None:
    """The list with another member at a position."""
    index = _place(position, len(items))
    return None if index is None else _collected(run, [*items[:index], new, *items[index + 1 :]])


@builtin("list replace(list: list, match: function, newItem: any)")
def replace_matching(
    run: Evaluation, items: list[Any], match: Function, new: Any
) -> list[Any] | None:
    """The list with every member replaced for which match(item, newItem) is true."""
    results = []
    for item in items:
        decision = match.call([item, new], run)
        if not isinstance(decision, bool):
            return None
        results.append(new if decision else item)
    return _collected(run, results)


@builtin("reverse(list: list)")
def reverse(run: Evaluation, items: list[Any]) -> list[Any]:
    """The last member first."""
    return _collected(run, items[::-1])


@builtin("index of(list: list, match: any)")
def index_of(run: Evaluation, items: list[Any], match: Any) -> list[Decimal]:
    """All positions, from 1, of members that equal the match."""
    run.charge(len(items))
    return [Decimal(i) for i, item in enumerate(items, 1) if same(item, match, run)]


@builtin("union(list: list...)")
def union(run: Evaluation, *lists: list[Any]) -> list[Any]:
    """All lists without repetitions."""
    return _distinct(run, concatenate(run, *lists))


@builtin("distinct values(list: list)")
def distinct_values(run: Evaluation, items: list[Any]) -> list[Any]:
    """Every member once."""
    return _distinct(run, items)


def _distinct(run: Evaluation, items: Iterable[Any]) -> list[Any]:
    kept: list[Any] = []
    for item in items:
        if not list_contains(run, kept, item):
            kept.append(item)
    return kept


@builtin("duplicate values(list: list)")
def duplicate_values(run: Evaluation, items: list[Any]) -> list[Any]:
    """Camunda: every member that comes more than once, once."""
    seen: list[Any] = []
    repeated: list[Any] = []
    for item in items:
        (repeated if list_contains(run, seen, item) else seen).append(item)
    return _distinct(run, repeated)


@builtin("flatten(list: list)")
def flatten(run: Evaluation, items: list[Any]) -> list[Any]:
    """Members of lists inside lists, in one list."""
    flat: list[Any] = []
    run.charge(len(items))
    for item in items:
        if item.__class__ is list:
            flat.extend(flatten(run, item))
        else:
            flat.append(item)
    return flat


@builtin("sort(list: list, precedes: function)")
def sort(run: Evaluation, items: list[Any], precedes: Function) -> list[Any] | None:
    """In the order that precedes(a, b) tells; equal members keep their order."""
    if len(precedes.parameters) != 2:  # noqa: PLR2004 - precedes(a, b)
        return None

    class Ranked:
        """A member in the order of `precedes`; sorting asks for nothing but <."""

        __slots__ = ("value",)

        def __init__(self, value: Any) -> None:
            self.value = value

        def __lt__(self, other: "Ranked") -> bool:
            return precedes.call([self.value, other.value], run) is True

    return sorted(items, key=Ranked)


@builtin("is empty(list: list)")
def is_empty(_run: Evaluation, items: list[Any]) -> bool:
    """Camunda: true when the list has no members."""
    return not items


@builtin("partition(list: list, size: number)")
def partition(run: Evaluation, items: list[Any], size: Decimal) -> list[list[Any]] | None:
    """Camunda: lists of so many members."""
    step = whole(size)
    if step < 1:
        return None
    run.charge(len(items))
    return [items[start : start + step] for start in range(0, len(items), step)]
