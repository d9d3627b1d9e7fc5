"""Days as the house under test counts them. Outside of it `core.clock` counts in UTC, until five in the
afternoon the same."""

from datetime import date
from zoneinfo import ZoneInfo

from core.clock import now

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def today() -> date:
    """The current day."""
    return now().astimezone(ZONE).date()
