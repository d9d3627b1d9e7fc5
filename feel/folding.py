"""Compute constant parts once, when compiling: @"…", date("2026-01-31"), -5, [1..10]."""

from feel.arithmetic import negate
from feel.builtins import BUILTINS
from feel.comparing import make_range
from feel.errors import FeelLimitExceeded
from feel.limits import Evaluation
from feel.ranges import half_range
from feel.syntax import Call, HalfRange, Literal, Name, Negate, Node, RangeOf

_FOLDED = frozenset({"date", "time", "date and time", "duration", "number"})


def folded(node: Node) -> Node:
    """The node, or the constant that it always is."""
    match node:
        case Negate():
            return _negated(node)
        case RangeOf():
            return _range(node)
        case HalfRange():
            bound = folded(node.bound)
            if isinstance(bound, Literal):
                return Literal(node.position, half_range(node.operator, bound.value))
        case Call(function=Name(name=name), names=None) if name in _FOLDED:
            return _called(node, name)
    return node


def _negated(node: Negate) -> Node:
    operand = folded(node.operand)
    return Literal(node.position, negate(operand.value)) if isinstance(operand, Literal) else node


def _range(node: RangeOf) -> Node:
    low, high = folded(node.low), folded(node.high)
    if not (isinstance(low, Literal) and isinstance(high, Literal)):
        return node
    value = make_range(low.value, high.value, node.low_included, node.high_included)
    return Literal(node.position, value)


def _called(node: Call, name: str) -> Node:
    arguments = [folded(argument) for argument in node.arguments]
    values = [argument.value for argument in arguments if isinstance(argument, Literal)]
    if len(values) < len(node.arguments):
        return node
    try:
        return Literal(node.position, BUILTINS[name].call(values, Evaluation()))
    except FeelLimitExceeded:
        return node
