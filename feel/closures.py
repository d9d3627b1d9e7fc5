"""Functions that an expression or a decision model defines."""

from collections.abc import Callable, Sequence
from typing import Any

from feel.functions import Function
from feel.limits import Evaluation
from feel.types import ANY, Type, fitted


class Closure(Function):
    """A function defined in FEEL or in a decision model: Python code over converted arguments."""

    __slots__ = ("_code", "_takes_any", "types")

    def __init__(
        self,
        name: str,
        parameters: tuple[str, ...],
        types: tuple[Type, ...],
        code: Callable[[Sequence[Any], Evaluation], Any],
    ) -> None:
        super().__init__(name, parameters)
        self.types = types
        self._takes_any = all(kind is ANY for kind in types)
        self._code = code

    def call(self, arguments: Sequence[Any], run: Evaluation) -> Any:
        """See `Function.call`; an argument that does not fit its type makes the result null."""
        if len(arguments) != len(self.parameters):
            return None
        values = arguments if self._takes_any else self._fitted(arguments)
        if values is None:
            return None
        run.enter_call()
        try:
            return self._code(values, run)
        finally:
            run.leave_call()

    def _fitted(self, arguments: Sequence[Any]) -> Sequence[Any] | None:
        values = [fitted(value, kind) for value, kind in zip(arguments, self.types, strict=True)]
        pairs = zip(values, arguments, strict=True)
        return None if any(new is None and old is not None for new, old in pairs) else values
