"""Write a tree as text that reads back as the same tree, with no more brackets than needed.

Names that are more than plain words stand in backticks, so no vocabulary is needed to read them
again.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from feel.builtins import BUILTINS
from feel.syntax import (
    And,
    Arithmetic,
    Between,
    Binding,
    Call,
    Comparison,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    HalfRange,
    If,
    In,
    InstanceOf,
    ListOf,
    Literal,
    Name,
    Negate,
    Node,
    Or,
    Path,
    Quantified,
    RangeOf,
    UnaryTestsOf,
)
from feel.token_reader import INFIX_WORDS, continues_name
from feel.tokens import Kind, tokenize
from feel.types import ANY, Type

# How tightly a form binds, from the loosest; a part that binds less than asked is bracketed.
_FORM, _OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER, _NEGATION, _INSTANCE, _POSTFIX = range(10)
_SIGNS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}
_RESERVED = INFIX_WORDS | {"if", "for", "some", "every", "function", "null", "true", "false"}
# First words of builtin names that hold a keyword: “date” and “date and time”.
_AMBIGUOUS = frozenset(
    name.split()[0] for name in BUILTINS if INFIX_WORDS.intersection(name.split())
)
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})


def to_text(node: Node) -> str:
    """The text of an expression or of a decision table's cell."""
    return _print(node, _FORM)


def _print(node: Node, least: int) -> str:
    tightness, write = _FORMS[type(node)]
    level = _SIGNS[node.operator] if isinstance(node, Arithmetic) else tightness
    text = write(node)
    return f"({text})" if level < least else text


def _all(nodes: tuple[Node, ...], least: int = _FORM) -> list[str]:
    return [_print(node, least) for node in nodes]


def _literal(node: Literal) -> str:
    value: Any = node.value
    if isinstance(value, str):
        return text_literal(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value).lower() if isinstance(value, Decimal) else f'@"{value}"'


def text_literal(value: str) -> str:
    """The text in quotation marks, as a literal."""
    return f'"{value.translate(_ESCAPES)}"'


def name_text(name: str) -> str:
    """The name as it is read without being known: plain words, or in backticks."""
    return name if name in BUILTINS or _is_plain(name) else f"`{name}`"


def _is_plain(name: str) -> bool:
    tokens = tokenize(name)[:-1]
    words = [token.text for token in tokens]
    if not tokens or tokens[0].kind is not Kind.WORD or " ".join(words) != name or "`" in name:
        return False
    return not _RESERVED.intersection(words) and all(map(continues_name, tokens))


def _name(node: Name) -> str:
    if node.name == "?":
        return "?"
    ambiguous = node.name.split()[0] in _AMBIGUOUS if node.name.strip() else False
    return f"`{node.name}`" if ambiguous else name_text(node.name)


def _call(node: Call) -> str:
    function, arguments = node.function, _all(node.arguments)
    if node.names is not None:
        named = zip(node.names, arguments, strict=True)
        arguments = [f"{name_text(name)}: {argument}" for name, argument in named]
    called = (
        name_text(function.name)
        if isinstance(function, Name) and function.name != "?"
        else _print(function, _POSTFIX)
    )
    return f"{called}({', '.join(arguments)})"


def _arithmetic(node: Arithmetic) -> str:
    level = _SIGNS[node.operator]
    return f"{_print(node.left, level)} {node.operator} {_print(node.right, level + 1)}"


def _comparison(node: Comparison) -> str:
    left = _print(node.left, _COMPARISON)
    return f"{left} {node.operator} {_print(node.right, _SUM)}"


def _between(node: Between) -> str:
    ends = f"{_print(node.low, _SUM)} and {_print(node.high, _SUM)}"
    return f"{_print(node.value, _COMPARISON)} between {ends}"


def _in(node: In) -> str:
    return f"{_print(node.value, _COMPARISON)} in ({', '.join(map(_test, node.tests))})"


def _test(node: Node) -> str:
    """One test among several: an operator before its only operand stands without brackets."""
    return _bare_half_range(node) if isinstance(node, HalfRange) else _print(node, _FORM)


def _bare_half_range(node: HalfRange) -> str:
    return f"{node.operator} {_print(node.bound, _SUM)}"


def _loop(bindings: tuple[Binding, ...]) -> str:
    return ", ".join(map(_binding, bindings))


def _binding(binding: Binding) -> str:
    last = "" if binding.last is None else f"..{_print(binding.last, _FORM)}"
    return f"{name_text(binding.name)} in {_print(binding.domain, _FORM)}{last}"


def _quantified(node: Quantified) -> str:
    word = "every" if node.every else "some"
    return f"{word} {_loop(node.bindings)} satisfies {_print(node.body, _FORM)}"


def _if(node: If) -> str:
    condition, accepted = _print(node.condition, _FORM), _print(node.accepted, _FORM)
    return f"if {condition} then {accepted} else {_print(node.refused, _FORM)}"


def _context(node: ContextOf) -> str:
    entries = (f"{text_literal(key)}: {_print(value, _FORM)}" for key, value in node.entries)
    return f"{{{', '.join(entries)}}}"


def _range(node: RangeOf) -> str:
    opening, closing = "[" if node.low_included else "(", "]" if node.high_included else ")"
    return f"{opening}{_print(node.low, _SUM)}..{_print(node.high, _SUM)}{closing}"


def _function(node: FunctionOf) -> str:
    parameters = ", ".join(_parameter(name, kind) for name, kind in node.parameters)
    external = "external " if node.external else ""
    return f"function({parameters}) {external}{_print(node.body, _FORM)}"


def _parameter(name: str, kind: Type) -> str:
    return name_text(name) if kind is ANY else f"{name_text(name)}: {kind}"


def _unary_tests(node: UnaryTestsOf) -> str:
    tests = ", ".join(map(_test, node.tests)) or "-"
    return f"not({tests})" if node.negated else tests


_FORMS: Mapping[type[Node], tuple[int, Callable[[Any], str]]] = {
    Literal: (_POSTFIX, _literal),
    Name: (_POSTFIX, _name),
    Path: (_POSTFIX, lambda node: f"{_print(node.source, _POSTFIX)}.{name_text(node.member)}"),
    Filter: (
        _POSTFIX,
        lambda node: f"{_print(node.source, _POSTFIX)}[{_print(node.predicate, _FORM)}]",
    ),
    Call: (_POSTFIX, _call),
    Negate: (_NEGATION, lambda node: f"-{_print(node.operand, _NEGATION)}"),
    Arithmetic: (_SUM, _arithmetic),
    Comparison: (_COMPARISON, _comparison),
    Between: (_COMPARISON, _between),
    In: (_COMPARISON, _in),
    InstanceOf: (
        _INSTANCE,
        lambda node: f"{_print(node.value, _INSTANCE)} instance of {node.type}",
    ),
    And: (_AND, lambda node: " and ".join(_all(node.parts, _COMPARISON))),
    Or: (_OR, lambda node: " or ".join(_all(node.parts, _AND))),
    If: (_FORM, _if),
    For: (_FORM, lambda node: f"for {_loop(node.bindings)} return {_print(node.body, _FORM)}"),
    Quantified: (_FORM, _quantified),
    ListOf: (_POSTFIX, lambda node: f"[{', '.join(map(_test, node.items))}]"),
    ContextOf: (_POSTFIX, _context),
    RangeOf: (_POSTFIX, _range),
    HalfRange: (_POSTFIX, lambda node: f"({_bare_half_range(node)})"),
    FunctionOf: (_FORM, _function),
    UnaryTestsOf: (_FORM, _unary_tests),
}
