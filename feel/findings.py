"""Put findings into words, alike for those who check an expression and those who evaluate it."""

from collections.abc import Iterable
from difflib import get_close_matches

from feel.builtins import BUILTINS
from feel.errors import (
    NoResult,
    OperandsMisfit,
    UnknownFunction,
    UnknownMember,
    UnknownName,
    WrongArguments,
)
from feel.printing import to_text
from feel.syntax import Call, Name, Node, Path
from feel.types import Type

_LONGEST_PART = 60
_MOST_ALTERNATIVES = 5


def part_of(node: Node) -> str:
    """The node as text, shortened."""
    text = to_text(node)
    return text if len(text) <= _LONGEST_PART else f"{text[: _LONGEST_PART - 1]}…"


def alternatives(word: str, known: Iterable[str]) -> str:
    """The known words nearest to one, else the first of them."""
    choice = sorted(known)
    near = get_close_matches(word, choice, n=_MOST_ALTERNATIVES, cutoff=0.6)
    return ", ".join(near or choice[:_MOST_ALTERNATIVES]) or "–"


def unknown_name(node: Name, known: Iterable[str]) -> UnknownName:
    """There is no such variable among these."""
    return UnknownName(node.position, node.name, known=alternatives(node.name, known))


def unknown_member(node: Path, kind: Type, members: Iterable[str]) -> UnknownMember:
    """A value of this kind has only these members."""
    known = alternatives(node.member, members)
    return UnknownMember(
        node.position, part_of(node), member=node.member, kind=str(kind), known=known
    )


def unknown_function(node: Call, known: Iterable[str]) -> UnknownFunction:
    """What is called is no function."""
    name = part_of(node.function)
    return UnknownFunction(
        node.position,
        part_of(node),
        function=name,
        known=alternatives(name, {*known, *BUILTINS}),
    )


def wrong_arguments(node: Call, given: Iterable[Type], signatures: str) -> WrongArguments:
    """The function does not take these arguments."""
    return WrongArguments(
        node.position, part_of(node), given=", ".join(map(str, given)), signatures=signatures
    )


def misfit(node: Node, operator: str, kinds: Iterable[Type]) -> OperandsMisfit:
    """The operator has no result for values of these kinds."""
    words = ", ".join(map(str, kinds))
    return OperandsMisfit(node.position, part_of(node), operator=operator, kinds=words)


def no_result(node: Node) -> NoResult:
    """Everything fits, and still there is nothing."""
    return NoResult(node.position, part_of(node))
