"""The short cut for what conditions mostly are: variables compared, calculated, all or any.

It reads the caller's values as they are and needs no limits, so it costs little more than Python
itself. Wherever a value is missing, null or of a kind not foreseen it raises, and the full
evaluation decides: the short cut knows nothing of FEEL's rules for odd values. The most frequent
parts are written out without a call to read a variable.
"""

import operator
from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, date
from decimal import Decimal
from typing import Any

from feel.comparing import RELATIONS, Relation
from feel.folding import folded
from feel.quick_values import NUMBERS, Quick, Scope, Unsure, calculation_of, value_of
from feel.ranges import Range
from feel.syntax import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    In,
    Literal,
    Name,
    Node,
    Or,
    Path,
)
from feel.temporal import Date

_LONGEST_CHAIN = 20
# What a short cut raises where it does not know.
UNSURE = (Unsure, KeyError, ArithmeticError)

_RELATIONS: Mapping[str, Relation] = {"=": operator.eq, "!=": operator.ne, **RELATIONS}
_ORDERED = NUMBERS | {str, date}
# With which kinds of value a constant can be compared here; marks only by = and !=.
_ALIKE: Mapping[type, frozenset[type]] = {
    Decimal: NUMBERS,
    str: frozenset({str}),
    date: frozenset({date}),
}
_MARKS: Mapping[type, frozenset[type]] = {
    bool: frozenset({bool}),
    type(None): _ORDERED | {bool, type(None)},
}


def quick(tree: Node) -> Quick | None:
    """The short cut for this tree, or None when it has another form."""
    try:
        return calculation_of(tree) if isinstance(tree, Arithmetic) else _truth(tree)
    except Unsure:
        return None


def _truth(node: Node) -> Quick:
    """A short cut that gives true or false. Raises Unsure when there is none."""
    match node:
        case And(parts=parts) if len(parts) <= _LONGEST_CHAIN:
            return _all(*map(_truth, parts))
        case Or(parts=parts) if len(parts) <= _LONGEST_CHAIN:
            return _any(*map(_truth, parts))
        case Call(function=Name(name="not"), arguments=(operand,), names=None):
            return _opposite(_truth(operand))
        case Comparison() | Between() | In():
            return _clause(node)
    return _boolean(value_of(node))


def _clause(node: Comparison | Between | In) -> Quick:
    if isinstance(node, Comparison):
        return _comparison(node)
    if isinstance(node, Between):
        return _within(node.value, {">=": node.low, "<=": node.high})
    texts = {test.value for test in node.tests if isinstance(test, Literal)}
    if len(texts) == len(node.tests) and all(isinstance(text, str) for text in texts):
        return _one_of(node.value, frozenset(texts))
    if len(node.tests) > _LONGEST_CHAIN:
        raise Unsure
    return _any(*(_test(node.value, test) for test in node.tests))


def _all(first: Quick, second: Quick | None = None, *others: Quick) -> Quick:
    if second is None:
        return first
    if len(others) == 1:
        third = others[0]
        return lambda scope: first(scope) and second(scope) and third(scope)
    rest = _all(second, *others)
    return lambda scope: first(scope) and rest(scope)


def _any(first: Quick, second: Quick | None = None, *others: Quick) -> Quick:
    if second is None:
        return first
    if len(others) == 1:
        third = others[0]
        return lambda scope: first(scope) or second(scope) or third(scope)
    rest = _any(second, *others)
    return lambda scope: first(scope) or rest(scope)


def _one_of(node: Node, texts: frozenset[str]) -> Quick:
    if isinstance(node, Name):
        return _name_one_of(node.name, texts)
    value = value_of(node)

    def contains(scope: Scope) -> bool:
        found = value(scope)
        if type(found) is str:
            return found in texts
        raise Unsure

    return contains


def _name_one_of(name: str, texts: frozenset[str]) -> Quick:
    def contains(scope: Scope) -> bool:
        found = scope[name]
        if type(found) is str:
            return found in texts
        raise Unsure

    return contains


def _within(value: Node, ends: Mapping[str, Node]) -> Quick:
    numbers = [_number(end) for end in ends.values()]
    if isinstance(value, Name) and None not in numbers:
        above, below = (_RELATIONS[sign] for sign in ends)
        return _name_within(value.name, above, numbers[0], below, numbers[1])
    return _all(
        *(_comparison(Comparison(end.position, sign, value, end)) for sign, end in ends.items())
    )


def _number(node: Node) -> Decimal | None:
    constant = folded(node)
    found = constant.value if isinstance(constant, Literal) else None
    return found if isinstance(found, Decimal) else None


def _name_within(name: str, above: Relation, low: Any, below: Relation, high: Any) -> Quick:
    def lies(scope: Scope) -> Any:
        value = scope[name]
        if type(value) is Decimal or type(value) is int:
            return above(value, low) and below(value, high)
        raise Unsure

    return lies


