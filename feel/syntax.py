"""The tree of an expression. Every node knows the `position` of its first character.

Trees are equal when they mean the same, wherever their parts stood.

The grammar is in `grammar.ebnf`; `parser.py` reads it top down.
"""

from dataclasses import dataclass, field
from typing import Any

from feel.types import Type


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all parts of an expression."""

    position: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant: null, a number, text, truth value, date, time or duration."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable, or a function known by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """source.member"""

    source: Node
    member: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """source[predicate] or source[index]"""

    source: Node
    predicate: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """function(arguments) or function(name: argument)"""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """-operand"""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """left operator right, with + - * / or **"""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """left operator right, with = != < <= > or >="""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """value between low and high, both included"""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """value in (tests): true when one of them holds"""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """value instance of type"""

    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class And(Node):
    """All parts, in three-valued logic."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Any part, in three-valued logic."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    """if condition then accepted else refused"""

    condition: Node
    accepted: Node
    refused: Node


@dataclass(frozen=True, slots=True)
class Binding:
    """name in domain, or name in domain..last"""

    name: str
    domain: Node
    last: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """for bindings return body"""

    bindings: tuple[Binding, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """some or every bindings satisfies body"""

    every: bool
    bindings: tuple[Binding, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """[items]"""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """{key: value}; later entries see earlier ones"""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """[low..high] and its half-open forms"""

    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class HalfRange(Node):
    """(< bound) and its like: a test written with an operator before its only operand"""

    operator: str
    bound: Node


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    """function(parameters) body; `external` ones cannot be called"""

    parameters: tuple[tuple[str, Type], ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True)
class UnaryTestsOf(Node):
    """The tests of a decision table's cell; `tests` is empty for “-”."""

    tests: tuple[Node, ...]
    negated: bool = False
