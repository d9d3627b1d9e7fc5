"""Asking for reports, and noting why a dossier is late."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action, Scope
from core import audit
from core.clock import now, today
from core.database import db
from core.ids import new_id
from dossiers.models import Dossier
from dossiers.operations.locking import lock_for
from engine.runtime import current_runtime
from reporting.audit import ReportTag
from reporting.errors import CauseUnknown, DaysWrong, NotLate
from reporting.models import OverdueCause, Report, ReportKind
from workflows.profiles import current_profile

MAKE: Final = "report.make"
LONGEST: Final = timedelta(days=366)


def ask_for_report(
    kind: ReportKind,
    agency_id: UUID,
    first: date,
    last: date,
    *,
    by: Actor,
    scheduled: bool = False,
) -> Report:
    """Let a report be made by a job. Raises ActionRefused, DaysWrong."""
    policy.require(by, Action.REPORT_MAKE, Scope(agency_id=agency_id))
    if first > today() or last < first or last - first >= LONGEST:
        raise DaysWrong
    report = Report(
        id=new_id(),
        agency_id=agency_id,
        kind=kind,
        first_day=first,
        last_day=last,
        scheduled=scheduled,
        asked_by=by.id,
    )
    db.session.add(report)
    db.session.flush()
    current_runtime().enqueue(MAKE, report.id, {})
    told = {"kind": str(kind), "first": str(first), "last": str(last), "agency": str(agency_id)}
    audit.note(ReportTag.ASKED, actor=by.id, subject=f"report:{report.id}", details=told)
    return report


def note_cause(dossier_id: UUID, cause: str, *, by: Actor) -> OverdueCause:
    """Note why a dossier is late; another cause takes the place of the one before.

    Raises DossierNotFound, ActionRefused, CauseUnknown, NotLate.
    """
    known = causes()
    if cause not in known:
        raise CauseUnknown(known=", ".join(known))
    dossier = lock_for(dossier_id, actor=by, action=Action.OVERDUE_EXPLAIN)
    if not is_late(dossier):
        raise NotLate
    noted = db.session.get(OverdueCause, dossier_id) or OverdueCause(dossier_id=dossier_id)
    noted.cause, noted.by, noted.at = cause, by.id, now()
    db.session.add(noted)
    audit.append(
        ReportTag.CAUSE_NOTED,
        actor=by.id,
        subject=f"dossier:{dossier_id}",
        chain=dossier_id,
        details={"cause": cause},
        agency_id=dossier.agency_id,
    )
    return noted


def note_fetched(report: Report, form: str, *, by: Actor) -> None:
    """Note that somebody took a report away."""
    told = {"form": form}
    audit.note(ReportTag.FETCHED, actor=by.id, subject=f"report:{report.id}", details=told)


def is_late(dossier: Dossier) -> bool:
    """Whether a dossier was settled late, or is past its day."""
    end = dossier.finished_at or now()
    return dossier.due_at is not None and end > dossier.due_at


def causes() -> list[str]:
    """The codes of the causes that may be chosen, in the profile's order."""
    return [each["code"] for each in current_profile().reports.get("causes", ())]
