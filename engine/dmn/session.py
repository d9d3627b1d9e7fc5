"""One evaluation of a requirements graph: every node is computed at most once.

An imported model has a session of its own inside that of the importing model. It sees what the
caller gave under the import's name, so a model that is imported twice may get different inputs.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.dmn.errors import CircularRequirement
from engine.dmn.item_types import result_of
from engine.dmn.requirements import (
    Decision,
    DecisionService,
    InputData,
    KnowledgeModel,
    Requirable,
)
from engine.dmn.tracing import note, note_nulls
from feel.closures import Closure
from feel.functions import Function
from feel.limits import Evaluation
from feel.types import ANY, Type, fitted
from feel.values import to_feel

if TYPE_CHECKING:
    from engine.dmn.model import DecisionModel

_PENDING = object()


class Place(NamedTuple):
    """A node, the session that computes it, and the import names on the way there."""

    session: "Session"
    node: Requirable
    prefixes: tuple[str, ...]


class Session:
    """The values known so far, by node."""

    def __init__(self, model: "DecisionModel", context: Mapping[str, Any], run: Evaluation) -> None:
        self.model = model
        self.context = context
        self.run = run
        self.values: dict[int, Any] = {}
        self._imported: dict[str, Session] = {}

    def place(self, reference: str) -> Place:
        """Where a node lives; the model's own reader made sure that it exists."""
        if reference in self.model.own_nodes:
            return Place(self, self.model.own_nodes[reference], ())
        namespace = reference.partition("#")[0]
        ways = [
            prefix
            for prefix, model in self.model.imports.items()
            if model.namespace == namespace or reference in model.nodes
        ]
        direct = (way for way in ways if self.model.imports[way].namespace == namespace)
        prefix = next(direct, ways[0])
        found = self._inside(prefix).place(reference)
        return Place(found.session, found.node, (prefix, *found.prefixes) if prefix else ())

    def _inside(self, prefix: str) -> "Session":
        if prefix not in self._imported:
            own = self.context.get(prefix)
            context = {**self.context, **own} if isinstance(own, Mapping) else self.context
            self._imported[prefix] = Session(self.model.imports[prefix], context, self.run)
        return self._imported[prefix]

    def value_of(self, node: Requirable) -> Any:
        """The value of a node, computed when it is first asked for. Raises CircularRequirement."""
        key = id(node)
        if key not in self.values:
            self.values[key] = _PENDING
            self.values[key] = self._compute(node)
        if self.values[key] is _PENDING:
            raise CircularRequirement(element=node.element_id)
        return self.values[key]

    def _compute(self, node: Requirable) -> Any:
        if isinstance(node, DecisionService):
            return self.as_function(node)
        if isinstance(node, InputData) or node.code is None:
            return self._given(node)
        scope = self._scope(node.requires)
        if isinstance(node, KnowledgeModel):
            scope[node.name] = self._itself(node)
            return _typed(node.code(scope, self.run), node)
        value = node.code(scope, self.run)
        if value is None and node.expression is not None:
            note_nulls(self.run, node.name, node.expression, scope)
        return self._fitted(value, node)

    def _given(self, node: Requirable) -> Any:
        """What the caller gave: inputs, and decisions that people make."""
        name = visible_name(node)
        if name not in self.context:
            note(self.run, "input-missing", element=name)
        return self._fitted(to_feel(self.context.get(name)), node)

    def _fitted(self, value: Any, node: Requirable) -> Any:
        result = fitted(value, node.type)
        if result is None and value is not None:
            note(self.run, "not-of-its-type", element=visible_name(node), value=value)
        return result

    def _scope(self, requires: Sequence[str]) -> dict[str, Any]:
        """The caller's context, and over it the values of the required nodes."""
        scope = dict(self.context)
        for reference in requires:
            session, node, prefixes = self.place(reference)
            holder = scope
            for prefix in prefixes:
                known = holder.get(prefix)
                holder[prefix] = dict(known) if isinstance(known, Mapping) else {}
                holder = holder[prefix]
            holder[visible_name(node)] = session.value_of(node)
        return scope

    def _itself(self, node: KnowledgeModel) -> Function:
        """A knowledge model may call itself; by then it is there."""

        def call(arguments: Sequence[Any], run: Evaluation) -> Any:
            return self.value_of(node).call(arguments, run)

        return Closure(node.name, node.parameters, (ANY,) * len(node.parameters), call)

    def as_function(self, service: DecisionService) -> Function:
        """A decision service as a function of its inputs, which sees nothing else (DMN 10.4)."""
        inputs = [self.place(reference).node for reference in service.inputs]
        names = tuple(map(visible_name, inputs))

        def call(arguments: Sequence[Any], run: Evaluation) -> Any:
            inner = Session(self.model, dict(zip(names, arguments, strict=True)), run)
            for reference, value in zip(service.inputs, arguments, strict=True):
                session, node, _ = inner.place(reference)
                session.values[id(node)] = value
            return inner._service_result(service)

        return Closure(service.name, names, tuple(node.type for node in inputs), call)

    def _service_result(self, service: DecisionService) -> Any:
        """The output decision's value, or a context of several."""
        values: dict[str, Any] = {}
        for reference in service.outputs:
            session, node, _ = self.place(reference)
            values[visible_name(node)] = session.value_of(node)
        result = next(iter(values.values())) if len(values) == 1 else values
        return fitted(result, result_of(service.type))


def visible_name(node: Requirable) -> str:
    """The name under which expressions see a node."""
    return node.variable if isinstance(node, Decision) else node.name


def _typed(function: Any, node: KnowledgeModel) -> Any:
    """The function with its result fitted to the type that the knowledge model declares."""
    wanted: Type = result_of(node.type)
    if not isinstance(function, Closure) or wanted is ANY:
        return function

    def call(arguments: Sequence[Any], run: Evaluation) -> Any:
        return fitted(function.call(arguments, run), wanted)

    return Closure(node.name, function.parameters, function.types, call)
