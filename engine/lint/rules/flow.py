"""Rules about the way of the tokens."""

from collections.abc import Iterator

from core.errors import N_
from engine.bpmn.reading import child, is_true
from engine.lint.findings import Hit, Severity, rule
from engine.lint.model import CHOOSING, EVENTS, GATEWAYS, WORK, FlowNode, Model, ScopeGraph
from engine.lint.variables import written_by_both


@rule(
    "unreachable",
    Severity.ERROR,
    N_("No token ever comes here"),
    N_("Connect it with the start of its process, or remove it."),
)
def unreachable(model: Model) -> Iterator[Hit]:
    """Nodes that no start leads to; deployment itself names those without any flow."""
    for scope in model.scopes:
        reached = scope.reach([node for node in scope.nodes.values() if _begins(node)])
        for node in scope.nodes.values():
            named = node.executable and not node.incoming
            if node not in reached and not named and node.kind != "boundaryEvent":
                yield Hit(node.element)


def _begins(node: FlowNode) -> bool:
    by_itself = node.kind == "startEvent" or node.undoes
    return by_itself or is_true(node.element, "triggeredByEvent", default=False)


@rule(
    "dead-end",
    Severity.WARNING,
    N_("The way ends without an end event"),
    N_("Lead it to an end event, so that a reader sees that it ends on purpose."),
)
def dead_end(model: Model) -> Iterator[Hit]:
    """Ways that stop at something that is no end."""
    for node in model.nodes:
        ends = node.kind == "endEvent" or node.undoes or node.event in {"link", "compensate"}
        if not node.outgoing and not ends and not (node.listens and node.kind in WORK):
            yield Hit(node.element)


@rule(
    "fake-join",
    Severity.WARNING,
    N_("Several flows lead into %(element)s, which does not wait for all of them"),
    N_("Join them in a gateway before it: exclusive for one of them, parallel for all."),
)
def fake_join(model: Model) -> Iterator[Hit]:
    """Joins without a gateway."""
    for node in model.nodes:
        if node.kind in WORK | EVENTS - {"endEvent"} and len(node.incoming) > 1:
            yield Hit(node.element)


@rule(
    "implicit-split",
    Severity.WARNING,
    N_("Several flows leave %(element)s, and all of them are taken"),
    N_("Draw a parallel gateway behind it, or an exclusive one if only one way is meant."),
)
def implicit_split(model: Model) -> Iterator[Hit]:
    """Splits without a gateway."""
    for node in model.nodes:
        if node.kind in WORK | EVENTS and len(node.outgoing) > 1:
            yield Hit(node.element)


@rule(
    "superfluous-gateway",
    Severity.WARNING,
    N_("The gateway neither joins nor splits"),
    N_("Remove it."),
)
def superfluous_gateway(model: Model) -> Iterator[Hit]:
    """Gateways with one way in and one way out."""
    for node in model.nodes:
        if node.kind in GATEWAYS and max(len(node.incoming), len(node.outgoing)) <= 1:
            yield Hit(node.element)


@rule(
    "join-and-split",
    Severity.WARNING,
    N_("The gateway joins and splits at once"),
    N_("Draw two gateways, one that joins and one that splits."),
)
def join_and_split(model: Model) -> Iterator[Hit]:
    """Gateways with two meanings."""
    for node in model.nodes:
        if node.kind in GATEWAYS and min(len(node.incoming), len(node.outgoing)) > 1:
            yield Hit(node.element)


@rule(
    "no-default",
    Severity.WARNING,
    N_("The gateway has no default flow, and its conditions may all be false"),
    N_("Make one flow the default; otherwise such a case stops here as an incident."),
)
def no_default(model: Model) -> Iterator[Hit]:
    """Choices that may leave a token without a way."""
    for node in model.nodes:
        splits = node.kind in CHOOSING and len(node.outgoing) > 1
        if splits and node.executable and not node.element.get("default") and not _total(node):
            yield Hit(node.element)


def _total(node: FlowNode) -> bool:
    """Whether the conditions say `true`, or one of them is the opposite of another."""
    found = (child(flow, "conditionExpression") for flow in node.outgoing)
    texts = {
        "".join((item.text or "").removeprefix("=").split()) for item in found if item is not None
    }
    return "true" in texts or any(f"not({text})" in texts for text in texts)


@rule(
    "parallel-writes",
    Severity.WARNING,
    N_("Branches that run at the same time write the same variable: %(names)s"),
    N_("Give each branch a variable of its own, or let one come after the other."),
)
def parallel_writes(model: Model) -> Iterator[Hit]:
    """Variables whose value depends on which branch is faster."""
    for scope in model.scopes:
        for node in scope.nodes.values():
            if node.kind in {"parallelGateway", "inclusiveGateway"} and len(node.outgoing) > 1:
                names = {name for pair in _apart(scope, node) for name in written_by_both(*pair)}
                if names:
                    yield Hit(node.element, {"names": ", ".join(sorted(names))})


def _apart(scope: ScopeGraph, node: FlowNode) -> Iterator[tuple[set[FlowNode], set[FlowNode]]]:
    """For every two branches, what only the one and what only the other reaches."""
    branches = [scope.reach([target]) for target in scope.after(node)]
    for index, one in enumerate(branches):
        for other in branches[index + 1 :]:
            yield one - other, other - one
