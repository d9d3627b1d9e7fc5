"""Changing how an agency is divided: its units, and the queues that its people work."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from accounts.actor import Actor
from accounts.audit import AccountTag
from accounts.errors import AgencyUnknown, QueueExists, UnitExists, UnitUnknown
from accounts.models import Agency, Queue, Unit
from accounts.places import require_open
from accounts.reach import require_place
from accounts.work_rules import WorkRule, forget_rules
from core import audit
from core.clock import now
from core.database import after_commit, db
from core.errors import Conflict, NotFound, PreconditionFailed
from core.ids import new_id


def create_unit(
    agency_id: UUID,
    code: str,
    names: Mapping[str, str],
    *,
    by: Actor,
    parent_id: UUID | None = None,
    valid_from: datetime | None = None,
) -> Unit:
    """Enter a unit of an agency, below another one if told; `names` maps a language to its name.

    It is there from `valid_from`, or now.

    Raises AgencyUnknown, UnitUnknown, and UnitExists when the agency has another one of this code.
    """
    require_place(by, agency_id)
    _require_agency(agency_id)
    if parent_id is not None:
        require_unit(parent_id, agency_id)
    unit = Unit(
        id=new_id(),
        agency_id=agency_id,
        parent_id=parent_id,
        code=code,
        names=dict(names),
        valid_from=valid_from or now(),
    )
    _insert(unit, UnitExists(code=code))
    _record(AccountTag.UNIT_CREATED, unit, by)
    return unit


def create_queue(
    code: str,
    names: Mapping[str, str],
    *,
    by: Actor,
    agency_id: UUID | None = None,
    work_rule: WorkRule = WorkRule.PULL,
) -> Queue:
    """Enter a queue of tasks, of one agency or (None) of all; `code` is what processes call it.

    Raises AgencyUnknown, and QueueExists when there is another one of this code.
    """
    require_place(by, agency_id)
    if agency_id is not None:
        _require_agency(agency_id)
    queue = Queue(
        id=new_id(), agency_id=agency_id, code=code, names=dict(names), work_rule=work_rule
    )
    _insert(queue, QueueExists(code=code))
    _record(AccountTag.QUEUE_CREATED, queue, by)
    after_commit(forget_rules)
    return queue


def change_queue(
    queue_id: UUID, names: Mapping[str, str], work_rule: WorkRule, *, seen_version: int, by: Actor
) -> Queue:
    """Give a queue other names or another work rule, which counts for tasks that come from now on.

    Raises NotFound, and PreconditionFailed when it is not at the version that was seen.
    """
    queue = _locked_queue(queue_id, by)
    if queue.version != seen_version:
        raise PreconditionFailed
    queue.names, queue.work_rule = dict(names), work_rule
    _record(AccountTag.QUEUE_CHANGED, queue, by, rule=str(work_rule))
    after_commit(forget_rules)
    return queue


def close_queue(queue_id: UUID, *, seen_version: int, by: Actor) -> None:
    """Let a queue's rule end; what waits in it stays with who works it.

    Raises NotFound, PreconditionFailed.
    """
    queue = _locked_queue(queue_id, by)
    if queue.version != seen_version or queue.valid_until is not None:
        raise PreconditionFailed
    queue.valid_until = now()
    _record(AccountTag.QUEUE_CLOSED, queue, by)
    after_commit(forget_rules)


def _locked_queue(queue_id: UUID, by: Actor) -> Queue:
    queue = db.session.get(Queue, queue_id, with_for_update=True, populate_existing=True)
    if queue is None:
        raise NotFound
    require_place(by, queue.agency_id)
    return queue


def require_unit(unit_id: UUID, agency_id: UUID | None) -> None:
    """Raise UnitUnknown unless there is such a unit in the agency; PlaceClosed when it is closed."""
    unit = db.session.get(Unit, unit_id)
    if unit is None or unit.agency_id != agency_id:
        raise UnitUnknown(unit=unit_id)
    require_open(unit, now())


def _require_agency(agency_id: UUID) -> None:
    agency = db.session.get(Agency, agency_id)
    if agency is None:
        raise AgencyUnknown(agency=agency_id)
    require_open(agency, now())


def _insert(row: Unit | Queue, taken: Conflict) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise taken from error


def _record(tag: AccountTag, row: Unit | Queue, by: Actor, **details: str) -> None:
    db.session.flush()
    subject = f"{row.__tablename__}:{row.id}"
    details = {"code": row.code, **details}
    audit.note(tag, actor=by.id, subject=subject, chain=row.id, details=details)
