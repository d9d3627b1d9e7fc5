"""The job that makes a report: it reads page by page, notes how far it is, and keeps the tables."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from core import audit
from core.clock import now
from core.database import db, reading, transaction
from dossiers.feedback.queries import disliked_dossiers, petitions_between
from dossiers.settled import clock_for
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime
from reporting import loading
from reporting.audit import ReportTag
from reporting.cases import Period
from reporting.models import Report, ReportKind
from reporting.operations import MAKE, causes
from reporting.overdue import Overdue
from reporting.quality import Quality
from reporting.settlement import Settlement
from reporting.tables import Table
from reporting.workload import Workload
from workflows.profiles import current_profile
from workflows.queries import services
from workflows.vocabulary import DossierStatus

_LEASE: Final = 600.0
_Progress = Callable[[int], None]


def install(runtime: Runtime) -> None:
    """Let jobs make reports."""
    runtime.on_job(MAKE, _make, JobPolicy(ordered=False, lease=_LEASE), record=_keep)


def tables(
    kind: ReportKind, agency_id: UUID, period: Period, progress: _Progress = lambda _: None
) -> list[Table]:
    """The tables of a report; `progress` is told how many dossiers were looked at."""
    match kind:
        case ReportKind.SETTLEMENT:
            return [_counted(Settlement(period, _settled()), agency_id, period, progress)]
        case ReportKind.OVERDUE:
            return [_counted(Overdue(period, causes()), agency_id, period, progress)]
        case ReportKind.QUALITY:
            return [_counted(_quality(agency_id, period), agency_id, period, progress)]
        case ReportKind.WORKLOAD:
            return _workload(agency_id, period)


def _make(call: JobCall) -> Mapping[str, Any]:
    report_id = call.instance_id
    with reading() as session:
        report = session.get_one(Report, report_id)
        kind, agency_id = report.kind, report.agency_id
        period = loading.period_of(report.first_day, report.last_day)
        total = loading.count_cases(agency_id, period)
    _note_progress(report_id, total=total, done=0)
    made = tables(kind, agency_id, period, lambda done: _note_progress(report_id, done=done))
    db.session.rollback()
    return {"content": [each.as_json() for each in made], "total": total}


def _keep(call: JobCall, result: Result) -> None:
    report = db.session.get_one(Report, call.instance_id, with_for_update=True)
    found = result or {}
    report.content, report.made_at = list(found["content"]), now()
    report.total = report.done = found["total"]
    audit.note(ReportTag.MADE, actor="system", subject=f"report:{report.id}", details={})


def _note_progress(report_id: UUID, **counts: int) -> None:
    with transaction() as session:
        report = session.get_one(Report, report_id, with_for_update=True)
        for name, count in counts.items():
            setattr(report, name, count)


def _counted(
    counting: Settlement | Overdue | Quality, agency_id: UUID, period: Period, progress: _Progress
) -> Table:
    done, after = 0, None
    while True:
        with reading():
            found = loading.cases(agency_id, period, after)
        for case in found.cases:
            counting.add(case)
        done, after = done + found.looked_at, found.last
        if after is None:
            return counting.table()
        progress(done)


def _workload(agency_id: UUID, period: Period) -> list[Table]:
    counting = Workload(period, clock_for(agency_id).calendar)
    with reading():
        for each in loading.work(agency_id, period):
            counting.add(each)
    return counting.tables()


def _quality(agency_id: UUID, period: Period) -> Quality:
    with reading():
        offered = frozenset(pack.manifest.key for pack in services())
        papers = loading.count_papers(agency_id, period)
        disliked = disliked_dossiers([agency_id], period.begin, period.end)
        sent = petitions_between([agency_id], period.begin, period.end)
    full_at: Mapping[str, str] = current_profile().reports.get("full_at", {})
    counting = Quality(period, clock_for(agency_id), offered, full_at, disliked, papers=papers)
    counting.petitions = (sent.received, sent.closed, sent.in_time)
    return counting


def _settled() -> frozenset[DossierStatus]:
    said = current_profile().reports.get("counts_as_settled", list(DossierStatus))
    return frozenset(DossierStatus(each) for each in said)
