"""Reports that are made by themselves once a period is over, as the profile says."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from accounts.actor import SYSTEM
from accounts.models import Agency
from core.clock import today
from core.database import db, reading, transaction
from dossiers.models import Dossier
from reporting.models import Report, ReportKind
from reporting.operations import ask_for_report
from workflows.profiles import current_profile

EVERY: Final = 3600.0
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


def ask_for_what_is_due() -> int:
    """Ask for the reports of the periods that were over last; returns how many were new.

    A chore, safe in several processes at once: each is asked for once.
    """
    with reading():
        received = (Dossier.agency_id == Agency.id, Dossier.received_at.is_not(None))
        agencies = db.session.scalars(select(Agency.id).where(exists().where(*received))).all()
        missing = [each for agency in agencies for each in _due(agency) if not _is_there(*each)]
    return sum(_ask(*each) for each in missing)


def last_period(every: str, day: date) -> tuple[date, date]:
    """The first and the last day of the month, quarter or year that was over last on a day."""
    months = _MONTHS[every]
    begun = date(day.year, (day.month - 1) // months * months + 1, 1)
    last = begun - timedelta(days=1)
    return date(last.year, (last.month - 1) // months * months + 1, 1), last


def _due(agency_id: UUID) -> Iterator[tuple[ReportKind, UUID, date, date]]:
    for rule in current_profile().reports.get("schedule", ()):
        first, last = last_period(rule["every"], today())
        yield ReportKind(rule["report"]), agency_id, first, last


def _is_there(kind: ReportKind, agency_id: UUID, first: date, last: date) -> bool:
    same = select(Report.id).where(
        Report.scheduled,
        Report.kind == kind,
        Report.agency_id == agency_id,
        Report.first_day == first,
        Report.last_day == last,
    )
    return db.session.scalars(same).first() is not None


def _ask(kind: ReportKind, agency_id: UUID, first: date, last: date) -> bool:
    try:
        with transaction():
            ask_for_report(kind, agency_id, first, last, by=SYSTEM, scheduled=True)
    except IntegrityError:  # another process asked in this moment
        return False
    return True
