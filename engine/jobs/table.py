"""The job table: adding, claiming by compare-and-set, and finishing behind a fence."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from core.clock import now
from core.database import db, each_alone
from core.ids import new_id
from engine.fingerprints import fingerprint
from engine.jobs.breakers import LETS_THROUGH
from engine.jobs.database_clock import database_seconds
from engine.jobs.kinds import JobPolicy
from engine.models import Job, JobState

LONGEST_ERROR = 2000
CANDIDATES = 32

_KEY = {"instance_id", "id", "lock"}

_job: Any = Job.__table__
_earlier = _job.alias("earlier")
_NEXT_SEQ = (
    select(func.coalesce(func.max(_earlier.c.seq), 0) + 1)
    .where(_earlier.c.instance_id == bindparam("of_instance"))
    .scalar_subquery()
)
FREE = (
    _job.c.state == JobState.READY,
    or_(_job.c.lease_until.is_(None), _job.c.lease_until < database_seconds()),
)
FIRST_IN_LANE = ~exists().where(
    _earlier.c.instance_id == _job.c.instance_id,
    _earlier.c.lane == _job.c.lane,
    _earlier.c.seq < _job.c.seq,
)
_CANDIDATES = (
    select(_job.c.instance_id, _job.c.id, _job.c.kind)
    .where(*FREE, _job.c.due_at <= bindparam("now"), FIRST_IN_LANE, LETS_THROUGH)
    .order_by(_job.c.due_at)
    .limit(CANDIDATES)
)
# Built once: making a statement costs more than running it.
_CLAIM = (
    update(_job)
    .where(
        _job.c.instance_id == bindparam("of_instance"),
        _job.c.id == bindparam("of_job"),
        _job.c.due_at <= bindparam("now"),
        *FREE,
    )
    .values(
        locked_by=bindparam("lock"),
        attempts=_job.c.attempts + 1,
        lease_until=database_seconds() + bindparam("lease", type_=Float(53)),
    )
    .returning(
        _job.c.kind,
        _job.c.token,
        _job.c.element_id,
        _job.c.payload,
        _job.c.attempts,
        _job.c.max_attempts,
    )
)
_FINISH = delete(_job).where(
    _job.c.instance_id == bindparam("of_instance"),
    _job.c.id == bindparam("of_job"),
    _job.c.locked_by == bindparam("lock"),
)
_DROP = delete(_job).where(
    _job.c.instance_id == bindparam("of_instance"),
    _job.c.token.in_(bindparam("tokens", expanding=True)),
)
_ADD = insert(_job).values(seq=_NEXT_SEQ)


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
    max_attempts: int | None = None


@dataclass(frozen=True)
class Claimed:
    """A job that this worker, and nobody else, may finish until the lease is over."""

    instance_id: UUID
    id: UUID
    lock: UUID
    kind: str
    token: int | None
    element_id: str
    payload: Mapping[str, Any]
    attempts: int
    max_attempts: int


def add_job(instance_id: UUID, job: NewJob, policy: JobPolicy) -> UUID:
    """Add one job, unless an unfinished one has its idempotency key; returns the id of either."""
    if job.idempotency_key is not None:
        same = select(_job.c.id).where(
            _job.c.instance_id == instance_id, _job.c.idempotency_key == job.idempotency_key
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
    db.session.connection().execute(_ADD, rows)


def add_jobs_of_many(policy: JobPolicy, jobs: Iterable[tuple[UUID, NewJob]]) -> None:
    """Add jobs of one policy to many instances at once."""
    moment = now()
    rows = [_row(instance_id, job, policy, moment) for instance_id, job in jobs]
    if rows:
        db.session.connection().execute(_ADD, rows)


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
        "max_attempts": job.max_attempts or policy.max_attempts,
        "idempotency_key": job.idempotency_key,
        "state": JobState.READY,
        "last_error": "",
        "fingerprint": "",
        "created_at": moment,
    }


def drop_jobs_of(instance_id: UUID, tokens: Iterable[int]) -> None:
    """Take away the jobs and timers of tokens that no longer want them, leased ones too."""
    values = {"of_instance": instance_id, "tokens": list(tokens)}
    db.session.connection().execute(_DROP, values)


def candidates(kinds: Collection[str]) -> list[tuple[UUID, UUID, str]]:
    """Jobs that seem due and free: (instance, id, kind), most urgent first. Takes no lock."""
    with each_alone() as connection:
        rows = connection.execute(_of_kinds(frozenset(kinds)), {"now": now()}).all()
    return [(row.instance_id, row.id, row.kind) for row in rows]


@lru_cache(maxsize=64)
def _of_kinds(kinds: frozenset[str]) -> Select[Any]:
    return _CANDIDATES.where(_job.c.kind.in_(sorted(kinds)))


def claim(
    instance_id: UUID, job_id: UUID, lease: float, connection: Connection | None = None
) -> Claimed | None:
    """Take one job by compare-and-set; None when somebody else was faster.

    Part of the open transaction unless another connection is given.
    """
    connection = connection or db.session.connection()
    lock = uuid4()
    values = {
        "of_instance": instance_id,
        "of_job": job_id,
        "now": now(),
        "lock": lock,
        "lease": lease,
    }
    row = connection.execute(_CLAIM, values).one_or_none()
    return None if row is None else Claimed(instance_id, job_id, lock, **row._mapping)


def find_claimed(instance_id: UUID, job_id: UUID, lock: UUID) -> Claimed | None:
    """The job that was claimed with this lock; None when somebody else has it, or nobody."""
    columns = [_job.c[each.name] for each in fields(Claimed) if each.name not in _KEY]
    mine = (_job.c.instance_id == instance_id, _job.c.id == job_id, _job.c.locked_by == lock)
    row = db.session.connection().execute(select(*columns).where(*mine)).one_or_none()
    return None if row is None else Claimed(instance_id, job_id, lock, **row._mapping)


def renew(job: Claimed, lease: float) -> bool:
    """Start the lease anew; False when the job is not ours any more."""
    longer = update(_job).where(*_ours(job)).values(lease_until=database_seconds() + lease)
    return bool(db.session.connection().execute(longer).rowcount)


def finish(job: Claimed) -> bool:
    """Delete the job if it is still ours; False when its lease was lost or nobody wants it."""
    ours = {"of_instance": job.instance_id, "of_job": job.id, "lock": job.lock}
    return bool(db.session.connection().execute(_FINISH, ours).rowcount)


def fail(job: Claimed, message: str, again_at: datetime | None) -> bool:
    """Note a failed attempt: to be tried again then, or never (an incident). False as in `finish`."""
    changed = (
        update(_job)
        .where(*_ours(job))
        .values(
            state=JobState.INCIDENT if again_at is None else JobState.READY,
            due_at=again_at or now(),
            lease_until=None,
            locked_by=None,
            last_error=message[:LONGEST_ERROR],
            fingerprint=fingerprint(job.element_id or job.kind, message),
        )
    )
    return bool(db.session.connection().execute(changed).rowcount)


def revive(instance_id: UUID, job_id: UUID) -> bool:
    """Let a job that was given up be tried again from the start; False when there is none."""
    again = (
        update(_job)
        .where(
            _job.c.instance_id == instance_id,
            _job.c.id == job_id,
            _job.c.state == JobState.INCIDENT,
        )
        .values(state=JobState.READY, attempts=0, due_at=now(), fingerprint="")
    )
    return bool(db.session.connection().execute(again).rowcount)


def put_back(job: Claimed, *, suspended: bool, due_at: datetime | None = None) -> None:
    """Let a job wait, until a moment perhaps, as if nobody had claimed it."""
    later = {} if due_at is None else {"due_at": due_at}
    waiting = (
        update(_job)
        .where(*_ours(job))
        .values(
            state=JobState.SUSPENDED if suspended else JobState.READY,
            attempts=_job.c.attempts - 1,
            lease_until=None,
            locked_by=None,
            **later,
        )
    )
    db.session.connection().execute(waiting)


def hasten(instance_id: UUID, job_id: UUID) -> None:
    """Let a job that waits be worked now: what it waits for has happened."""
    due = update(_job).where(
        _job.c.instance_id == instance_id,
        _job.c.id == job_id,
        _job.c.state != JobState.INCIDENT,
        _job.c.due_at > now(),
    )
    db.session.connection().execute(due.values(due_at=now()))


def hold_jobs(instance_id: UUID) -> None:
    """Let no job of an instance be claimed; those at work keep their lease."""
    _turn(instance_id, JobState.READY, JobState.SUSPENDED)


def let_go_jobs(instance_id: UUID) -> None:
    """Let the jobs of an instance be claimed again."""
    _turn(instance_id, JobState.SUSPENDED, JobState.READY)


def _turn(instance_id: UUID, before: JobState, after: JobState) -> None:
    chosen = update(_job).where(_job.c.instance_id == instance_id, _job.c.state == before)
    db.session.connection().execute(chosen.values(state=after))


def _ours(job: Claimed) -> tuple[ColumnElement[bool], ...]:
    mine = (_job.c.instance_id == job.instance_id, _job.c.id == job.id)
    return (*mine, _job.c.locked_by == job.lock)
