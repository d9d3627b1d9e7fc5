"""What can go wrong with calendars of years.

Conflict
└── NoDraftsHere    the profile names no country whose days could be counted out
InvalidRequest
└── YearTooFar      nobody knows the days of a year so far away, or it is over
"""

from core.errors import N_, Conflict, InvalidRequest


class NoDraftsHere(Conflict):
    """The profile says nothing of drafts."""

    code = "calendar-no-drafts"
    title = N_("Days of this country cannot be counted out")
    remedy = N_("Enter the days of the official notice one by one.")


class YearTooFar(InvalidRequest):
    """A year that is over, or too far away."""

    code = "calendar-year"
    title = N_("Drafts are made of this year and the next ones, until %(last)s")
    remedy = N_("Choose one of these years.")
