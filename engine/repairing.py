"""Mending what is stuck: changing variables, trying again, one or many."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from core.clock import now
from core.database import db
from core.errors import PreconditionFailed
from engine.allowed import scope_of
from engine.deeds import done, noted, told_by
from engine.errors import IncidentNotFound, InstanceSuspended, ScopeNotFound
from engine.facts import renewed
from engine.incidents import waiting_for_retry
from engine.jobs.kinds import RETRY, JobCall
from engine.jobs.table import NewJob, add_jobs_of_many, revive
from engine.machine.nodes import retry
from engine.machine.process import Instance
from engine.machine.values import clean
from engine.machine.variables import changed
from engine.messages import PROMPT
from engine.models import HistoryKind, InstanceState, Job
from engine.queries import EVERYTHING
from engine.runtime import Runtime, current_runtime
from engine.step import lock_instance, stepping

_job: Any = Job.__table__
FASTEST = 100.0


def install(runtime: Runtime) -> None:
    """Register the job that tries one of many incidents again."""
    runtime.on_job(RETRY, None, PROMPT, record=_retry_one)


def change_variables(
    instance_id: UUID,
    changes: Mapping[str, Any],
    *,
    scope: int = 0,
    actor: str,
    reason: str,
    version: int | None = None,
) -> None:
    """Set variables of the process (0), or of a subprocess or element (the number of its token).

    The process does not notice until it reads them. Raises InstanceNotFound, InstanceEnded,
    ScopeNotFound, VariablesRefused, and PreconditionFailed when the instance has gone on since the
    `version` that was seen.
    """
    new = clean(changes)
    with stepping(instance_id, current_runtime(), actor=actor, also_suspended=True) as step:
        if version not in {None, step.version}:
            raise PreconditionFailed
        own, element_id = _variables_of(step.machine, scope, new)
        step.projection.log.change(scope, element_id, changed(own, new), reason)
        told = {"scope": scope, "names": sorted(new), "reason": reason}
        told_by(step, HistoryKind.VARIABLES_CHANGED, element_id, **told)
        own.update(new)
        step.settle()


def change_facts(instance_id: UUID, facts: Mapping[str, Any], *, actor: str, reason: str) -> None:
    """Set variables of the process, and of the called ones that have them as they were.

    Raises InstanceNotFound, InstanceEnded, VariablesRefused.
    """
    with stepping(instance_id, current_runtime(), actor=actor, also_suspended=True) as step:
        for scope, element_id, change in renewed(step.machine, clean(facts)):
            step.projection.log.change(scope, element_id, change, reason)
        told = {"scope": 0, "names": sorted(facts), "reason": reason}
        told_by(step, HistoryKind.VARIABLES_CHANGED, "", **told)
        step.settle()


def _variables_of(
    machine: Instance, scope: int, new: Mapping[str, Any]
) -> tuple[dict[str, Any], str]:
    """The variables that are meant, and the element to which they belong."""
    if scope == 0 or scope in machine.scopes:
        found = scope_of(machine, scope)
        return found.data, "" if found.parent_token is None else found.parent_token.task_spec.name
    token = machine.find(scope)
    if token is None or not {"locals", "run"} & token.internal_data.keys():
        raise ScopeNotFound()
    run: dict[str, Any] = token.internal_data.get("run", {})
    own = run if new.keys() & run.keys() else token.internal_data.get("locals", run)
    return own, token.task_spec.name


def retry_incident(
    instance_id: UUID,
    incident_id: UUID,
    *,
    actor: str = "",
    changes: Mapping[str, Any] | None = None,
    scope: int = 0,
    reason: str = "",
) -> None:
    """Try again what an incident stopped: an element of the process, or a job that was given up.

    `changes` are made to the variables of `scope` before. Raises IncidentNotFound, and
    InstanceSuspended, as nothing is tried before the resumption; with changes, what
    `change_variables` raises.
    """
    if lock_instance(instance_id) == InstanceState.SUSPENDED:
        raise InstanceSuspended()
    if changes:
        change_variables(instance_id, changes, scope=scope, actor=actor, reason=reason)
    if not _retry_job(instance_id, incident_id, actor):
        _retry_element(instance_id, incident_id, actor)


def _retry_job(instance_id: UUID, incident_id: UUID, actor: str) -> bool:
    place = select(_job.c.element_id).where(
        _job.c.instance_id == instance_id, _job.c.id == incident_id
    )
    element_id = db.session.connection().execute(place).scalar()
    if element_id is None or not revive(instance_id, incident_id):
        return False
    told = {"incident": str(incident_id)}
    noted(instance_id, HistoryKind.INCIDENT_RETRIED, element_id, actor=actor, **told)
    current_runtime().wake_after_commit()
    return True


def _retry_element(instance_id: UUID, incident_id: UUID, actor: str) -> None:
    with stepping(instance_id, current_runtime(), actor=actor) as step:
        for token in step.machine.walk():
            if token.internal_data.get("incident", {}).get("id") == str(incident_id):
                told = {"incident": str(incident_id)}
                place = token.task_spec.name
                done(step, HistoryKind.INCIDENT_RETRIED, place, **told)
                retry(token)
                step.settle()
                return
    raise IncidentNotFound()


def retry_incidents(
    fingerprint: str,
    *,
    rate_per_second: float,
    actor: str,
    visible_to: ColumnElement[bool] = EVERYTHING,
) -> int:
    """Try all incidents of one cause again, so many a second; returns how many there are.

    `visible_to` is the clause of what the actor may see. Each is a job of its own. Incidents of
    suspended instances are left out, and those which are already about to be tried.
    """
    waiting = waiting_for_retry(fingerprint, visible_to=visible_to)
    pause, first = 1 / min(max(rate_per_second, 0.001), FASTEST), now()
    jobs = [
        (
            row.instance_id,
            NewJob(
                RETRY,
                {"incident": str(row.id), "actor": actor},
                due_at=first + timedelta(seconds=number * pause),
                idempotency_key=retry_key(row.id),
            ),
        )
        for number, row in enumerate(waiting)
    ]
    add_jobs_of_many(PROMPT, jobs)
    current_runtime().wake_after_commit()
    return len(jobs)


def retry_key(incident_id: UUID) -> str:
    """By this, a second retry of an incident is known while the first is to come."""
    return f"retry:{incident_id}"


def _retry_one(call: JobCall, _result: Any) -> None:
    try:
        incident = UUID(call.payload["incident"])
        retry_incident(call.instance_id, incident, actor=call.payload["actor"])
    except IncidentNotFound:
        return
