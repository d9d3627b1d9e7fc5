"""Taking running processes over to another version of their service, and the cases with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.audit import note
from core.database import db
from dossiers.audit import DossierTag
from dossiers.errors import VersionsOfDifferentServices
from dossiers.models import Proceeding
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier
from dossiers.operations.steps import due_of_step, limit_of_step
from engine import operations as engine
from engine import queries as tasks
from engine.errors import MigrationRefused
from engine.events import InstanceMigrated
from engine.migration.models import MigrationState
from engine.migration.operations import Cause, Verdict, check, running, start_migration
from engine.migration.plan import USUAL, MigrationPlan, Renewal, plan
from engine.migration.queries import (
    ItemView,
    MigrationReport,
    migration_items,
    migration_report,
)
from engine.migration.remarks import remark
from engine.queries import EVERYTHING
from workflows.queries import definition_of, service_version, version_running


@dataclass(frozen=True)
class Passage:
    """From one version of a service to another one: hashes of the packs, and what the plan is told."""

    source: str
    target: str
    process_id: str = ""
    mapping: Mapping[str, str] | None = None
    renew: frozenset[Renewal] = USUAL


def plan_passage(passage: Passage, *, actor: Actor) -> MigrationPlan:
    """How the elements of the two versions correspond; nothing changes.

    Raises NotAllowed, ServiceUnknown, VersionsOfDifferentServices, UnknownProcess, MappingRefused.
    """
    policy.require(actor, Action.INSTANCE_MIGRATE)
    source, target = service_version(passage.source), service_version(passage.target)
    if source.manifest.key != target.manifest.key:
        raise VersionsOfDifferentServices
    return plan(
        definition_of(passage.source),
        definition_of(passage.target),
        passage.process_id or source.manifest.process,
        passage.mapping,
        passage.renew,
    )


def try_passage(passage: Passage, *, actor: Actor) -> list[Verdict]:
    """Try it in memory on every running process of the source version. Raises as `plan_passage`."""
    found = plan_passage(passage, actor=actor)
    return [check(instance_id, found) for instance_id in running(found)]


def begin_passage(
    passage: Passage,
    *,
    actor: Actor,
    reason: str,
    instance_ids: Collection[UUID] | None = None,
) -> UUID:
    """Let running processes go over by jobs, all of the source version or those named.

    Returns the migration's id. Raises as `plan_passage`, and InstanceNotFound.
    """
    found = plan_passage(passage, actor=actor)
    cause = Cause(actor.id, reason, passage.target)
    migration_id = start_migration(found, cause, instance_ids)
    note(
        DossierTag.MIGRATION_BEGUN,
        actor=actor.id,
        subject=f"migration:{migration_id}",
        details={"from": passage.source, "to": passage.target, "reason": reason},
    )
    return migration_id


def passage_report(migration_id: UUID, *, actor: Actor) -> MigrationReport:
    """How far a migration is. Raises NotAllowed, MigrationNotFound."""
    policy.require(actor, Action.INSTANCE_MIGRATE)
    return migration_report(migration_id, visible_to=EVERYTHING)


def passage_items(
    migration_id: UUID,
    *,
    actor: Actor,
    state: MigrationState | None,
    after: UUID | None,
    limit: int,
) -> list[ItemView]:
    """What became of each process of a migration. Raises NotAllowed, MigrationNotFound."""
    passage_report(migration_id, actor=actor)
    found = "" if state is None else str(state)
    return migration_items(
        migration_id, visible_to=EVERYTHING, state=found, after=after, limit=limit
    )


def follow(event: InstanceMigrated) -> None:
    """Pin a proceeding, and the dossier it is about, to the version in which its process goes on.

    Raises MigrationRefused when the engine was given a version that is none of this service.
    """
    proceeding = db.session.get_one(Proceeding, event.instance_id)
    before = proceeding.service_version
    found = event.release or version_running(proceeding.service_key, event.target_definition_id)
    if not found or service_version(found).manifest.key != proceeding.service_key:
        raise MigrationRefused([remark("no-release", proceeding.service_key)])
    proceeding.service_version = found
    dossier = lock_dossier(proceeding.dossier_id)
    if proceeding.entry_id is None:
        dossier.service_version = found
    if event.limits_renewed:
        _renew_limits(proceeding, dossier.agency_id)
    record(
        DossierTag.MIGRATED,
        dossier.id,
        actor=event.actor,
        subject=f"instance:{event.instance_id}",
        details={"from": before, "to": found, "reason": event.reason},
    )


def _renew_limits(proceeding: Proceeding, agency_id: UUID) -> None:
    """Count the limits of open tasks anew, from when each was opened."""
    instance_id = proceeding.instance_id
    for task in tasks.open_tasks(visible_to=EVERYTHING, instance_id=instance_id, limit=10_000):
        limit = limit_of_step(proceeding.service_version, task.element_id, task.attributes)
        if limit is not None:
            due = due_of_step(task.created_at, limit, agency_id)
            engine.set_due_date(instance_id, task.id, due)
