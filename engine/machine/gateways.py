"""Gateways: choosing by conditions, splitting, and waiting for each other."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.errors import ElementFailed
from engine.machine.effects import Left
from engine.machine.nodes import Element, Flow, Node
from engine.machine.variables import visible

if TYPE_CHECKING:
    from engine.machine.process import ProcessSpec, Scope
    from engine.machine.token import Token


class Choosing(Node):
    """A gateway with conditions on its flows and perhaps a default one."""

    default: str | None = None

    def matches(self, token: Token, flow: Flow) -> bool:
        """Whether a flow's condition holds; null does not, anything but true or false fails."""
        if flow.condition is None:
            return flow.id != self.default
        value = flow.condition.of(visible(token))
        if value is None or isinstance(value, bool):
            return bool(value)
        raise ElementFailed(f"the condition {flow.condition.text} of {flow.id} is {value!r}")

    def otherwise(self) -> Flow:
        """The default flow; raises ElementFailed when there is none."""
        for flow in self.flows:
            if flow.id == self.default:
                return flow
        raise ElementFailed("no condition holds and there is no default flow")

    def choose(self, token: Token) -> list[Flow]:
        """The flows that get a token."""
        raise NotImplementedError

    def _run_hook(self, token: Token) -> bool | None:
        token.internal_data["chosen"] = [flow.id for flow in self.choose(token)]
        return True

    def taken(self, token: Token) -> Sequence[Flow]:
        """See `Node.taken`."""
        return [flow for flow in self.flows if flow.id in token.internal_data["chosen"]]


class ExclusiveGateway(Choosing):
    """Goes the first way whose condition holds."""

    def choose(self, token: Token) -> list[Flow]:
        """See `Choosing.choose`."""
        for flow in self.flows:
            if self.matches(token, flow):
                return [flow]
        return [self.otherwise()]


class ParallelGateway(Node):
    """Waits for one token on each incoming flow, then goes every way."""

    def _update_hook(self, token: Token) -> bool:
        if len(self.incoming) <= 1:
            return True
        token._set_state(TaskState.WAITING)
        waiting = token.workflow.waiting_at(self)
        if len(waiting) < len(self.incoming):
            return False
        joined = oldest_of_each_flow(waiting)
        if len(joined) < len(self.incoming):
            return False
        for other in joined.values():
            if other is not token:
                merge(other)
        return True


class InclusiveGateway(Choosing):
    """Waits for every token that can still come, then goes every way whose condition holds."""

    def __init__(self, spec: ProcessSpec, element: Element) -> None:
        self.reaching: dict[str, frozenset[str]] = {}
        super().__init__(spec, element)

    def choose(self, token: Token) -> list[Flow]:
        """See `Choosing.choose`."""
        return [flow for flow in self.flows if self.matches(token, flow)] or [self.otherwise()]

    def _update_hook(self, token: Token) -> bool:
        if len(self.incoming) <= 1:
            return True
        token._set_state(TaskState.WAITING)
        return False

    def release(self, scope: Scope) -> bool:
        """Let the waiting tokens go on together if none can follow; asked when nothing else can run.

        BPMN 2.0.2, 13.4.3: a token elsewhere holds the gateway back if it can reach a flow without
        a token, unless it can also reach one that has a token.
        """
        arrived = oldest_of_each_flow(scope.waiting_at(self))
        elsewhere = {token.task_spec.name for token in scope.tasks.values()} - {
            self.name,
            scope.spec.start.name,
        }
        if any(self.may_follow(name, set(arrived)) for name in elsewhere):
            return False
        first, *others = arrived.values()
        for other in others:
            merge(other)
        first._set_state(TaskState.READY)
        return True

    def may_follow(self, name: str, arrived: set[str]) -> bool:
        """Whether a token at this node can still come by a flow on which none has arrived."""
        empty = any(name in self.reaching[flow] for flow in self.incoming if flow not in arrived)
        return empty and not any(name in self.reaching[flow] for flow in arrived)


def oldest_of_each_flow(waiting: Sequence[Token]) -> dict[str, Token]:
    """Of tokens that wait, the one that a join takes from each flow."""
    oldest: dict[str, Token] = {}
    for token in sorted(waiting, key=attrgetter("id")):
        oldest.setdefault(token.internal_data["via"], token)
    return oldest


def merge(token: Token) -> None:
    """Take a token out that goes on as another one."""
    token.workflow.instance.emit(Left(token.id, token.task_spec.name, done=True))
    token.remove()
