"""Handing dossiers to another agency or unit, and tasks of who leaves to somebody else."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update

from accounts import policy, staffing
from accounts import queries as accounts
from accounts.actor import SYSTEM, Actor, Role
from accounts.department_errors import SuccessorWrong
from accounts.models import Agency, Unit
from accounts.places import is_there
from accounts.policy import Action
from accounts.reach import require_place
from core.clock import now
from core.database import db
from dossiers.audit import DossierTag
from dossiers.errors import CannotTakeTask
from dossiers.models import Dossier, DossierStatus, Proceeding
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier
from dossiers.queries import find_task
from engine import operations as engine
from engine.jobs.kinds import JobCall
from engine.models import Task, TaskState
from engine.runtime import Runtime, current_runtime

HAND_OVER: Final = "dossier.hand-over"
AT_ONCE: Final = 20
_FINAL: Final = tuple(each for each in DossierStatus if each.final)
_task: Any = Task.__table__


@dataclass(frozen=True)
class HandOver:
    """From a closed agency or unit to another one; `service` narrows it, so that one can be split."""

    from_agency: UUID
    to_agency: UUID
    from_unit: UUID | None = None
    to_unit: UUID | None = None
    service: str = ""

    def kept(self) -> dict[str, str]:
        """As it waits in a job."""
        return {name: str(value) for name, value in vars(self).items() if value}


def install(runtime: Runtime) -> None:
    """Let many dossiers be handed over by jobs, one each."""
    runtime.on_job(HAND_OVER, lambda _job: None, record=lambda job, _result: _hand_over_by_job(job))


def would_hand_over(plan: HandOver, *, actor: Actor) -> Mapping[tuple[str, DossierStatus], int]:
    """How many dossiers of which service and status a plan reaches; nothing changes.

    Raises NotFound for a foreign place, SuccessorWrong.
    """
    _require(plan, actor)
    rows = db.session.execute(select(Dossier.service_key, Dossier.status).where(_reached(plan)))
    return Counter((row.service_key, row.status) for row in rows)


def hand_over(plan: HandOver, *, reason: str, actor: Actor) -> int:
    """Hand over all open dossiers that a plan reaches: a few at once, many by jobs.

    Returns how many. Tasks that somebody of the old place holds go back to their queues. Raises
    NotFound for a foreign place, SuccessorWrong.
    """
    _require(plan, actor)
    found = db.session.scalars(select(Dossier.id).where(_reached(plan)).order_by(Dossier.id)).all()
    if len(found) <= AT_ONCE:
        for dossier_id in found:
            _hand_over_one(dossier_id, plan, reason, actor.id)
        return len(found)
    payload = {**plan.kept(), "reason": reason, "actor": actor.id}
    for dossier_id in found:
        current_runtime().enqueue(HAND_OVER, dossier_id, payload, idempotency_key=HAND_OVER)
    return len(found)


def close_account(account_id: UUID, *, reason: str, actor: Actor, to: str | None = None) -> int:
    """Close an account of the staff; tasks it holds go to a colleague, or (None) to their queues.

    Returns how many tasks. Raises as `staffing.close_account`, and CannotTakeTask.
    """
    held = _held_by(f"account:{account_id}")
    for instance_id in sorted({task.instance_id for task in held}):
        engine.lock(instance_id)
    staffing.close_account(account_id, reason=reason, by=actor)
    tasks = _held_by(f"account:{account_id}")
    for task in tasks:
        _give_away(task, to, actor.id)
    return len(tasks)


def _give_away(task: Any, to: str | None, by: str) -> None:
    item = find_task(task.id, visible_to=SYSTEM)
    target = accounts.actor(to) if to else None
    if to and (target is None or not item.allows(target, Action.TASK_CLAIM)):
        raise CannotTakeTask
    engine.reassign(
        item.task.instance_id, item.task.id, to=to, seen_version=item.task.version, actor=by
    )
    record(
        DossierTag.TASK_REASSIGNED,
        item.proceeding.dossier_id,
        actor=by,
        subject=f"task:{item.task.id}",
        details={"element": item.task.element_id, "to": to},
    )


def _held_by(actor_id: str) -> Sequence[Any]:
    held = or_(_task.c.holder == actor_id, (_task.c.holder == "") & (_task.c.assignee == actor_id))
    query = select(_task).join(Proceeding, Proceeding.instance_id == _task.c.instance_id)
    query = query.where(_task.c.state == TaskState.OPEN, held)
    return db.session.connection().execute(query.order_by(_task.c.instance_id, _task.c.id)).all()


def _require(plan: HandOver, actor: Actor) -> None:
    policy.require_ever(actor, Action.DEPARTMENT_ADMINISTER)
    require_place(actor, plan.from_agency)
    require_place(actor, plan.to_agency)
    target = db.session.get(Agency, plan.to_agency)
    unit = db.session.get(Unit, plan.to_unit) if plan.to_unit else None
    same = (plan.from_agency, plan.from_unit) == (plan.to_agency, plan.to_unit)
    if same or target is None or not is_there(target, now()):
        raise SuccessorWrong({("to",): [str(plan.to_agency)]})
    wrong = unit is None or unit.agency_id != plan.to_agency or not is_there(unit, now())
    if plan.to_unit and wrong:
        raise SuccessorWrong({("to",): [str(plan.to_unit)]})


def _reached(plan: HandOver) -> ColumnElement[bool]:
    """Open dossiers, and those of which a later proceeding has still open tasks."""
    working = (
        select(_task.c.id)
        .join(Proceeding, Proceeding.instance_id == _task.c.instance_id)
        .where(Proceeding.dossier_id == Dossier.id, _task.c.state == TaskState.OPEN)
    )
    reached = (Dossier.agency_id == plan.from_agency) & (
        Dossier.status.not_in(_FINAL) | working.exists()
    )
    if plan.from_unit:
        reached &= Dossier.unit_id == plan.from_unit
    if plan.service:
        reached &= Dossier.service_key == plan.service
    return reached


def move_to_unit(dossier_id: UUID, agency_id: UUID, unit_id: UUID | None, *, by: str) -> None:
    """Move a dossier to another unit of its agency, with its proceedings; `by` is an actor's id.

    Tasks that somebody holds go back to their queues. Lock order: instances, then the dossier.
    """
    dossier = _moved(dossier_id, agency_id, unit_id, by, lambda found: found.agency_id == agency_id)
    if dossier is not None:
        details = {"agency": str(agency_id), "unit": str(unit_id or "")}
        record(DossierTag.MOVED_TO_UNIT, dossier_id, actor=by, details=details)


def lock_with_proceedings(dossier_id: UUID) -> tuple[Dossier, Sequence[Proceeding]]:
    """A dossier with all its processes, locked for this transaction: instances, then the dossier."""
    proceedings = db.session.scalars(
        select(Proceeding)
        .where(Proceeding.dossier_id == dossier_id)
        .order_by(Proceeding.instance_id)
    ).all()
    for each in proceedings:
        engine.lock(each.instance_id)
    return lock_dossier(dossier_id), proceedings


def _hand_over_by_job(job: JobCall) -> None:
    given = dict(job.payload)
    reason, actor_id = given.pop("reason"), given.pop("actor")
    service = given.pop("service", "")
    plan = HandOver(**{name: UUID(value) for name, value in given.items()}, service=service)
    _hand_over_one(job.instance_id, plan, reason, actor_id)


def _hand_over_one(dossier_id: UUID, plan: HandOver, reason: str, actor_id: str) -> None:
    """Do it unless it was done meanwhile."""

    def still_there(dossier: Dossier) -> bool:
        place = (dossier.agency_id, plan.from_unit and dossier.unit_id)
        return place == (plan.from_agency, plan.from_unit)

    if _moved(dossier_id, plan.to_agency, plan.to_unit, actor_id, still_there):
        details = {"from": str(plan.from_agency), "to": str(plan.to_agency), "reason": reason}
        record(DossierTag.HANDED_OVER, dossier_id, actor=actor_id, details=details)


def _moved(
    dossier_id: UUID,
    agency_id: UUID,
    unit_id: UUID | None,
    actor_id: str,
    still_there: Callable[[Dossier], bool],
) -> Dossier | None:
    """The dossier at its new place, None when it was not where it was thought to be."""
    dossier, proceedings = lock_with_proceedings(dossier_id)
    if not still_there(dossier):
        return None
    dossier.agency_id, dossier.unit_id = agency_id, unit_id
    place = {"agency_id": agency_id, "unit_id": unit_id}
    db.session.execute(
        update(Proceeding).where(Proceeding.dossier_id == dossier_id).values(**place)
    )
    for each in proceedings:
        _free_tasks(each.instance_id, actor_id)
    return dossier


def _free_tasks(instance_id: UUID, actor_id: str) -> None:
    """Tasks of people of the old place go back to their queues; applicants keep theirs."""
    query = select(_task.c.id, _task.c.candidate_groups).where(
        _task.c.instance_id == instance_id,
        _task.c.state == TaskState.OPEN,
        or_(_task.c.holder != "", _task.c.assignee != ""),
    )
    for task in db.session.connection().execute(query).all():
        if str(Role.APPLICANT) not in task.candidate_groups:
            _give_away(task, None, actor_id)
