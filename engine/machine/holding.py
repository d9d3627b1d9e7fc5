"""What a job brought while its instance was suspended waits in its token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import BpmnError
from engine.machine.nodes import raise_error

if TYPE_CHECKING:
    from engine.machine.token import Token


def hold(token: Token, outcome: Mapping[str, Any] | BpmnError) -> None:
    """Keep the result of a finished job, or the error it ended with, until the instance goes on."""
    token.internal_data.pop("row", None)
    if isinstance(outcome, BpmnError):
        error = {"code": outcome.code, "message": outcome.message, "variables": outcome.variables}
        token.internal_data["held"] = {"error": error}
    else:
        token.internal_data["held"] = {"result": dict(outcome)}


def let_go(token: Token) -> None:
    """Let the process go on with what was held at a token, if anything."""
    held = token.internal_data.pop("held", None) if token.is_live else None
    if held is None:
        return
    if "error" in held:
        raise_error(token, BpmnError(**held["error"]))
    else:
        token.task_spec.finish(token, held["result"])
