"""What can go wrong with reports.

NotFound
└── ReportNotFound      no such report, or not of one's agencies
Conflict
├── ReportNotReady      it is still being made
└── NotLate             the dossier is not late, so there is no cause of it
InvalidRequest
├── DaysWrong           it would end before it begins, begin in the future, or be too long
└── CauseUnknown        the profile has no such cause
"""

from core.errors import N_, Conflict, InvalidRequest, NotFound


class ReportNotFound(NotFound):
    """No such report, or not for this actor."""

    code = "report-not-found"


class ReportNotReady(Conflict):
    """Its job has not ended."""

    code = "report-not-ready"
    title = N_("The report is still being made")
    remedy = N_("Look again in a moment.")


class NotLate(Conflict):
    """A cause is asked for what is late alone."""

    code = "dossier-not-late"
    title = N_("This dossier is not late")
    remedy = N_("A cause is noted once the due date has passed.")


class DaysWrong(InvalidRequest):
    """The days of a report do not fit."""

    code = "report-days"
    title = N_("A report cannot be made of these days")
    remedy = N_(
        "Begin today or earlier, end on the first day or later, and ask for 366 days at most."
    )


class CauseUnknown(InvalidRequest):
    """No cause of this code."""

    code = "overdue-cause"
    title = N_("There is no such cause")
    remedy = N_("Choose one of: %(known)s.")
