"""How a step or a dossier came out against its limit: one rule for sheet, register and statistics."""

from datetime import datetime
from enum import StrEnum

from core.clock import day_of


class Timing(StrEnum):
    """`none`: there is no limit, or the step goes on."""

    NONE = "none"
    BEFORE = "before"
    ON = "on"
    OVER = "over"


def timing(ended_at: datetime | None, due_at: datetime | None) -> Timing:
    """Before the day of the limit, on that day and in time, or after it."""
    if ended_at is None or due_at is None:
        return Timing.NONE
    if ended_at > due_at:
        return Timing.OVER
    first, last = day_of(ended_at), day_of(due_at)
    return Timing.ON if first == last else Timing.BEFORE
