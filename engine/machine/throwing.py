"""Errors and escalations walk up from where they are thrown to the nearest handler."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from engine.machine.effects import Happened

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


def _hand_over(
    token: Token, kind: Literal["error", "escalation"], code: str, variables: Mapping[str, Any]
) -> bool:
    current: Token | None = token
    while current is not None:
        owner = current.owner
        guards = () if "aside" in owner.internal_data else owner.task_spec.boundaries
        boundary = _best(guards, kind, code)
        if boundary is not None:
            _note(token, kind, code)
            boundary.fire(owner, variables)
            return True
        scope = owner.workflow
        # What an event subprocess throws is not for its neighbours: it goes to the scope around.
        beside = () if owner.task_spec.handles_events else scope.spec.event_subprocesses
        inside = _best(beside, kind, code)
        if inside is not None:
            _note(token, kind, code)
            inside.fire(scope, variables)
            return True
        current = scope.parent_token
    return False


def _note(token: Token, kind: Literal["error", "escalation"], code: str) -> None:
    instance = token.workflow.instance
    instance.emit(Happened(token.id, token.task_spec.element.id, kind, code))


def _best(handlers: Iterable[H], kind: str, code: str) -> H | None:
    """The handler of exactly this code, else one of every code."""
    fitting = [handler for handler in handlers if handler.trigger.kind == kind]
    exact = [handler for handler in fitting if handler.trigger.code == code]
    others = [handler for handler in fitting if handler.trigger.code is None]
    return next(iter(exact + others), None)
