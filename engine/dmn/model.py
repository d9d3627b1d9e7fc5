"""A decision model: parsed once, shared by all, asked by decision id or name."""

from collections.abc import Mapping
from typing import Any

from engine.dmn.document import Element, children, name_of, read_definitions
from engine.dmn.environment import Environment
from engine.dmn.errors import DecisionError, UnknownDecision, UnknownReference, UnreadableModel
from engine.dmn.item_types import TypeBook
from engine.dmn.requirements import (
    Decision,
    DecisionService,
    InputData,
    KnowledgeModel,
    Requirable,
    read_nodes,
)
from engine.dmn.session import Session
from engine.dmn.tables import DecisionTable
from engine.dmn.tracing import Outcome, TracedEvaluation, told
from feel.errors import CallsTooDeep, UnsupportedValue
from feel.expression import Expression, UnaryTests
from feel.functions import Function
from feel.limits import DEFAULT_LIMITS, Limits
from feel.types import Type
from feel.values import to_feel, to_python


class DecisionModel:
    """The decisions of one file, with those of the models it imports.

    `namespace` and `name` are those of the file; `nodes` holds every node by its full reference,
    `tables` every decision table of this file, wherever it stands, and `texts` every expression
    and cell with the id of its place.
    """

    def __init__(self, root: Element, imports: Mapping[str, "DecisionModel"]) -> None:
        self.namespace = root.get("namespace", "")
        self.name = name_of(root)
        self.imports = {
            name_of(each): _imported(each, imports)
            for each in children(root, "import")
            if each.get("importType", "") not in _FOREIGN_IMPORTS
        }
        book = TypeBook(root, self._imported_types())
        names: frozenset[str] = frozenset().union(*(model.names for model in self.imports.values()))
        environment = Environment(root, book, names)
        self.names: frozenset[str] = environment.names
        self.types = book.types
        self.own_nodes: dict[str, Requirable] = {
            f"{self.namespace}#{node.element_id}": node for node in read_nodes(root, environment)
        }
        self.nodes: dict[str, Requirable] = self._all_nodes()
        self.tables: tuple[DecisionTable, ...] = tuple(environment.tables)
        self.texts: tuple[tuple[str, Expression | UnaryTests], ...] = tuple(environment.texts)
        self.faults: tuple[DecisionError, ...] = tuple(environment.faults)

    def _imported_types(self) -> dict[str, Type]:
        return {
            f"{prefix}.{name}" if prefix else name: kind
            for prefix, model in self.imports.items()
            for name, kind in model.types.items()
        }

    def _all_nodes(self) -> dict[str, Requirable]:
        known: dict[str, Requirable] = {}
        for model in self.imports.values():
            known.update(model.nodes)
        known.update(self.own_nodes)
        for node in self.own_nodes.values():
            for reference in _references(node):
                if reference not in known:
                    raise UnknownReference(element=node.element_id, reference=reference)
        return known

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions of this file."""
        return tuple(node for node in self.own_nodes.values() if isinstance(node, Decision))

    def evaluate(
        self, decision_id: str, context: Mapping[str, Any], *, limits: Limits = DEFAULT_LIMITS
    ) -> Outcome:
        """Decide, with all decisions that this one requires.

        A decision service or a business knowledge model takes its inputs from the context too.
        Raises UnknownDecision, OverlappingRules, ConflictingRules, and FEEL's limits and
        unsupported values.
        """
        reference, node = self._find(decision_id)
        run = TracedEvaluation()
        run.limits = limits
        try:
            value = to_python(_asked(Session(self, context, run), reference), run)
        except RecursionError:
            raise CallsTooDeep(limit=limits.calls) from None
        except ArithmeticError:
            raise UnsupportedValue(kind="NaN") from None
        return told(_outcome(node, value, run))

    def _find(self, wanted: str) -> tuple[str, Requirable]:
        own = f"{self.namespace}#{wanted}"
        if own in self.nodes and not isinstance(self.nodes[own], InputData):
            return own, self.nodes[own]
        for kind in (Decision, DecisionService, KnowledgeModel):
            for reference, node in self.nodes.items():
                if isinstance(node, kind) and node.name == wanted:
                    return reference, node
        known = ", ".join(decision.element_id for decision in self.decisions)
        raise UnknownDecision(decision=wanted, known=known)


def _asked(session: Session, reference: str) -> Any:
    """The value of a decision; what a service or knowledge model answers to the context."""
    place = session.place(reference)
    value = place.session.value_of(place.node)
    if not isinstance(place.node, DecisionService | KnowledgeModel):
        return value
    if not isinstance(value, Function):
        return None
    given = place.session.context
    arguments = {name: to_feel(given.get(name)) for name in value.parameters}
    return value.call_named(arguments, session.run)


_FOREIGN_IMPORTS = frozenset({"http://www.w3.org/2001/XMLSchema"})


def _references(node: Requirable) -> tuple[str, ...]:
    if isinstance(node, DecisionService):
        return (*node.inputs, *node.outputs)
    return getattr(node, "requires", ())


def _imported(element: Element, imports: Mapping[str, DecisionModel]) -> DecisionModel:
    namespace = element.get("namespace", "")
    if namespace not in imports:
        raise UnknownReference(element=name_of(element), reference=namespace)
    return imports[namespace]


def _outcome(node: Requirable, value: Any, run: TracedEvaluation) -> Outcome:
    tables, notes = tuple(run.tables), tuple(run.notes)
    own = next((table for table in reversed(tables) if table.decision == node.name), None)
    if own is None:
        return Outcome(node.element_id, value, tables=tables, notes=notes)
    matched = tuple(rule.position for rule in own.rules)
    return Outcome(node.element_id, value, matched, own.inputs, tables, notes)


def parse_decisions(
    xml: bytes, imports: Mapping[str, DecisionModel] | None = None, *, strict: bool = True
) -> DecisionModel:
    """Read a DMN file; `imports` are models that it may import, by namespace. Raises DecisionError.

    Unless `strict`, faulty expressions are null and listed in the model's `faults`.
    """
    return parse_root(read_definitions(xml), imports or {}, strict=strict)


def parse_root(
    root: Element, imports: Mapping[str, DecisionModel], *, strict: bool
) -> DecisionModel:
    """The same for XML that is read already."""
    try:
        model = DecisionModel(root, imports)
    except RecursionError:
        raise UnreadableModel(reason="it is nested too deeply") from None
    if strict and model.faults:
        raise model.faults[0]
    return model
