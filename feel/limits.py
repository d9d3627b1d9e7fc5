"""What one evaluation may cost, and the counter that stops it.

Code without loops is bounded by the length of its text, so only loops, calls and functions that
walk lists or build texts are counted: a plain condition pays nothing.
"""

from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from typing import Any

from feel.errors import CallsTooDeep, RangeTooLong, TextTooLong, TooManySteps


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds of one evaluation."""

    steps: int = 25_000
    calls: int = 60
    text: int = 100_000
    range_members: int = 10_000
    pattern_work: int = 10_000_000


DEFAULT_LIMITS = Limits()
MAX_EXPRESSION_CHARACTERS = 10_000
MAX_NESTING = 60
MAX_CHAIN = 200
_STEPS_OF_A_CALL = 3


class Evaluation:
    """The use that one evaluation makes of its limits.

    The defaults stand on the class, so making one costs next to nothing.
    """

    limits = DEFAULT_LIMITS
    steps = 0
    calls = 0
    zone: tzinfo | None = None  # of now() and today(); None for the application's

    @cached_property
    def conversions(self) -> dict[int, tuple[Any, Any]]:
        """Lists and contexts of the caller with their FEEL forms, by id."""
        return {}

    def charge(self, steps: int) -> None:
        """Count work about to be done."""
        self.steps += steps
        if self.steps > self.limits.steps:
            raise TooManySteps(limit=self.limits.steps)

    def enter_call(self) -> None:
        """Count a function entered; `leave_call` is its counterpart."""
        self.charge(_STEPS_OF_A_CALL)
        self.calls += 1
        if self.calls > self.limits.calls:
            raise CallsTooDeep(limit=self.limits.calls)

    def leave_call(self) -> None:
        """A function returned."""
        self.calls -= 1

    def check_text(self, length: int) -> None:
        """Refuse a text of this length before or after it is built."""
        if length > self.limits.text:
            raise TextTooLong(limit=self.limits.text)

    def check_range(self, members: int) -> None:
        """Refuse to walk a range of this many members."""
        if members > self.limits.range_members:
            raise RangeTooLong(limit=self.limits.range_members)
