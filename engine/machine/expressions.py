"""What a model may compute: texts as they stand, and FEEL after a leading `=`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from engine.errors import ElementFailed, VariablesRefused
from engine.machine.values import clean_value
from feel import Expression, compile_expression
from feel.errors import FeelError

_SIMPLE = frozenset({bool, str, type(None)})


class Value(Protocol):
    """Something a model wrote down that has a value at run time."""

    @property
    def text(self) -> str:
        """As it stands in the model."""

    def of(self, context: Mapping[str, Any]) -> Any:
        """The value; raises ElementFailed."""


@dataclass(frozen=True)
class Literal:
    """A text that means itself."""

    text: str

    def of(self, context: Mapping[str, Any]) -> Any:  # noqa: ARG002  every value is asked the same way
        """The text."""
        return self.text


@dataclass(frozen=True)
class Feel:
    """A FEEL expression, compiled once."""

    text: str
    compiled: Expression

    def of(self, context: Mapping[str, Any]) -> Any:
        """What the expression comes to; raises ElementFailed when it was stopped.

        Also when it is something that no variable can hold, such as a function or a range.
        """
        try:
            value = self.compiled.evaluate(context)
            return value if value.__class__ in _SIMPLE else clean_value(value, self.text)
        except (FeelError, VariablesRefused, ArithmeticError, RecursionError) as error:
            raise ElementFailed(f"{self.text}: {error}") from error


@lru_cache(maxsize=4096)
def compiled(text: str) -> Expression:
    """A FEEL expression, compiled once per process; raises FeelSyntaxError."""
    return compile_expression(text)


def read_value(text: str) -> Value:
    """A value as a model writes it: FEEL after `=`, else the text; raises FeelSyntaxError."""
    if text.startswith("="):
        return Feel(text, compiled(text[1:]))
    return Literal(text)


def read_feel(text: str) -> Feel:
    """A value where only an expression makes sense; the leading `=` may be left out."""
    return Feel(text, compiled(text.removeprefix("=")))


def as_text(value: Any, what: str) -> str:
    """A value that must be a text (a number is written out); null is empty. Raises ElementFailed."""
    if value is None:
        return ""
    if isinstance(value, list | dict | bool):
        raise ElementFailed(f"{what} must be a text, not {value!r}")
    return str(value)


def as_names(value: Any, what: str) -> tuple[str, ...]:
    """A list of names, or one text with commas. Raises ElementFailed."""
    if value is None:
        return ()
    items = value if isinstance(value, list) else as_text(value, what).split(",")
    names = (as_text(item, what).strip() for item in items)
    return tuple(dict.fromkeys(name for name in names if name))


def as_integer(value: Any, what: str) -> int:
    """A whole number, perhaps written as text. Raises ElementFailed."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ElementFailed(f"{what} must be a whole number, not {value!r}") from error
    if abs(number) >= 1 << 31:
        raise ElementFailed(f"{what} is out of range: {value!r}")
    return number
