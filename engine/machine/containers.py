"""Elements with a process inside: subprocess, call activity, event subprocess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from engine.errors import ElementFailed
from engine.machine.effects import Changed, Entered
from engine.machine.nodes import Element, Node
from engine.machine.token import FINISH, REACH
from engine.machine.triggers import Trigger, close_waits, open_waits, wait_again
from engine.machine.variables import (
    Variables,
    changed,
    scopes_inside,
    visible,
    write_path,
    write_up,
)

if TYPE_CHECKING:
    from engine.machine.process import ProcessSpec, Scope
    from engine.machine.token import Token

DEEPEST = 50


class Subprocess(Node):
    """An embedded subprocess: its inputs are the variables of its scope."""

    def __init__(self, spec: ProcessSpec, element: Element, inside: ProcessSpec) -> None:
        self.inside = inside
        super().__init__(spec, element)

    def map_inputs(self, token: Token) -> None:
        """The inputs become variables of the scope inside, when it is opened."""

    def _update_hook(self, token: Token) -> bool:
        data = {**self.inputs_of(token)}
        self.enter(token, self.inside, data)
        return False

    def entered(self, token: Token) -> ProcessSpec:  # noqa: ARG002  a call activity asks its host
        """See `Node.entered`."""
        return self.inside

    def enter(self, token: Token, spec: ProcessSpec, data: dict[str, Any]) -> None:
        """Open the scope inside and begin it."""
        token._set_state(TaskState.STARTED)
        scope = token.workflow.instance.open(spec, token)
        scope.data = data
        if data:
            values = changed({}, data)
            scope.instance.emit(Changed(token.id, token.id, self.name, values))
        scope.begin()

    def scope_ended(self, token: Token, scope: Scope) -> None:
        """See `Node.scope_ended`."""
        token.internal_data["inside"] = scope.data
        self.attempt(token, FINISH)

    def map_outputs(self, token: Token, _result: Mapping[str, Any]) -> None:
        """What the outputs map leaves the scope; without outputs its own variables end with it."""
        inside = token.internal_data["inside"]
        lines = [
            (line.target, line.source.of(visible(token, inside))) for line in self.element.outputs
        ]
        for path, value in lines:
            write_path(token, path, value)


class CallActivity(Subprocess):
    """Another process of the same bundle, which sees only what it is given."""

    isolates = True

    def __init__(
        self, spec: ProcessSpec, element: Element, called: str, *, gives_all: bool, takes_all: bool
    ) -> None:
        self.called, self.gives_all, self.takes_all = called, gives_all, takes_all
        super().__init__(spec, element, spec)

    def _update_hook(self, token: Token) -> bool:
        around = dict(visible(token)) if self.gives_all else {}
        process = self.entered(token)
        if depth_of(token) >= DEEPEST:
            raise ElementFailed(f"processes call each other more than {DEEPEST} deep")
        self.enter(token, process, {**around, **self.inputs_of(token)})
        return False

    def entered(self, token: Token) -> ProcessSpec:
        """See `Node.entered`."""
        return token.workflow.instance.host.process(self.called)

    def map_outputs(self, token: Token, result: Mapping[str, Any]) -> None:
        """What the outputs map comes back, else everything unless the model forbids it."""
        if self.element.outputs:
            super().map_outputs(token, result)
        elif self.takes_all:
            for name, value in token.internal_data["inside"].items():
                write_up(token, name, value, past_own=False)


def depth_of(token: Token) -> int:
    """How many processes and subprocesses are around a token."""
    depth, parent = 0, token.workflow.parent_token
    while parent is not None:
        depth, parent = depth + 1, parent.workflow.parent_token
    return depth


class EventSubprocess(Subprocess):
    """A subprocess that an event starts, beside or instead of the process around it."""

    handles_events = True

    def __init__(
        self,
        spec: ProcessSpec,
        element: Element,
        inside: ProcessSpec,
        trigger: Trigger,
        *,
        interrupts: bool,
    ) -> None:
        self.trigger, self.interrupts = trigger, interrupts
        super().__init__(spec, element, inside)

    def listen(self, scope: Scope) -> None:
        """Begin to listen when the process around it begins."""
        if not self.trigger.is_awaited:
            return
        token = scope.root.place_below(self)
        token.internal_data["listens"] = 0
        self.attempt(token, REACH)

    def _update_hook(self, token: Token) -> bool:
        context = Variables(list(scopes_inside(token.workflow)))
        open_waits(token, [self.trigger.wait(token, context)])
        return False

    def deliver(self, token: Token, _branch: int, payload: Mapping[str, Any]) -> None:
        """See `Node.deliver`."""
        scope = token.workflow
        if not self.interrupts and not wait_again(token):
            token.remove()
        self.fire(scope, payload)

    def fire(self, scope: Scope, payload: Mapping[str, Any]) -> None:
        """Start, and take everything else in the process around it away if it interrupts."""
        token = scope.root.place_below(self)
        instance, seen = scope.instance, self.element
        instance.emit(Entered(token.id, seen.id, seen.name, seen.attributes))
        if self.interrupts:
            for other in scope.tokens():
                if other is not token:
                    other.cancel()
        self.enter(token, self.inside, {})
        inside = instance.scopes[token.id]
        for start in filter(_is_start, inside.tokens()):
            start.internal_data["result"] = dict(payload)

    def withdraw(self, token: Token) -> None:
        """See `Node.withdraw`."""
        close_waits(token)


def _is_start(token: Token) -> bool:
    return token.keeps_alive
