"""Compensation: what finished activities did is undone, the newest first, one after the other.

A scope keeps the names of its finished activities that have an undoing one. A throwing event lets
the undoing activities run in that scope, where they see its variables as they are by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.machine.nodes import Element, Node
from engine.machine.token import FINISH

if TYPE_CHECKING:
    from engine.machine.process import ProcessSpec, Scope
    from engine.machine.token import Token


class CompensationThrow(Node):
    """Undoes what one activity did, or all of its scope; goes on when everything is undone."""

    def __init__(self, spec: ProcessSpec, element: Element, activity: str) -> None:
        self.activity = activity
        super().__init__(spec, element)

    def _run_hook(self, token: Token) -> bool | None:
        return None if self.undo_next(token) else True

    def undo_next(self, token: Token) -> bool:
        """Start undoing the newest activity that is left; False when there is none."""
        scope = undone_by(token)
        name = self.newest(scope)
        if name is None:
            return False
        _forget_newest(scope, name)
        beside = scope.root.place_below(scope.spec.node(scope.spec.node(name).undone_by))
        beside.internal_data["undoes_for"] = token.id
        beside.task_spec._update(beside)
        return True

    def newest(self, scope: Scope) -> str | None:
        """The activity that is to be undone next."""
        names = (name for name in reversed(scope.compensable) if self.activity in {"", name})
        return next(names, None)

    def undone(self, token: Token) -> None:
        """See `Node.undone`."""
        if not self.undo_next(token):
            self.attempt(token, FINISH)


def _forget_newest(scope: Scope, name: str) -> None:
    last = len(scope.compensable) - 1 - scope.compensable[::-1].index(name)
    del scope.compensable[last]


def undone_by(token: Token) -> Scope:
    """The scope whose activities an event undoes: an event subprocess undoes those around it."""
    scope = token.workflow
    while scope.parent_token is not None and scope.parent_token.task_spec.handles_events:
        scope = scope.parent_token.workflow
    return scope
