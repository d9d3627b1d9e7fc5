"""The job table: adding, claiming by compare-and-set, and finishing behind a fence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select

from core.clock import now
from core.database import db
from core.ids import new_id
from engine.jobs.kinds import JobPolicy
from engine.models import Job, JobState


@dataclass(frozen=True)
class NewJob:
    """A job to be added; `token` binds it to an element of the instance."""

    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    idempotency_key: str | None = None
    token: int | None = None
    element_id: str = ""
    id: UUID = field(default_factory=new_id)


_job = Job.__table__
_earlier = _job.alias("earlier")
_NEXT_SEQ = (
    select(func.coalesce(func.max(_earlier.c.seq), 0) + 1)
    .where(_earlier.c.instance_id == bindparam("of_instance"))
    .scalar_subquery()
)
_ADD = insert(Job).values(seq=_NEXT_SEQ)


def add_job(instance_id: UUID, job: NewJob, policy: JobPolicy) -> UUID:
    """Add one job, unless an unfinished one has its idempotency key; returns the id of either."""
    if job.idempotency_key is not None:
        same = select(Job.id).where(
            Job.instance_id == instance_id, Job.idempotency_key == job.idempotency_key
        )
        existing: UUID | None = db.session.execute(same).scalar()
        if existing is not None:
            return existing
    add_jobs(instance_id, [(job, policy)])
    return job.id


def add_jobs(instance_id: UUID, jobs: Sequence[tuple[NewJob, JobPolicy]]) -> None:
    """Add several jobs of one instance in their order."""
    moment = now()
    rows = [_row(instance_id, job, policy, moment) for job, policy in jobs]
    db.session.execute(_ADD, rows)


def _row(instance_id: UUID, job: NewJob, policy: JobPolicy, moment: datetime) -> dict[str, Any]:
    return {
        "instance_id": instance_id,
        "of_instance": instance_id,
        "id": job.id,
        "lane": job.kind if policy.ordered else None,
        "kind": job.kind,
        "token": job.token,
        "element_id": job.element_id,
        "payload": dict(job.payload),
        "due_at": job.due_at or moment,
        "priority": 0,
        "attempts": 0,
        "max_attempts": policy.max_attempts,
        "idempotency_key": job.idempotency_key,
        "state": JobState.READY,
        "last_error": "",
        "fingerprint": "",
        "created_at": moment,
    }
