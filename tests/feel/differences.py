"""Where feelin 8.2 and we differ, each with the reason; a difference of any other kind is a fault.

Every entry judges the smallest part on which both differ although they agree on its own parts.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from feel import DaysDuration, to_text
from feel.syntax import (
    Arithmetic,
    Between,
    Binding,
    Call,
    Comparison,
    Filter,
    For,
    If,
    In,
    Name,
    Node,
    Path,
    Quantified,
)
from tests.feel.peer import Peer, closed_parts, ours, with_values

Answer = Mapping[str, Any]
Judge = Callable[[Node, Answer], bool]


def _called(node: Node, *names: str) -> bool:
    return (
        isinstance(node, Call) and isinstance(node.function, Name) and node.function.name in names
    )


def _kinds(node: Node) -> set[type]:
    """The kinds of the values that meet in a node, members of lists apart."""
    kinds: set[type] = set()
    for part in closed_parts(node):
        value = ours(part)
        kinds.add(type(value))
        if isinstance(value, list):
            kinds |= {type(item) for item in value}
    return kinds


def feelin_throws(_node: Node, answer: Answer) -> bool:
    """feelin raises “unsupported range” for values that have no order; DMN 10.3.2.13 wants null."""
    return "unsupported range" in answer.get("error", "")


def loop_downwards(node: Node, answer: Answer) -> bool:
    """feelin has no value for a loop from 3 to 1 or from 1 to 1; DMN 10.3.2.14 counts down too."""
    bindings: tuple[Binding, ...] = getattr(node, "bindings", ())
    return isinstance(node, For | Quantified) and any(
        binding.last is not None and ours(binding.domain) >= ours(binding.last)
        for binding in bindings
    )


def hours_after_a_date(node: Node, answer: Answer) -> bool:
    """feelin turns date + 36 hours into a date and time; DMN table 55 keeps a date."""
    return isinstance(node, Arithmetic) and isinstance(ours(node.right), DaysDuration)


def order_of_unlike_kinds(node: Node, answer: Answer) -> bool:
    """feelin orders values of unlike kinds as JavaScript does, or calls it false; here it is null."""
    ordering = isinstance(node, Comparison | Between | In | Filter | Quantified | Path | For)
    return ordering and (list in _kinds(node) or len(_kinds(node)) > 1)


def null_in_tests(node: Node, answer: Answer) -> bool:
    """feelin has no value for null among tests; DMN 10.3.2.7 makes `in` an equality, which has."""
    return isinstance(node, In) and type(None) in _kinds(node)


def between_ends_swapped(node: Node, answer: Answer) -> bool:
    """feelin swaps the ends of `between 5 and 1`; DMN 10.3.2.6 defines >= low and <= high."""
    if not isinstance(node, Between):
        return False
    low, high = ours(node.low), ours(node.high)
    return isinstance(low, Decimal) and isinstance(high, Decimal) and low > high


def sublist_outside(node: Node, answer: Answer) -> bool:
    """feelin gives [] for a start behind the end; the specification's domain makes it null."""
    return _called(node, "sublist") and ours(node) is None and answer.get("value") == []


def substring_of_characters(node: Node, answer: Answer) -> bool:
    """feelin counts UTF-16 halves and counts backwards past the first character."""
    return _called(node, "substring")


def extreme_of_texts(node: Node, answer: Answer) -> bool:
    """feelin knows min and max of numbers alone; DMN 10.3.4.4 of all comparable values."""
    return _called(node, "min", "max") and isinstance(ours(node), str)


def binary_rest(node: Node, answer: Answer) -> bool:
    """feelin computes in binary: modulo(17, 0.1) is 0.1 there, and 0 in decimals."""
    return _called(node, "modulo", "floor", "ceiling", "string")


def truthy_condition(node: Node, answer: Answer) -> bool:
    """feelin takes 1 or "a" for true in `if`; DMN 10.3.2.15 wants true itself."""
    return isinstance(node, If) and not isinstance(ours(node.condition), bool)


KNOWN: tuple[Judge, ...] = (
    feelin_throws,
    loop_downwards,
    hours_after_a_date,
    between_ends_swapped,
    sublist_outside,
    substring_of_characters,
    extreme_of_texts,
    binary_rest,
    truthy_condition,
    null_in_tests,
    order_of_unlike_kinds,
)


def reason(node: Node, peer: Peer) -> str | None:
    """The known difference that this one is; None when nobody knows it."""
    answer = peer.answer(to_text(node))
    found = next((judge.__name__ for judge in KNOWN if judge(node, answer)), None)
    if found is None and peer.agrees(with_values(node)):
        # feelin agrees once its own values of the parts are written in their place.
        return "the value of a part changes with what stands around it"
    return found
