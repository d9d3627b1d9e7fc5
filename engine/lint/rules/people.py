"""Rules about who does the work, with what, until when, and what happens when it fails."""

from collections.abc import Iterator

from core.errors import N_
from engine.bpmn.reading import attributes_of, extension
from engine.lint.findings import Hit, Severity, rule
from engine.lint.model import FlowNode, Model, ScopeGraph

FORMS = ("formId", "formKey", "externalReference")
DOERS = ("assignee", "candidateGroups")
LIMITS = ("workingDays", "limit")


def _given(node: FlowNode, name: str, *attributes: str) -> bool:
    found = extension(node.element, name)
    return found is not None and any(found.get(attribute, "").strip() for attribute in attributes)


@rule(
    "task-without-form",
    Severity.WARNING,
    N_("The user task has no form"),
    N_("Name its form in the properties; without one nothing can be answered."),
)
def task_without_form(model: Model) -> Iterator[Hit]:
    """User tasks that nobody can fill in."""
    for node in model.tasks("userTask"):
        if not _given(node, "formDefinition", *FORMS):
            yield Hit(node.element)


@rule(
    "task-without-doer",
    Severity.ERROR,
    N_("The user task is nobody's: it has neither a group nor an assignee"),
    N_("Choose the group that does it, or an assignee in FEEL."),
)
def task_without_doer(model: Model) -> Iterator[Hit]:
    """User tasks that appear in no list."""
    for node in model.tasks("userTask"):
        if not _given(node, "assignmentDefinition", *DOERS):
            yield Hit(node.element)


@rule(
    "task-without-limit",
    Severity.WARNING,
    N_("The user task has no time limit"),
    N_("Set motcua:workingDays, motcua:limit or a due date, or attach a timer."),
)
def task_without_limit(model: Model) -> Iterator[Hit]:
    """User tasks that may lie for ever."""
    for scope in model.scopes:
        for node in scope.nodes.values():
            if node.kind == "userTask" and node.executable and not _limited(scope, node):
                yield Hit(node.element)


def _limited(scope: ScopeGraph, node: FlowNode) -> bool:
    timed = any(event.event == "timer" for event in scope.attached.get(node.id, []))
    said = attributes_of(node.element)
    limited = any(said.get(name, "").strip() for name in LIMITS)
    return timed or limited or _given(node, "taskSchedule", "dueDate")


@rule(
    "no-error-path",
    Severity.WARNING,
    N_("The service task has neither retries nor a way for errors"),
    N_("Set its retries, or attach an error event that leads to somebody who can help."),
)
def no_error_path(model: Model) -> Iterator[Hit]:
    """Service tasks for which the model does not say what happens when they fail."""
    for scope in model.scopes:
        handled = any(_handles_errors(node) for node in scope.nodes.values())
        for node in scope.nodes.values():
            if node.kind in {"serviceTask", "sendTask"} and node.executable and not handled:
                caught = any(event.event == "error" for event in scope.attached.get(node.id, []))
                if not caught and not _given(node, "taskDefinition", "retries"):
                    yield Hit(node.element)


def _handles_errors(node: FlowNode) -> bool:
    within = node.element.iterchildren("{*}startEvent") if node.listens else ()
    return any(FlowNode(start, node.executable).event == "error" for start in within)
