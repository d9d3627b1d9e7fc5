"""What can be called: the base of builtin functions and of those that models define."""

from collections.abc import Sequence
from typing import Any

from feel.limits import Evaluation


class Function:
    """Something that can be called. `parameters` are its names in order, for named arguments."""

    __slots__ = ("name", "parameters")

    def __init__(self, name: str, parameters: tuple[str, ...]) -> None:
        self.name = name
        self.parameters = parameters

    def call(self, arguments: Sequence[Any], run: Evaluation) -> Any:
        """The result for these arguments in order; null when they do not fit."""
        raise NotImplementedError

    def call_named(self, arguments: dict[str, Any], run: Evaluation) -> Any:
        """The result for arguments by name; null when a name is unknown or one is missing."""
        if set(arguments) != set(self.parameters):
            return None
        return self.call([arguments[name] for name in self.parameters], run)

    def takes(self, parameters: Sequence[Any] | None) -> bool:
        """True when it can be called with so many arguments; None asks for no number."""
        return parameters is None or len(parameters) == len(self.parameters)
