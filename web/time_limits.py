"""Legal time limits and what became of them, in words."""

from decimal import Decimal
from typing import Final

from flask_babel import format_decimal, ngettext

from core.errors import N_
from core.i18n import translated
from dossiers.clock_models import DueCause
from workflows.manifest import TimeLimit

_CAUSES: Final = {
    DueCause.RETURNED: N_("the applicant had been awaited"),
    DueCause.CALENDAR: N_("the calendar was changed"),
    DueCause.EXTENDED: N_("the agency apologised and needed longer"),
}


def due_cause(cause: DueCause) -> str:
    """Why a due date was changed, in words."""
    return translated(_CAUSES[cause])


def limit_words(limit: TimeLimit) -> str:
    """How long an authority may take at most, as a sentence."""
    exact = Decimal(limit.amount)
    # A part of something is told in the plural, and the languages count whole numbers only.
    count = int(exact) if exact % 1 == 0 else 2
    return _SENTENCES[limit.unit](count, format_decimal(exact))


def _hours(count: int, amount: str) -> str:
    words = ngettext(
        "At most %(amount)s working hour from reception.",
        "At most %(amount)s working hours from reception.",
        count,
        amount=amount,
    )
    return str(words)


def _working_days(count: int, amount: str) -> str:
    words = ngettext(
        "At most %(amount)s working day from reception.",
        "At most %(amount)s working days from reception.",
        count,
        amount=amount,
    )
    return str(words)


def _days(count: int, amount: str) -> str:
    words = ngettext(
        "At most %(amount)s day from reception.",
        "At most %(amount)s days from reception.",
        count,
        amount=amount,
    )
    return str(words)


def _months(count: int, amount: str) -> str:
    words = ngettext(
        "At most %(amount)s month from reception.",
        "At most %(amount)s months from reception.",
        count,
        amount=amount,
    )
    return str(words)


_SENTENCES: Final = {
    "hour": _hours,
    "working-day": _working_days,
    "calendar-day": _days,
    "month": _months,
}
