"""Functions that an expression or a decision model defines."""

from collections.abc import Callable, Sequence
from typing import Any

from feel.functions import Function
from feel.limits import Evaluation
from feel.types import Type, fitted


class Closure(Function):
    """A function defined in FEEL or in a decision model: Python code over converted arguments."""

    __slots__ = ("_code", "types")

    def __init__(
        self,
        name: str,
        parameters: tuple[str, ...],
        types: tuple[Type, ...],
        code: Callable[[Sequence[Any], Evaluation], Any],
    ) -> None:
        super().__init__(name, parameters)
        self.types = types
        self._code = code

    def call(self, arguments: Sequence[Any], run: Evaluation) -> Any:
        """See `Function.call`; an argument that does not fit its type makes the result null."""
        if len(arguments) != len(self.parameters):
            return None
        values = [fitted(value, kind) for value, kind in zip(arguments, self.types, strict=True)]
        if any(new is None and old is not None for new, old in zip(values, arguments, strict=True)):
            return None
        run.enter_call()
        try:
            return self._code(values, run)
        finally:
            run.leave_call()
