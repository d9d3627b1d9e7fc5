"""What an event waits for, and how a token waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from SpiffWorkflow.util.task import TaskState

from engine.errors import ElementFailed
from engine.machine.effects import Wait, WaitsClosed, WaitsOpened
from engine.machine.expressions import Value, as_text
from engine.machine.timers import Timer, next_firing

if TYPE_CHECKING:
    from engine.machine.token import Token

Kind = Literal["none", "message", "signal", "timer", "error", "escalation", "compensate"]


@dataclass(frozen=True)
class Trigger:
    """The definition of an event. `code` is None when every error or escalation is meant."""

    kind: Kind
    element_id: str
    name: Value | None = None
    key: Value | None = None
    timer: Timer | None = None
    code: str | None = None

    @property
    def is_awaited(self) -> bool:
        """Whether a token waits for it; errors and escalations find their handler by themselves."""
        return self.kind in {"message", "signal", "timer"}

    def wait(self, token: Token, context: Mapping[str, Any], branch: int = 0) -> Wait:
        """What to wait for, with name, key and due date as they are now; raises ElementFailed."""
        if self.timer is not None:
            now = token.workflow.instance.host.now()
            return self.timer.wait(branch, self.element_id, context, now)
        name = "" if self.name is None else as_text(self.name.of(context), "the name")
        key = "" if self.key is None else as_text(self.key.of(context), "the correlation key")
        if self.key is not None and not key:
            raise ElementFailed(f"the correlation key {self.key.text} has no value")
        if self.kind == "signal":
            return Wait(branch, "signal", self.element_id, name=name)
        return Wait(branch, "message", self.element_id, name=name, key=key)


def fixed_wait(trigger: Trigger, now: datetime) -> Wait:
    """What begins a process: there are no variables yet to look at; raises ElementFailed."""
    if trigger.timer is not None:
        return trigger.timer.wait(0, trigger.element_id, {}, now)
    name = "" if trigger.name is None else as_text(trigger.name.of({}), "the name")
    if not name:
        raise ElementFailed("the name has no value")
    kind: Literal["message", "signal"] = "signal" if trigger.kind == "signal" else "message"
    return Wait(0, kind, trigger.element_id, name=name)


def open_waits(token: Token, waits: Sequence[Wait]) -> None:
    """Let the token wait for any of these."""
    token._set_state(TaskState.WAITING)
    token.internal_data["waits"] = list(waits)
    token.workflow.instance.emit(WaitsOpened(token.id, tuple(waits)))


def close_waits(token: Token) -> None:
    """Let the token wait no longer."""
    waits: list[Wait] = token.internal_data.pop("waits", [])
    if waits:
        timers = any(wait.kind == "timer" for wait in waits)
        others = any(wait.kind != "timer" for wait in waits)
        token.workflow.instance.emit(WaitsClosed(token.id, timers, others))


def wait_again(token: Token) -> bool:
    """After a firing that interrupts nothing: go on waiting; False when a timer has run out."""
    (wait,) = token.internal_data["waits"]
    if wait.kind != "timer":
        return True
    again = next_firing(wait, token.workflow.instance.host.now())
    close_waits(token)
    if again is not None:
        open_waits(token, [again])
    return again is not None
