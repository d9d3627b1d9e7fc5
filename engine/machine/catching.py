"""Events that a token waits for in the flow: catch events, receive tasks, event-based gateways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.machine.effects import Left
from engine.machine.nodes import Element, Flow, Node
from engine.machine.token import FINISH
from engine.machine.triggers import Trigger, close_waits, open_waits
from engine.machine.variables import visible

if TYPE_CHECKING:
    from engine.machine.process import ProcessSpec
    from engine.machine.token import Token


class Catch(Node):
    """An intermediate catch event or a receive task."""

    def __init__(self, spec: ProcessSpec, element: Element, trigger: Trigger) -> None:
        self.trigger = trigger
        super().__init__(spec, element)

    def _update_hook(self, token: Token) -> bool:
        if "result" in token.internal_data:
            return True
        open_waits(token, [self.trigger.wait(token, visible(token))])
        return False

    def deliver(self, token: Token, _branch: int, payload: Mapping[str, Any]) -> None:
        """See `Node.deliver`."""
        close_waits(token)
        token.internal_data["result"] = dict(payload)
        self.attempt(token, FINISH)

    def withdraw(self, token: Token) -> None:
        """See `Node.withdraw`."""
        close_waits(token)


class EventGateway(Node):
    """Waits for the first of the events behind it, and goes that way."""

    def _update_hook(self, token: Token) -> bool:
        waits = [
            target.trigger.wait(token, visible(token), branch)
            for branch, target in enumerate(self.targets(token))
        ]
        open_waits(token, waits)
        return False

    def targets(self, token: Token) -> list[Catch]:
        """The catching elements behind the gateway, in the order of the flows."""
        nodes = [token.workflow.spec.node(flow.target) for flow in self.flows]
        return [node for node in nodes if isinstance(node, Catch)]

    def deliver(self, token: Token, branch: int, payload: Mapping[str, Any]) -> None:
        """See `Node.deliver`."""
        close_waits(token)
        token.internal_data["won"] = branch
        token.workflow.instance.emit(Left(token.id, self.element.id, done=True))
        follower = self.follow(token, self.flows[branch])
        follower.internal_data["result"] = dict(payload)
        self.move_on(token, [follower])

    def taken(self, token: Token) -> Sequence[Flow]:
        """See `Node.taken`."""
        return [self.flows[token.internal_data["won"]]]

    def withdraw(self, token: Token) -> None:
        """See `Node.withdraw`."""
        close_waits(token)
