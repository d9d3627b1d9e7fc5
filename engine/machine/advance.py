"""Running an instance: what can run is run, up to the next wait or the end of the budget."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.machine.effects import Changed
from engine.machine.gateways import InclusiveGateway
from engine.machine.process import Instance
from engine.machine.token import RUN
from engine.machine.variables import changed


@dataclass(frozen=True)
class Budget:
    """What one step may spend before it saves and goes on later."""

    elements: int = 500
    seconds: float = 0.2


def start(
    instance: Instance,
    variables: Mapping[str, Any],
    happened: Mapping[str, Any] | None = None,
    entry: str = "",
) -> None:
    """Put the first tokens of a new instance in place; `happened` is what an event brought.

    With an `entry` there is one token, at that element.
    """
    instance.data = dict(variables)
    if variables:
        instance.emit(Changed(0, 0, "", changed({}, variables)))
    instance.begin(entry)
    for token in instance.tokens() if happened is not None else ():
        if token.task_spec.name in instance.spec.first:
            token.internal_data["result"] = dict(happened or {})


def advance(instance: Instance, budget: Budget) -> bool:
    """Run everything that can run; False when the budget ended first and something is left."""
    left, deadline = budget.elements, time.monotonic() + budget.seconds
    while True:
        batch = instance.next_ready()
        if not batch and not release_inclusive(instance):
            return True
        for token in batch:
            if token.state != TaskState.READY:
                continue
            if left == 0 or time.monotonic() > deadline:
                return False
            left -= 1
            token.task_spec.attempt(token, RUN)


def release_inclusive(instance: Instance) -> bool:
    """Let the inclusive gateways go on for which nobody can come any more; whether any did."""
    for token in instance.walk():
        gateway = token.task_spec
        if (
            isinstance(gateway, InclusiveGateway)
            and token.state == TaskState.WAITING
            and gateway.release(token.workflow)
        ):
            return True
    return False
