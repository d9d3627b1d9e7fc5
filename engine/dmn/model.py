"""A decision model: parsed once, shared by all, asked by decision id or name."""

from collections.abc import Mapping
from typing import Any

from engine.dmn.document import Element, children, name_of, read_definitions
from engine.dmn.environment import Environment
from engine.dmn.errors import DecisionError, UnknownDecision, UnknownReference, UnreadableModel
from engine.dmn.item_types import TypeBook
from engine.dmn.requirements import Decision, DecisionService, Requirable, read_nodes
from engine.dmn.session import Session
from engine.dmn.tracing import Outcome, TableAnswer, TracedEvaluation
from feel.errors import CallsTooDeep, UnsupportedValue
from feel.limits import DEFAULT_LIMITS, Limits
from feel.types import Type
from feel.values import to_python


class DecisionModel:
    """The decisions of one file, with those of the models it imports.

    `namespace` and `name` are those of the file; `nodes` holds every node by its full reference.
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
        self.nodes: dict[str, Requirable] = {}
        self._add_nodes(root, environment)
        self.faults: tuple[DecisionError, ...] = tuple(environment.faults)

    def _imported_types(self) -> dict[str, Type]:
        return {
            f"{prefix}.{name}" if prefix else name: kind
            for prefix, model in self.imports.items()
            for name, kind in model.types.items()
        }

    def _add_nodes(self, root: Element, environment: Environment) -> None:
        for model in self.imports.values():
            self.nodes.update(model.nodes)
        for node in read_nodes(root, environment):
            self.nodes[f"{self.namespace}#{node.element_id}"] = node
        for node in self.nodes.values():
            for reference in _references(node):
                if reference not in self.nodes:
                    raise UnknownReference(element=node.element_id, reference=reference)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions of this file."""
        own = f"{self.namespace}#"
        return tuple(
            node
            for reference, node in self.nodes.items()
            if isinstance(node, Decision) and reference.startswith(own)
        )

    def evaluate(
        self, decision_id: str, context: Mapping[str, Any], *, limits: Limits = DEFAULT_LIMITS
    ) -> Outcome:
        """Decide, with all decisions that this one requires.

        Raises UnknownDecision, OverlappingRules, ConflictingRules, and FEEL's limits and
        unsupported values.
        """
        node = self._find(decision_id)
        run = TracedEvaluation()
        run.limits = limits
        try:
            value = to_python(Session(self, context, run).value_of(node), run)
        except RecursionError:
            raise CallsTooDeep(limit=limits.calls) from None
        except ArithmeticError:
            raise UnsupportedValue(kind="NaN") from None
        return _outcome(node, value, tuple(run.tables))

    def _find(self, wanted: str) -> Decision | DecisionService:
        found = self.nodes.get(f"{self.namespace}#{wanted}")
        if isinstance(found, Decision | DecisionService):
            return found
        for node in self.nodes.values():
            if isinstance(node, Decision | DecisionService) and node.name == wanted:
                return node
        known = ", ".join(decision.element_id for decision in self.decisions)
        raise UnknownDecision(decision=wanted, known=known)


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


def _outcome(
    node: Decision | DecisionService, value: Any, tables: tuple[TableAnswer, ...]
) -> Outcome:
    own = next((table for table in reversed(tables) if table.decision == node.name), None)
    if own is None:
        return Outcome(node.element_id, value, tables=tables)
    matched = tuple(rule.position for rule in own.rules)
    return Outcome(node.element_id, value, matched, own.inputs, tables)


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