def _test(value: Node, test: Node) -> Quick:
    """One test of `in`: a constant, or a range between constants."""
    constant = folded(test)
    if not isinstance(constant, Literal):
        raise Unsure
    range_ = constant.value
    if not isinstance(range_, Range):
        return _comparison(Comparison(test.position, "=", value, constant))
    if range_.operator or range_.low is None or range_.high is None:
        raise Unsure
    above, below = ">=" if range_.low_included else ">", "<=" if range_.high_included else "<"
    low, high = Literal(test.position, range_.low), Literal(test.position, range_.high)
    return _within(value, {above: low, below: high})


def _opposite(truth: Quick) -> Quick:
    def fails(scope: Scope) -> bool:
        if "not" in scope:
            raise Unsure
        return not truth(scope)

    return fails


def _boolean(value: Quick) -> Quick:
    def holds(scope: Scope) -> Any:
        found = value(scope)
        if found is True or found is False:
            return found
        raise Unsure

    return holds


def _comparison(node: Comparison) -> Quick:
    relation = _RELATIONS[node.operator]
    constant = folded(node.right)
    if isinstance(constant, Literal):
        return _against(node, relation, _as_python(constant.value))
    if isinstance(node.left, Name) and isinstance(node.right, Name):
        return _names_compared(node.left.name, relation, node.right.name)
    if isinstance(node.left, Arithmetic):
        return _result_compared(node.left, relation, node.right)
    left, right = value_of(node.left), value_of(node.right)

    def compare(scope: Scope) -> Any:
        one, other = left(scope), right(scope)
        kind = type(one)
        if kind is type(other) and kind in _ORDERED:
            return relation(one, other)
        raise Unsure

    return compare


def _result_compared(calculation: Arithmetic, relation: Relation, node: Node) -> Quick:
    """The result of a calculation is a decimal: only what it is compared with is looked at."""
    result, right = calculation_of(calculation), value_of(node)

    def compare(scope: Scope) -> Any:
        other = right(scope)
        if type(other) is Decimal or type(other) is int:
            return relation(result(scope), other)
        raise Unsure

    return compare


def _names_compared(left: str, relation: Relation, right: str) -> Quick:
    def compare(scope: Scope) -> Any:
        one, other = scope[left], scope[right]
        kind = type(one)
        if kind is type(other) and kind in _ORDERED:
            return relation(one, other)
        raise Unsure

    return compare


def _as_python(value: Any) -> Any:
    if isinstance(value, Date) and MINYEAR <= value.year <= MAXYEAR:
        return date(value.year, value.month, value.day)
    return value


def _against(node: Comparison, relation: Relation, constant: Any) -> Quick:
    """A comparison with a constant."""
    kinds = _ALIKE.get(type(constant))
    if kinds is None:
        return _against_mark(node, constant)
    match node.left:
        case Name(name=name):
            return _name_against(name, relation, constant, kinds)
        case Path(source=Name(name=name), member=member):
            return _entry_against(name, member, relation, constant, kinds)
        case Arithmetic() as calculation if kinds is NUMBERS:
            result = calculation_of(calculation)
            return lambda scope: relation(result(scope), constant)
    left = value_of(node.left)

    def compare(scope: Scope) -> Any:
        value = left(scope)
        if type(value) in kinds:
            return relation(value, constant)
        raise Unsure

    return compare


def _name_against(name: str, relation: Relation, constant: Any, kinds: frozenset[type]) -> Quick:
    usual = type(constant)

    def compare(scope: Scope) -> Any:
        value = scope[name]
        if type(value) is usual or type(value) in kinds:
            return relation(value, constant)
        raise Unsure

    return compare


def _entry_against(
    name: str, member: str, relation: Relation, constant: Any, kinds: frozenset[type]
) -> Quick:
    usual = type(constant)

    def compare(scope: Scope) -> Any:
        holder = scope[name]
        if type(holder) is dict:
            value = holder[member]
            if type(value) is usual or type(value) in kinds:
                return relation(value, constant)
        raise Unsure

    return compare


def _against_mark(node: Comparison, constant: Any) -> Quick:
    """Equal to null, true or false, or not."""
    if node.operator not in ("=", "!=") or type(constant) not in _MARKS:
        raise Unsure
    equal, kinds = node.operator == "=", _MARKS[type(constant)]
    if isinstance(node.left, Name):
        return _name_against_mark(node.left.name, constant, equal, kinds)
    value = value_of(node.left)

    def compare(scope: Scope) -> bool:
        found = value(scope)
        if type(found) in kinds:
            return (found is constant) is equal
        raise Unsure

    return compare


def _name_against_mark(name: str, constant: Any, equal: bool, kinds: frozenset[type]) -> Quick:
    def compare(scope: Scope) -> bool:
        found = scope[name]
        if type(found) in kinds:
            return (found is constant) is equal
        raise Unsure

    return compare
