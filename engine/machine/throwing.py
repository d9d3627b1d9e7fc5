"""Errors and escalations walk up from where they are thrown to the nearest handler."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from engine.machine.boundary import Boundary
    from engine.machine.containers import EventSubprocess
    from engine.machine.token import Token

H = TypeVar("H", bound="Boundary | EventSubprocess")


def throw_error(token: Token, code: str, variables: Mapping[str, Any]) -> bool:
    """Hand an error to its nearest handler, which interrupts what it guards; False without one."""
    return _hand_over(token, "error", code, variables)


def throw_escalation(token: Token, code: str, variables: Mapping[str, Any]) -> bool:
    """Hand an escalation to its nearest handler; False without one, and then nothing happens."""
    return _hand_over(token, "escalation", code, variables)


def _hand_over(token: Token, kind: str, code: str, variables: Mapping[str, Any]) -> bool:
    current: Token | None = token
    while current is not None:
        owner = current.owner
        boundary = _best(owner.task_spec.boundaries, kind, code)
        if boundary is not None:
            boundary.fire(owner, variables)
            return True
        scope = owner.workflow
        # What an event subprocess throws is not for its neighbours: it goes to the scope around.
        beside = () if owner.task_spec.handles_events else scope.spec.event_subprocesses
        inside = _best(beside, kind, code)
        if inside is not None:
            inside.fire(scope, variables)
            return True
        current = scope.parent_token
    return False


def _best(handlers: Iterable[H], kind: str, code: str) -> H | None:
    """The handler of exactly this code, else one of every code."""
    fitting = [handler for handler in handlers if handler.trigger.kind == kind]
    exact = [handler for handler in fitting if handler.trigger.code == code]
    others = [handler for handler in fitting if handler.trigger.code is None]
    return next(iter(exact + others), None)
