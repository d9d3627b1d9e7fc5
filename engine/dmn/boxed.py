"""Boxed expressions (DMN 10.2): each kind of box becomes a closure over (scope, evaluation), like
FEEL itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from engine.dmn.document import Element, child, children, kind_of, name_of, place_of, text_in
from engine.dmn.environment import Environment
from engine.dmn.errors import UnsupportedElement
from engine.dmn.item_types import plain
from engine.dmn.table_reader import read_table
from feel.closures import Closure
from feel.compiler import Code, Scope
from feel.functions import Function
from feel.limits import Evaluation
from feel.loops import NotIterable, members
from feel.types import ANY, FunctionType, Type, fitted

_NOT_BOXES = frozenset(
    {
        *("description", "question", "allowedAnswers", "variable", "informationRequirement"),
        *("knowledgeRequirement", "authorityRequirement", "extensionElements", "formalParameter"),
        *("parameter", "supportedObjective", "usingProcess", "usingTask", "decisionMaker"),
        *("decisionOwner", "impactedPerformanceIndicator"),
    }
)


def boxes_in(element: Element) -> Iterator[Element]:
    """The boxed expressions right inside an element."""
    return (inner for inner in element.iterchildren("{*}*") if kind_of(inner) not in _NOT_BOXES)


def box_in(element: Element) -> Element | None:
    """The boxed expression inside an element, if it has one."""
    return next(boxes_in(element), None)


def compile_box(element: Element | None, environment: Environment, owner: str = "") -> Code:
    """The closure of a box; nothing is null. Raises DecisionError."""
    if element is None:
        return lambda _scope, _run: None
    try:
        code = _kind(element)(element, environment, owner)
    except UnsupportedElement as error:
        environment.faults.append(error)
        return lambda _scope, _run: None
    wanted = environment.type_named(element.get("typeRef"))
    if kind_of(element) == "functionDefinition" and not isinstance(plain(wanted), FunctionType):
        return code
    return _typed(code, wanted)


def _kind(element: Element) -> Callable[[Element, Environment, str], Code]:
    found = _BOXES.get(kind_of(element))
    if found is None:
        raise UnsupportedElement(element=place_of(element), kind=kind_of(element))
    return found


def _literal(element: Element, environment: Environment, _owner: str) -> Code:
    language = element.get("expressionLanguage", "")
    if language and "feel" not in language.lower() and not language.endswith("FEEL/"):
        raise UnsupportedElement(element=place_of(element), kind=language)
    return environment.expression(text_in(element), element)


def _table(element: Element, environment: Environment, owner: str) -> Code:
    return read_table(element, environment, owner).decide


def _context(element: Element, environment: Environment, owner: str) -> Code:
    """Entries see the ones before them; an entry without a name is the result."""
    entries: list[tuple[str, Code]] = []
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        code = compile_box(box_in(entry), environment, owner)
        wanted = environment.type_named(None if variable is None else variable.get("typeRef"))
        name = "" if variable is None else name_of(variable)
        entries.append((name, _typed(code, wanted)))

    def build(scope: Scope, run: Evaluation) -> Any:
        inner, result = dict(scope), {}
        for name, code in entries:
            value = code(inner, run)
            if not name:
                return value
            inner[name] = result[name] = value
        return result

    return build


def _typed(code: Code, wanted: Type) -> Code:
    return code if wanted is ANY else lambda scope, run: fitted(code(scope, run), wanted)


def _list(element: Element, environment: Environment, owner: str) -> Code:
    items = [compile_box(item, environment, owner) for item in boxes_in(element)]
    return lambda scope, run: [item(scope, run) for item in items]


def _relation(element: Element, environment: Environment, owner: str) -> Code:
    columns = list(children(element, "column"))
    names = [name_of(column) for column in columns]
    types = [environment.type_named(column.get("typeRef")) for column in columns]
    rows = [
        [
            _typed(compile_box(cell, environment, owner), wanted)
            for cell, wanted in zip(boxes_in(row), types, strict=False)
        ]
        for row in children(element, "row")
    ]
    return lambda scope, run: [
        {name: cell(scope, run) for name, cell in zip(names, row, strict=False)} for row in rows
    ]


def _invocation(element: Element, environment: Environment, owner: str) -> Code:
    called = next((box for box in boxes_in(element) if kind_of(box) != "binding"), None)
    function = compile_box(called, environment, owner)
    arguments: dict[str, Code] = {}
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        if parameter is not None:
            arguments[name_of(parameter)] = compile_box(box_in(binding), environment, owner)

    def invoke(scope: Scope, run: Evaluation) -> Any:
        target = function(scope, run)
        if not isinstance(target, Function):
            return None
        values = {name: code(scope, run) for name, code in arguments.items()}
        return target.call_named(values, run)

    return invoke


def function_of(element: Element, environment: Environment, owner: str) -> Code:
    """A functionDefinition: a function that remembers the scope it was made in."""
    if element.get("kind", "FEEL") != "FEEL":
        return lambda _scope, _run: None
    parameters = list(children(element, "formalParameter"))
    names = tuple(map(name_of, parameters))
    types = tuple(environment.type_named(each.get("typeRef")) for each in parameters)
    body = compile_box(box_in(element), environment, owner)

    def make(scope: Scope, _run: Evaluation) -> Function:
        outer = dict(scope)

        def call(arguments: Sequence[Any], run: Evaluation) -> Any:
            return body({**outer, **dict(zip(names, arguments, strict=True))}, run)

        return Closure(owner, names, types, call)

    return make


def _part(element: Element, kind: str, environment: Environment, owner: str) -> Code:
    holder = child(element, kind)
    return compile_box(None if holder is None else box_in(holder), environment, owner)


def _conditional(element: Element, environment: Environment, owner: str) -> Code:
    condition = _part(element, "if", environment, owner)
    accepted = _part(element, "then", environment, owner)
    refused = _part(element, "else", environment, owner)

    def choose(scope: Scope, run: Evaluation) -> Any:
        holds = condition(scope, run)
        if holds is not None and not isinstance(holds, bool):
            return None
        return (accepted if holds else refused)(scope, run)

    return choose


def _filter(element: Element, environment: Environment, owner: str) -> Code:
    source = _part(element, "in", environment, owner)
    matches = _part(element, "match", environment, owner)

    def select(scope: Scope, run: Evaluation) -> Any:
        value = source(scope, run)
        if value is None:
            return None
        items = value if isinstance(value, list) else [value]
        verdicts = [matches(_around(item, scope), run) for item in items]
        if not all(verdict is None or isinstance(verdict, bool) for verdict in verdicts):
            return None
        return [item for item, verdict in zip(items, verdicts, strict=True) if verdict]

    return select


def _around(item: Any, scope: Scope) -> Scope:
    entries = item if isinstance(item, dict) else {}
    return {**scope, "item": item, **entries}


def _iteration(element: Element, environment: Environment, owner: str) -> Code:
    """for, every and some: the FEEL forms with their parts in boxes."""
    name = element.get("iteratorVariable", "")
    source = _part(element, "in", environment, owner)
    body_kind = "return" if kind_of(element) == "for" else "satisfies"
    body = _part(element, body_kind, environment, owner)
    reduce = _REDUCTIONS[kind_of(element)]

    def evaluate(scope: Scope, run: Evaluation) -> Any:
        results: list[Any] = []
        inner = dict(scope)
        try:
            for item in members(source(scope, run), run):
                run.charge(1 + len(results) // 64)
                if body_kind == "return":
                    inner["partial"] = list(results)
                inner[name] = item
                results.append(body(inner, run))
        except NotIterable:
            return None
        return reduce(results)

    return evaluate


def _decided(results: list[Any], *, decisive: bool) -> bool | None:
    if any(value is decisive for value in results):
        return decisive
    return not decisive if all(value is (not decisive) for value in results) else None


_REDUCTIONS: Mapping[str, Callable[[list[Any]], Any]] = {
    "for": lambda results: results,
    "some": lambda results: _decided(results, decisive=True),
    "every": lambda results: _decided(results, decisive=False),
}
_BOXES: Mapping[str, Callable[[Element, Environment, str], Code]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": function_of,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iteration,
    "some": _iteration,
    "every": _iteration,
}
