"""The legal clock of a dossier: started at reception, standing while the applicant is awaited."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, select

from core.clock import now
from core.database import db
from dossiers.audit import DossierTag
from dossiers.calendar import Calendar
from dossiers.clock_models import ClockPause, DueCause, DueChange
from dossiers.models import Dossier, DossierStatus
from dossiers.operations import steps
from dossiers.operations.journal import record
from dossiers.settled import clock_for
from dossiers.time_limits import Pause, TimeLimit, Unit
from workflows.pack import ServicePack
from workflows.queries import service_version

SYSTEM = "system"


def start(dossier: Dossier, pack: ServicePack) -> None:
    """Give a dossier that is received now its moment of reception and its due date."""
    limit = limit_of(dossier, pack)
    dossier.received_at = now()
    dossier.time_limit = {"amount": str(limit.amount), "unit": str(limit.unit)}
    dossier.due_at = clock_for(dossier.agency_id).due_at(dossier.received_at, limit)


def limit_of(dossier: Dossier, pack: ServicePack) -> TimeLimit:
    """What the service says for this channel and these answers; its general limit otherwise."""
    stated = pack.manifest.time_limit
    for variant in stated.variants:
        if variant.channel in (None, dossier.channel) and (
            variant.when is None or pack.read(variant.when, dossier.answers) is True
        ):
            return TimeLimit(Decimal(variant.amount), Unit(variant.unit))
    return TimeLimit(Decimal(stated.amount), Unit(stated.unit))


def follow(dossier: Dossier, before: DossierStatus, moment: datetime) -> None:
    """Let the clock of a locked dossier stand or go on, as its status has changed from another."""
    if dossier.received_at is None or dossier.due_at is None:
        return
    waits = service_version(dossier.service_version).manifest.clock_stands
    if dossier.status in waits and before not in waits:
        db.session.add(ClockPause(dossier_id=dossier.id, status=dossier.status, since=moment))
    elif before in waits and dossier.status not in waits:
        _go_on(dossier, moment)


def recounted(dossier: Dossier, pauses: Sequence[ClockPause]) -> datetime | None:
    """The due date by the calendar of today; None while the clock stands, or never ran."""
    received, due = dossier.received_at, dossier.due_at
    if received is None or due is None:
        return None
    clock = clock_for(dossier.agency_id)
    limit = _given(dossier, received, due, clock.calendar)
    stood = [Pause(pause.since, pause.until) for pause in pauses]
    return clock.due_after(received, limit, stood)


def change_due(
    dossier: Dossier, after: datetime, cause: DueCause, *, by: str, note: str = ""
) -> None:
    """Promise a locked dossier another day; what was promised before is kept."""
    before = dossier.due_at
    if before is None or before == after:
        return
    change = DueChange(
        dossier_id=dossier.id, at=now(), before=before, after=after, cause=cause, by=by, note=note
    )
    db.session.add(change)
    dossier.due_at = after
    details = {"before": before.isoformat(), "after": after.isoformat(), "cause": str(cause)}
    record(DossierTag.DUE_CHANGED, dossier.id, actor=by, details=details)


def pauses_of(dossiers: Select[UUID] | Sequence[UUID]) -> Sequence[ClockPause]:
    """When the clock of these dossiers stood, those of each in order."""
    stood = select(ClockPause).where(ClockPause.dossier_id.in_(dossiers))
    return db.session.scalars(stood.order_by(ClockPause.since, ClockPause.id)).all()


def _go_on(dossier: Dossier, moment: datetime) -> None:
    pauses = pauses_of([dossier.id])
    for pause in pauses:
        pause.until = pause.until or moment
    due = recounted(dossier, pauses)
    if due is not None:
        change_due(dossier, due, DueCause.RETURNED, by=SYSTEM)
    steps.go_on(dossier, pauses)


def _given(dossier: Dossier, received: datetime, due: datetime, calendar: Calendar) -> TimeLimit:
    """What the law gave at reception; where that was not noted yet, as the due date tells."""
    if dossier.time_limit:
        kept = dossier.time_limit
        return TimeLimit(Decimal(kept["amount"]), Unit(kept["unit"]))
    first, last = calendar.day_of_receipt(received), calendar.local_date(due)
    return TimeLimit(Decimal(calendar.working_days_between(first, last)), Unit.WORKING_DAY)
