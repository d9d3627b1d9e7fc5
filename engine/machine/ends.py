"""End and throw events that do something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import BpmnError
from engine.machine.effects import Left, SignalThrown
from engine.machine.expressions import Value, as_text
from engine.machine.nodes import Element, Node
from engine.machine.throwing import throw_escalation
from engine.machine.variables import visible

if TYPE_CHECKING:
    from engine.machine.process import ProcessSpec
    from engine.machine.token import Token


class ErrorEnd(Node):
    """Throws an error to the nearest handler around."""

    def __init__(self, spec: ProcessSpec, element: Element, code: Value) -> None:
        self.code = code
        super().__init__(spec, element)

    def _run_hook(self, token: Token) -> bool | None:
        code = as_text(self.code.of(visible(token)), "the error code")
        raise BpmnError(code, variables=token.internal_data.get("locals"))


class EscalationThrow(Node):
    """Throws an escalation, in the flow or at its end; goes on if nothing interrupts it."""

    def __init__(self, spec: ProcessSpec, element: Element, code: Value) -> None:
        self.code = code
        super().__init__(spec, element)

    def _run_hook(self, token: Token) -> bool | None:
        code = as_text(self.code.of(visible(token)), "the escalation code")
        throw_escalation(token, code, token.internal_data.get("locals", {}))
        return True


class SignalThrow(Node):
    """Tells a signal to everybody who waits for it, in the flow or at its end."""

    def __init__(self, spec: ProcessSpec, element: Element, signal: Value) -> None:
        self.signal = signal
        super().__init__(spec, element)

    def _run_hook(self, token: Token) -> bool | None:
        name = as_text(self.signal.of(visible(token)), "the signal")
        variables = token.internal_data.get("locals", {})
        token.workflow.instance.emit(SignalThrown(token.id, name, variables))
        return True


class TerminateEnd(Node):
    """Ends its process or subprocess at once, whatever else is open in it."""

    def _run_hook(self, token: Token) -> bool | None:
        token.workflow.instance.emit(Left(token.id, self.element.id, done=True))
        token.workflow.end()
        return True
