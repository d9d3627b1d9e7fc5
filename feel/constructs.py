"""Compile arithmetic, paths, lists, contexts, calls and function literals."""

from collections.abc import Sequence
from typing import Any

from feel import arithmetic
from feel.builtins import BUILTINS
from feel.closures import Closure
from feel.compiler import Code, Compiler, Scope, compiles
from feel.functions import Function
from feel.limits import Evaluation
from feel.members import member_of
from feel.syntax import (
    Arithmetic,
    Call,
    ContextOf,
    FunctionOf,
    ListOf,
    Name,
    Negate,
    Node,
    Path,
)


@compiles(Negate)
def negation(compiler: Compiler, node: Negate) -> Code:
    """-operand"""
    operand = compiler.compile(node.operand)
    return lambda scope, run: arithmetic.negate(operand(scope, run))


@compiles(Arithmetic)
def calculation(compiler: Compiler, node: Arithmetic) -> Code:
    """left + right and its like."""
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    sign = node.operator

    def calculate(scope: Scope, run: Evaluation) -> Any:
        return arithmetic.calculated(sign, left(scope, run), right(scope, run), run)

    return calculate


@compiles(Path)
def path(compiler: Compiler, node: Path) -> Code:
    """source.member"""
    source, name = compiler.compile(node.source), node.member

    def read(scope: Scope, run: Evaluation) -> Any:
        value = source(scope, run)
        return value.get(name) if value.__class__ is dict else member_of(value, name, run)

    return read


@compiles(ListOf)
def list_of(compiler: Compiler, node: ListOf) -> Code:
    """[items]"""
    items = compiler.compile_all(node.items)
    return lambda scope, run: [item(scope, run) for item in items]


@compiles(ContextOf)
def context_of(compiler: Compiler, node: ContextOf) -> Code:
    """{key: value}; an entry sees the ones before it, and a key may not come twice."""
    entries: list[tuple[str, Code]] = []
    for key, value in node.entries:
        entries.append((key, compiler.compile(value)))
        compiler = compiler.binding(key)
    repeated = len({key for key, _ in entries}) < len(entries)

    def build(scope: Scope, run: Evaluation) -> dict[str, Any] | None:
        inner, result = dict(scope), {}
        for key, value in entries:
            inner[key] = result[key] = value(inner, run)
        return None if repeated else result

    return build


@compiles(FunctionOf)
def function_of(compiler: Compiler, node: FunctionOf) -> Code:
    """function(parameters) body, remembering the scope it was written in."""
    names = tuple(name for name, _ in node.parameters)
    types = tuple(kind for _, kind in node.parameters)
    body = compiler.binding(*names).compile(node.body)
    if node.external:
        return lambda _scope, _run: None

    def make(scope: Scope, _run: Evaluation) -> Function:
        outer = dict(scope)

        def call(arguments: Sequence[Any], run: Evaluation) -> Any:
            return body({**outer, **dict(zip(names, arguments, strict=True))}, run)

        return Closure("", names, types, call)

    return make


@compiles(Call)
def call(compiler: Compiler, node: Call) -> Code:
    """function(arguments)"""
    if isinstance(node.function, Name) and node.function.name in _SPECIAL:
        return _SPECIAL[node.function.name](compiler, node)
    function = callee(compiler, node.function)
    arguments = compiler.compile_all(node.arguments)
    if node.names is not None:
        return _named_call(function, node.names, arguments)

    def invoke(scope: Scope, run: Evaluation) -> Any:
        target = function(scope, run)
        if not isinstance(target, Function):
            return None
        return target.call([argument(scope, run) for argument in arguments], run)

    return invoke


def _named_call(function: Code, names: tuple[str, ...], arguments: tuple[Code, ...]) -> Code:
    repeated = len(set(names)) < len(names)

    def invoke(scope: Scope, run: Evaluation) -> Any:
        target = function(scope, run)
        if repeated or not isinstance(target, Function):
            return None
        values = [argument(scope, run) for argument in arguments]
        return target.call_named(dict(zip(names, values, strict=True)), run)

    return invoke


def callee(compiler: Compiler, node: Node) -> Code:
    """The function to call: a builtin by its name, unless the scope holds a function of this name."""
    if not isinstance(node, Name):
        return compiler.compile(node)
    name, builtin = node.name, BUILTINS.get(node.name)
    if builtin is None or name in compiler.bound:
        return compiler.variable(node)

    def find(scope: Scope, _run: Evaluation) -> Function:
        found = scope.get(name)
        return found if isinstance(found, Function) else builtin

    return find


def _is_defined(compiler: Compiler, node: Call) -> Code:
    """Camunda's `is defined(value)`: true when the variable or member exists, even if it is null."""
    if len(node.arguments) != 1:
        return lambda _scope, _run: None
    return _exists(compiler, node.arguments[0])


def _exists(compiler: Compiler, node: Node) -> Code:
    value = compiler.compile(node)
    if isinstance(node, Name):
        name = node.name
        return lambda scope, _run: name in scope
    if not isinstance(node, Path):
        return lambda scope, run: value(scope, run) is not None
    source, member = compiler.compile(node.source), node.member

    def exists(scope: Scope, run: Evaluation) -> bool:
        holder = source(scope, run)
        return member in holder if holder.__class__ is dict else value(scope, run) is not None

    return exists


_SPECIAL = {"is defined": _is_defined}
