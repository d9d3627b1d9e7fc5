"""Reads of reports, for those who may see them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from dossiers.models import Dossier
from reporting.errors import ReportNotFound, ReportNotReady
from reporting.models import OverdueCause, Report
from reporting.tables import Table

PAGE: Final = 50


def reports(*, visible_to: Actor, after: UUID | None = None, limit: int = PAGE) -> Sequence[Report]:
    """The reports of one's agencies, the newest first; `after` is the last one of the page before."""
    query = select(Report).where(policy.clause(visible_to, Action.REPORT_VIEW, Report))
    if after is not None:
        query = query.where(Report.id < after)
    return db.session.scalars(query.order_by(Report.id.desc()).limit(limit)).all()


def find_report(report_id: UUID, *, visible_to: Actor) -> Report:
    """One report; raises ReportNotFound."""
    found = db.session.get(Report, report_id, populate_existing=True)
    if found is None or not policy.allows(visible_to, Action.REPORT_VIEW, found):
        raise ReportNotFound
    return found


def tables_of(report: Report) -> list[Table]:
    """The tables of a report that its caller has found; raises ReportNotReady."""
    if report.content is None:
        raise ReportNotReady
    return [Table.from_json(each) for each in report.content]


def cause_of(dossier: Dossier) -> OverdueCause | None:
    """Why a dossier that its caller has found is late, if somebody has said so."""
    return db.session.get(OverdueCause, dossier.id)
