"""Short cuts that give a value: variables, entries of them, calculations. See `feel.quick`."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from feel.folding import folded
from feel.numbers import OPERATIONS
from feel.syntax import Arithmetic, Literal, Name, Node, Path

Scope = Mapping[str, Any]
Quick = Callable[[Scope], Any]


class Unsure(Exception):
    """The short cut does not know; the full evaluation will."""


# Python compares and adds its own integers to decimals exactly; its floats it would not.
NUMBERS = frozenset({Decimal, int})


def value_of(node: Node) -> Quick:
    """Reads a variable or an entry of one, or calculates. Raises Unsure for anything else."""
    match node:
        case Name(name=name):
            return operator.itemgetter(name)
        case Path(source=Name(name=name), member=member):
            return _entry_of_variable(name, member)
        case Path(source=source, member=member):
            return _entry(value_of(source), member)
        case Arithmetic():
            return calculation_of(node)
        case Literal(value=Decimal() as number):
            return lambda _scope: number
    raise Unsure


def _entry_of_variable(name: str, member: str) -> Quick:
    def read(scope: Scope) -> Any:
        holder = scope[name]
        if type(holder) is dict:
            return holder[member]
        raise Unsure

    return read


def _entry(source: Quick, member: str) -> Quick:
    def read(scope: Scope) -> Any:
        holder = source(scope)
        if type(holder) is dict:
            return holder[member]
        raise Unsure

    return read


def calculation_of(node: Arithmetic) -> Quick:
    """Calculates with decimals; the result is always one. Raises Unsure for other operands."""
    operation = OPERATIONS[node.operator]
    if isinstance(node.left, Name) and isinstance(node.right, Name):
        return _names_calculated(node.left.name, operation, node.right.name)
    left, constant = value_of(node.left), folded(node.right)
    if isinstance(constant, Literal):
        return _with_constant(left, operation, constant.value)
    right = value_of(node.right)

    def calculate(scope: Scope) -> Any:
        one, other = left(scope), right(scope)
        if type(one) in NUMBERS and type(other) in NUMBERS:
            return operation(one, other)
        raise Unsure

    return calculate


def _with_constant(left: Quick, operation: Callable[..., Decimal], constant: Any) -> Quick:
    if not isinstance(constant, Decimal):
        raise Unsure

    def calculate(scope: Scope) -> Any:
        value = left(scope)
        if type(value) is Decimal or type(value) is int:
            return operation(value, constant)
        raise Unsure

    return calculate


def _names_calculated(left: str, operation: Callable[..., Decimal], right: str) -> Quick:
    def calculate(scope: Scope) -> Any:
        one, other = scope[left], scope[right]
        if type(one) is type(other) is Decimal or {type(one), type(other)} <= NUMBERS:
            return operation(one, other)
        raise Unsure

    return calculate
