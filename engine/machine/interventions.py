"""What an operator can do to a token: move it, let it skip its element, repeat an element beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.machine.token import FINISH

if TYPE_CHECKING:
    from engine.machine.nodes import Node
    from engine.machine.process import Scope
    from engine.machine.token import Token


def move(token: Token, target: Node) -> None:
    """Take a token away, with everything open at it, and let one arrive at another element."""
    moved = token.place_beside(target)
    token.cancel()
    target._update(moved)


def skip(token: Token, given: Mapping[str, Any]) -> None:
    """Complete an element without doing it; `given` are the variables it would have set."""
    node = token.task_spec
    for child in token.children:
        child.cancel()
    node.stop(token)
    token.internal_data["skipped"] = dict(given)
    node.attempt(token, FINISH)


def repeat(scope: Scope, node: Node) -> None:
    """Do an element once more, beside what goes on: nothing follows it, and no event guards it."""
    again = scope.root.place_below(node)
    again.internal_data["aside"] = True
    node._update(again)
