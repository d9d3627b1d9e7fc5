"""One evaluation of a requirements graph: every node is computed at most once."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.dmn.errors import CircularRequirement
from engine.dmn.requirements import (
    Decision,
    DecisionService,
    InputData,
    KnowledgeModel,
    Requirable,
)
from feel.closures import Closure
from feel.functions import Function
from feel.limits import Evaluation
from feel.types import fitted
from feel.values import to_feel

if TYPE_CHECKING:
    from engine.dmn.model import DecisionModel

_PENDING = object()


class Session:
    """The values known so far, by node id."""

    def __init__(self, model: "DecisionModel", context: Mapping[str, Any], run: Evaluation) -> None:
        self.model = model
        self.context = context
        self.run = run
        self.values: dict[int, Any] = {}

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
        if isinstance(node, InputData):
            return fitted(to_feel(self.context.get(node.name)), node.type)
        if isinstance(node, DecisionService):
            return self.service_result(node)
        if node.code is None:
            return fitted(to_feel(self.context.get(_visible_name(node))), node.type)
        scope = self._scope(node.requires)
        value = node.code(scope, self.run)
        if isinstance(node, KnowledgeModel):
            return _typed(value, node)
        return fitted(value, node.type)

    def _scope(self, requires: Sequence[str]) -> dict[str, Any]:
        """The caller's context, and over it the values of the required nodes."""
        scope = dict(self.context)
        for reference in requires:
            node = self.model.nodes[reference]
            value = (
                self._as_function(node)
                if isinstance(node, DecisionService)
                else self.value_of(node)
            )
            self._put(scope, reference, node, value)
        return scope

    def _put(self, scope: dict[str, Any], reference: str, node: Requirable, value: Any) -> None:
        name = node.variable if isinstance(node, Decision) else node.name
        namespace = reference.partition("#")[0]
        for prefix, model in self.model.imports.items():
            if model.namespace == namespace and prefix:
                holder = scope.get(prefix)
                scope[prefix] = {**(holder if isinstance(holder, dict) else {}), name: value}
                return
        scope[name] = value

    def _as_function(self, service: DecisionService) -> Function:
        nodes = [self.model.nodes[reference] for reference in service.inputs]

        def call(arguments: Sequence[Any], run: Evaluation) -> Any:
            names = [_visible_name(node) for node in nodes]
            inner = Session(self.model, dict(zip(names, arguments, strict=True)), run)
            inner.values = {id(node): value for node, value in zip(nodes, arguments, strict=True)}
            return inner.service_result(service)

        names = tuple(_visible_name(node) for node in nodes)
        types = tuple(node.type for node in nodes)
        return Closure(service.name, names, types, call)

    def service_result(self, service: DecisionService) -> Any:
        """The output decision's value, or a context of several."""
        outputs = [self.model.nodes[reference] for reference in service.outputs]
        values = {_visible_name(node): self.value_of(node) for node in outputs}
        result = next(iter(values.values())) if len(values) == 1 else values
        return fitted(result, service.type)


def _visible_name(node: Requirable) -> str:
    return node.variable if isinstance(node, Decision) else node.name


def _typed(function: Any, node: KnowledgeModel) -> Any:
    """The function with its result fitted to the type that the knowledge model declares."""
    if not isinstance(function, Closure):
        return function

    def call(arguments: Sequence[Any], run: Evaluation) -> Any:
        return fitted(function.call(arguments, run), node.type)

    return Closure(node.name, function.parameters, function.types, call)
