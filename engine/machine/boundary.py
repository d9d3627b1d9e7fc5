"""Boundary events: they listen while their activity is open, and may interrupt it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from engine.machine.effects import Entered, Wait
from engine.machine.nodes import Element, Node
from engine.machine.triggers import Trigger, close_waits, open_waits, wait_again

if TYPE_CHECKING:
    from engine.machine.process import ProcessSpec
    from engine.machine.token import Token


class Boundary(Node):
    """A boundary event. While it only listens, its token keeps nothing alive."""

    def __init__(
        self, spec: ProcessSpec, element: Element, trigger: Trigger, *, interrupts: bool
    ) -> None:
        self.trigger, self.interrupts = trigger, interrupts
        super().__init__(spec, element)

    def listen(self, host: Token, wait: Wait) -> None:
        """Begin to listen beside an activity that was reached."""
        token = host.place_beside(self)
        token.internal_data["listens"] = host.id
        host.internal_data.setdefault("boundary", []).append(token.id)
        open_waits(token, [wait])

    def deliver(self, token: Token, _branch: int, payload: Mapping[str, Any]) -> None:
        """See `Node.deliver`."""
        host = token.workflow.tasks[token.internal_data["listens"]]
        if not self.interrupts and not wait_again(token):
            host.internal_data["boundary"].remove(token.id)
            token.remove()
        self.fire(host, payload)

    def fire(self, host: Token, payload: Mapping[str, Any]) -> None:
        """Go the event's way, and take the activity away when the event interrupts it."""
        token = host.place_beside(self)
        token.internal_data["result"] = dict(payload)
        instance = token.workflow.instance
        seen = self.element
        instance.emit(Entered(token.id, seen.id, seen.name, seen.attributes))
        if self.interrupts:
            host.cancel()
        token._set_state(TaskState.READY)

    def withdraw(self, token: Token) -> None:
        """See `Node.withdraw`."""
        close_waits(token)
