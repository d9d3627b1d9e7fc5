"""Rules about names: a diagram is read by people who did not draw it."""

from collections.abc import Iterator

from core.errors import N_
from engine.bpmn.reading import child
from engine.lint.findings import Hit, Severity, rule
from engine.lint.model import CHOOSING, EVENTS, WORK, Model


@rule(
    "task-without-name",
    Severity.WARNING,
    N_("%(element)s has no name"),
    N_("Name what is done, such as “Check the documents”."),
)
def task_without_name(model: Model) -> Iterator[Hit]:
    """Activities that say nothing; event subprocesses speak by their start."""
    for node in model.nodes:
        if node.kind in WORK and not node.name and not node.listens:
            yield Hit(node.element)


@rule(
    "event-without-name",
    Severity.WARNING,
    N_("The event has no name"),
    N_("Name what has happened, such as “Fee paid”."),
)
def event_without_name(model: Model) -> Iterator[Hit]:
    """Events that say nothing."""
    for node in model.nodes:
        if node.kind in EVENTS and not node.name and node.event not in {"compensate", "link"}:
            yield Hit(node.element)


@rule(
    "gateway-without-name",
    Severity.WARNING,
    N_("The gateway asks no question"),
    N_("Name it by what is decided, such as “Complete?”."),
)
def gateway_without_name(model: Model) -> Iterator[Hit]:
    """Choices without a question."""
    for node in model.nodes:
        if node.kind in CHOOSING and len(node.outgoing) > 1 and not node.name:
            yield Hit(node.element)


@rule(
    "flow-without-name",
    Severity.WARNING,
    N_("The flow behind a gateway has a condition and no name"),
    N_("Name it by the answer, such as “yes”."),
)
def flow_without_name(model: Model) -> Iterator[Hit]:
    """Answers that only the condition tells."""
    for node in model.nodes:
        for flow in node.outgoing if node.kind in CHOOSING else ():
            asked = child(flow, "conditionExpression") is not None
            if asked and not flow.get("name", "").strip():
                yield Hit(flow)


@rule(
    "duplicate-name",
    Severity.WARNING,
    N_("Two activities are both called “%(name)s”"),
    N_("Give each a name of its own, so that reports and task lists can tell them apart."),
)
def duplicate_name(model: Model) -> Iterator[Hit]:
    """Activities of one scope with the same name, from the second on."""
    for scope in model.scopes:
        seen: set[str] = set()
        for node in scope.nodes.values():
            if node.kind in WORK and node.name:
                if node.name.casefold() in seen:
                    yield Hit(node.element, {"name": node.name})
                seen.add(node.name.casefold())
