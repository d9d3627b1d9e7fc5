"""Tasks: for people, for the outside world, for our own code, for FEEL and for decision tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from core.ids import new_id
from engine.machine.effects import JobClosed, JobOpened, TaskClosed, TaskOpened
from engine.machine.expressions import Feel, Value, as_integer, as_names, as_text
from engine.machine.nodes import Element, Node
from engine.machine.timers import moment_of
from engine.machine.variables import visible

if TYPE_CHECKING:
    from datetime import datetime

    from engine.machine.process import ProcessSpec
    from engine.machine.token import Token

DEFAULT_PRIORITY = 50
# Attributes of our own at user tasks, see `engine.separation`.
DIFFERENT_FROM = "differentFrom"
DISTINCT_PEOPLE = "distinctPeople"


@dataclass(frozen=True)
class Assignment:
    """Who may do a user task, with which form, until when; None where the model says nothing."""

    form_key: Value | None = None
    assignee: Value | None = None
    candidate_groups: Value | None = None
    priority: Value | None = None
    due_at: Value | None = None
    follow_up_at: Value | None = None


class UserTask(Node):
    """Somebody has to fill in a form."""

    def __init__(self, spec: ProcessSpec, element: Element, assignment: Assignment) -> None:
        self.assignment = assignment
        super().__init__(spec, element)

    def _run_hook(self, token: Token) -> bool | None:
        opened = self.opened(token, visible(token))
        token.internal_data["row"] = str(opened.task_id)
        token.workflow.instance.emit(opened)
        return None

    def opened(self, token: Token, context: Mapping[str, Any]) -> TaskOpened:
        """The task as it is to be listed; raises ElementFailed."""
        asked = self.assignment
        priority = _value(asked.priority, context)
        return TaskOpened(
            token.id,
            new_id(),
            self.element.id,
            self.element.name or self.element.id,
            as_text(_value(asked.form_key, context), "the form"),
            as_names(_value(asked.candidate_groups, context), "the candidate groups"),
            as_text(_value(asked.assignee, context), "the assignee"),
            DEFAULT_PRIORITY if priority is None else as_integer(priority, "the priority"),
            _moment(asked.due_at, context),
            _moment(asked.follow_up_at, context),
            self._attributes(token),
        )

    def _attributes(self, token: Token) -> Mapping[str, str]:
        """As drawn, with what the calls around demand.

        Runs of which everybody does one bear the place of their repetition.
        """
        attributes = self.element.attributes
        others = " ".join(dict.fromkeys(_other_hands(token)))
        if others:
            attributes = {**attributes, DIFFERENT_FROM: others}
        if DISTINCT_PEOPLE not in attributes or token.parent is None:
            return attributes
        return {**attributes, DISTINCT_PEOPLE: str(token.parent.id)}

    def finish(self, token: Token, result: Mapping[str, Any] | None) -> None:
        """See `Node.finish`."""
        self._close(token, completed=True)
        super().finish(token, result)

    def withdraw(self, token: Token) -> None:
        """See `Node.withdraw`."""
        self._close(token, completed=False)

    def _close(self, token: Token, *, completed: bool) -> None:
        row: str | None = token.internal_data.pop("row", None)
        if row is not None:
            closed = TaskClosed(token.id, UUID(row), self.element.id, completed)
            token.workflow.instance.emit(closed)


def _other_hands(token: Token) -> Iterator[str]:
    """The tasks that whoever does this one must not have done: of its own, and of each call around."""
    around: Token | None = token
    while around is not None:
        yield from around.task_spec.element.attributes.get(DIFFERENT_FROM, "").split()
        around = around.workflow.parent_token


def _value(value: Value | None, context: Mapping[str, Any]) -> Any:
    return None if value is None else value.of(context)


def _moment(value: Value | None, context: Mapping[str, Any]) -> datetime | None:
    moment = _value(value, context)
    return None if moment is None else moment_of(moment)


class ServiceTask(Node):
    """Work of a kind: done inside the step by our own code, or by a job outside of it."""

    def __init__(
        self, spec: ProcessSpec, element: Element, kind: Value, retries: Value | None
    ) -> None:
        self.kind, self.retries = kind, retries
        super().__init__(spec, element)

    def _run_hook(self, token: Token) -> bool | None:
        instance = token.workflow.instance
        context = visible(token)
        kind = as_text(self.kind.of(context), "the type of the service task")
        if instance.host.is_action(kind):
            token.internal_data["result"] = dict(instance.host.perform(token, kind) or {})
            return True
        retries = _value(self.retries, context)
        attempts = None if retries is None else max(1, as_integer(retries, "the retries"))
        job = JobOpened(token.id, new_id(), kind, self.element.id, attempts)
        token.internal_data["row"] = str(job.job_id)
        instance.emit(job)
        return None

    def finish(self, token: Token, result: Mapping[str, Any] | None) -> None:
        """See `Node.finish`."""
        self.withdraw(token)
        super().finish(token, result)

    def withdraw(self, token: Token) -> None:
        """See `Node.withdraw`."""
        row: str | None = token.internal_data.pop("row", None)
        if row is not None:
            token.workflow.instance.emit(JobClosed(token.id, UUID(row)))


class ScriptTask(Node):
    """A FEEL expression whose value becomes a variable."""

    def __init__(
        self, spec: ProcessSpec, element: Element, expression: Feel, variable: str
    ) -> None:
        self.expression, self.variable = expression, variable
        super().__init__(spec, element)

    def _run_hook(self, token: Token) -> bool | None:
        value = self.expression.of(visible(token))
        token.internal_data["result"] = {self.variable: value}
        return True


class BusinessRuleTask(Node):
    """A decision of the same bundle whose outcome becomes a variable."""

    def __init__(self, spec: ProcessSpec, element: Element, decision: Value, variable: str) -> None:
        self.decision, self.variable = decision, variable
        super().__init__(spec, element)

    def _run_hook(self, token: Token) -> bool | None:
        decision_id = as_text(self.decision.of(visible(token)), "the decision")
        outcome = token.workflow.instance.host.decide(token, decision_id)
        token.internal_data["result"] = {self.variable: outcome}
        return True
