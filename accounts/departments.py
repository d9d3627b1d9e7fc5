"""Changing how an agency is divided: its units, and the queues that its people work."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from accounts.actor import Actor
from accounts.audit import AccountTag
from accounts.errors import AgencyUnknown, QueueExists, UnitExists, UnitUnknown
from accounts.models import Agency, Queue, Unit
from accounts.policy import Action, require
from core import audit
from core.database import db
from core.errors import Conflict
from core.ids import new_id


def create_unit(
    agency_id: UUID,
    code: str,
    names: Mapping[str, str],
    *,
    by: Actor,
    parent_id: UUID | None = None,
) -> Unit:
    """Enter a unit of an agency, below another one if told; `names` maps a language to its name.

    Raises AgencyUnknown, UnitUnknown, and UnitExists when the agency has another one of this code.
    """
    require(by, Action.ACCOUNT_ADMINISTER)
    _require_agency(agency_id)
    if parent_id is not None:
        require_unit(parent_id, agency_id)
    unit = Unit(id=new_id(), agency_id=agency_id, parent_id=parent_id, code=code, names=dict(names))
    _insert(unit, UnitExists(code=code))
    _record(AccountTag.UNIT_CREATED, unit, by)
    return unit


def create_queue(
    code: str,
    names: Mapping[str, str],
    *,
    by: Actor,
    agency_id: UUID | None = None,
    work_rule: str = "choose",
) -> Queue:
    """Enter a queue of tasks, of one agency or (None) of all; `code` is what processes call it.

    Raises AgencyUnknown, and QueueExists when there is another one of this code.
    """
    require(by, Action.ACCOUNT_ADMINISTER)
    if agency_id is not None:
        _require_agency(agency_id)
    queue = Queue(
        id=new_id(), agency_id=agency_id, code=code, names=dict(names), work_rule=work_rule
    )
    _insert(queue, QueueExists(code=code))
    _record(AccountTag.QUEUE_CREATED, queue, by)
    return queue


def require_unit(unit_id: UUID, agency_id: UUID | None) -> None:
    """Raise UnitUnknown unless there is such a unit in the agency."""
    unit = db.session.get(Unit, unit_id)
    if unit is None or unit.agency_id != agency_id:
        raise UnitUnknown(unit=unit_id)


def _require_agency(agency_id: UUID) -> None:
    if db.session.get(Agency, agency_id) is None:
        raise AgencyUnknown(agency=agency_id)


def _insert(row: Unit | Queue, taken: Conflict) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise taken from error


def _record(tag: AccountTag, row: Unit | Queue, by: Actor) -> None:
    subject = f"{row.__tablename__}:{row.id}"
    audit.note(tag, actor=by.id, subject=subject, chain=row.id, details={"code": row.code})
