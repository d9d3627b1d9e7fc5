"""Trying and doing migrations: of one instance, and of many by jobs.

Like `engine.operations`, these work inside the transaction of their caller and never commit, but for
`work_waiting`, which has no caller with a transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select, update

from core.clock import now
from core.database import db, reading, transaction
from core.ids import new_id
from engine.errors import InstanceEnded, InstanceNotFound, MigrationNotFound, MigrationRefused
from engine.events import InstanceMigrated
from engine.host import StepHost
from engine.jobs.kinds import MIGRATE, JobCall
from engine.jobs.table import NewJob, add_jobs_of_many, hold_jobs
from engine.migration.models import Migration as MigrationRow
from engine.migration.models import MigrationItem, MigrationState
from engine.migration.plan import MigrationPlan, Renewal, plan
from engine.migration.remarks import Remark, remark
from engine.migration.rows import rewrite
from engine.migration.translation import Translation
from engine.models import HistoryKind, Instance, InstanceState
from engine.projection import Projection
from engine.runtime import current_runtime
from engine.step import Step, lock_instance, peek, stepping

_instance: Any = Instance.__table__
_migration: Any = MigrationRow.__table__
_item: Any = MigrationItem.__table__
RUNNING = (InstanceState.ACTIVE, InstanceState.SUSPENDED)
_PIN = (
    update(_instance)
    .where(_instance.c.id == bindparam("of_instance"))
    .values(definition_id=bindparam("new_definition"), process_id=bindparam("new_process"))
)


@dataclass(frozen=True)
class Verdict:
    """Whether an instance can go over; `against` are all the reasons why not."""

    instance_id: UUID
    against: tuple[Remark, ...]

    @property
    def is_migratable(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.against


@dataclass(frozen=True)
class Cause:
    """Who migrates, why, what the target is called by them, and as part of what."""

    actor: str
    reason: str = ""
    release: str = ""
    migration_id: UUID | None = None


def check(instance_id: UUID, plan: MigrationPlan) -> Verdict:
    """Try a plan on an instance in memory. Raises InstanceNotFound, InstanceEnded."""
    runtime = current_runtime()
    machine = peek(instance_id, runtime)
    if machine is None:
        raise InstanceEnded()
    try:
        _require_source(instance_id, plan)
        projection = Projection(instance_id, machine.business_key, runtime)
        Translation(machine, plan).run(StepHost(plan.target.definition, runtime, projection))
    except MigrationRefused as refused:
        return Verdict(instance_id, refused.reasons)
    return Verdict(instance_id, ())


def migrate(instance_id: UUID, plan: MigrationPlan, cause: Cause) -> None:
    """Take one instance over, suspended or not, and let it run to its next wait.

    Raises MigrationRefused with every reason, and then nothing has changed; InstanceNotFound,
    InstanceEnded.
    """
    runtime = current_runtime()
    with (
        stepping(instance_id, runtime, actor=cause.actor, also_suspended=True) as step,
        db.session.begin_nested(),
    ):
        _require_source(instance_id, plan)
        host = StepHost(plan.target.definition, runtime, step.projection)
        moved = Translation(step.machine, plan).run(host)
        rewrite(instance_id, moved, plan.renew)
        _pin(step, plan, cause)
        step.settle()
        if step.suspended:
            hold_jobs(instance_id)


def _require_source(instance_id: UUID, plan: MigrationPlan) -> None:
    pinned = select(_instance.c.definition_id, _instance.c.process_id)
    row = db.session.connection().execute(pinned.where(_instance.c.id == instance_id)).one()
    if (row.definition_id, row.process_id) != (plan.source.id, plan.process_id):
        raise MigrationRefused([remark("other-version", plan.process_id)])


def _pin(step: Step, plan: MigrationPlan, cause: Cause) -> None:
    identity = step.machine.id
    pinned = {
        "of_instance": identity,
        "new_definition": plan.target.id,
        "new_process": plan.target_process_id,
    }
    db.session.connection().execute(_PIN, pinned)
    told = {"source": plan.source.id, "target": plan.target.id, "reason": cause.reason}
    step.projection.log.add(HistoryKind.INSTANCE_MIGRATED, **told)
    step.runtime.tell(
        InstanceMigrated(
            identity,
            step.machine.business_key,
            plan.source.id,
            plan.target.id,
            cause.actor,
            cause.reason,
            cause.release,
            Renewal.LIMITS in plan.renew,
        )
    )


# --- many at once


def running(plan: MigrationPlan) -> list[UUID]:
    """The instances that a plan is for, the oldest first."""
    chosen = (
        select(_instance.c.id)
        .where(
            _instance.c.definition_id == plan.source.id,
            _instance.c.process_id == plan.process_id,
            _instance.c.state.in_(RUNNING),
        )
        .order_by(_instance.c.id)
    )
    return list(db.session.connection().execute(chosen).scalars())


def start_migration(
    plan: MigrationPlan, cause: Cause, instance_ids: Collection[UUID] | None = None
) -> UUID:
    """Have many instances go over, each by a job of its own; returns the migration's id.

    Without `instance_ids`, all that run in the source version now. Raises InstanceNotFound when one
    of those named never was.
    """
    chosen = running(plan) if instance_ids is None else _known(instance_ids)
    identity = new_id()
    connection = db.session.connection()
    connection.execute(insert(_migration), [_row(identity, plan, cause)])
    if chosen:
        items = [
            {"instance_id": each, "migration_id": identity, "state": MigrationState.WAITING}
            for each in chosen
        ]
        connection.execute(insert(_item).values(remarks=[]), items)
        runtime = current_runtime()
        payload = {"migration": str(identity)}
        jobs = ((each, NewJob(MIGRATE, payload)) for each in chosen)
        add_jobs_of_many(runtime.job_kind(MIGRATE).policy, jobs)
        runtime.wake_after_commit()
    return identity


def _known(instance_ids: Collection[UUID]) -> list[UUID]:
    wanted = set(instance_ids)
    query = select(_instance.c.id).where(_instance.c.id.in_(wanted)).order_by(_instance.c.id)
    found = list(db.session.connection().execute(query).scalars())
    if len(found) < len(wanted):
        raise InstanceNotFound()
    return found


def _row(identity: UUID, plan: MigrationPlan, cause: Cause) -> dict[str, Any]:
    return {
        "id": identity,
        "source_definition_id": plan.source.id,
        "target_definition_id": plan.target.id,
        "process_id": plan.process_id,
        "mapping": dict(plan.mapping),
        "renew": sorted(plan.renew),
        "release": cause.release,
        "actor": cause.actor,
        "reason": cause.reason,
        "started_at": now(),
    }


def work(call: JobCall) -> None:
    """The job of one instance of a migration."""
    work_item(UUID(call.payload["migration"]), call.instance_id)


def work_waiting(migration_id: UUID) -> None:
    """Take over, in this process, all instances of a migration that still wait, one by one."""
    with reading():
        waiting = select(_item.c.instance_id).where(
            _item.c.migration_id == migration_id, _item.c.state == MigrationState.WAITING
        )
        query = waiting.order_by(_item.c.instance_id)
        instance_ids = list(db.session.connection().execute(query).scalars())
    for instance_id in instance_ids:
        with transaction():
            work_item(migration_id, instance_id)


def work_item(migration_id: UUID, instance_id: UUID) -> None:
    """Take one instance of a migration over, or note why not; done before, it changes nothing."""
    lock_instance(instance_id)
    mine = (_item.c.migration_id == migration_id, _item.c.instance_id == instance_id)
    connection = db.session.connection()
    if connection.execute(select(_item.c.state).where(*mine)).scalar() != MigrationState.WAITING:
        return
    row = find(migration_id)
    cause = Cause(row.actor, row.reason, row.release, migration_id)
    state, against = _outcome(instance_id, _plan_of(row), cause)
    values = {"remarks": [each.as_json() for each in against], "done_at": now()}
    connection.execute(update(_item).where(*mine).values(state=state, **values))


def _outcome(
    instance_id: UUID, plan: MigrationPlan, cause: Cause
) -> tuple[MigrationState, tuple[Remark, ...]]:
    try:
        migrate(instance_id, plan, cause)
    except InstanceEnded:
        return MigrationState.UNTOUCHED, ()
    except MigrationRefused as refused:
        moved_on = any(each.code == "other-version" for each in refused.reasons)
        state = MigrationState.UNTOUCHED if moved_on else MigrationState.REFUSED
        return state, refused.reasons
    return MigrationState.MIGRATED, ()


def find(migration_id: UUID) -> Row[Any]:
    """The row of a migration; raises MigrationNotFound."""
    query = select(_migration).where(_migration.c.id == migration_id)
    row: Row[Any] | None = db.session.connection().execute(query).one_or_none()
    if row is None:
        raise MigrationNotFound()
    return row


def _plan_of(row: Row[Any]) -> MigrationPlan:
    return _planned(
        row.source_definition_id,
        row.target_definition_id,
        row.process_id,
        tuple(sorted(row.mapping.items())),
        frozenset(Renewal(each) for each in row.renew),
    )


@lru_cache(maxsize=64)
def _planned(
    source: str,
    target: str,
    process_id: str,
    mapping: tuple[tuple[str, str], ...],
    renew: frozenset[Renewal],
) -> MigrationPlan:
    """What a migration was started with, paired once per process: definitions never change."""
    return plan(source, target, process_id, dict(mapping), renew)
