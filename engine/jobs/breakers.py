"""Circuit breakers: a kind of job whose neighbour is down rests, and is then tried by one job alone.

closed -> open after so many failures in a row -> half open when it has rested: one probe is let
through -> closed when that succeeds, else open again. Jobs that wait meanwhile use up no attempts.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.database import db
from engine.jobs.database_clock import database_seconds
from engine.models import BreakerState, Job, JobBreaker

_breaker: Any = JobBreaker.__table__
_job: Any = Job.__table__

# For the claim query: the job's kind is not resting.
LETS_THROUGH = ~exists().where(
    _breaker.c.kind == _job.c.kind, _breaker.c.opened_until > database_seconds()
)


@dataclass(frozen=True)
class Breaker:
    """Open after `failures` in a row, for `pause` seconds, or longer when the neighbour asks to."""

    failures: int = 5
    pause: float = 30.0


def admits(kind: str, probe: float) -> bool:
    """Whether a job of this kind may be worked now; of a kind that has rested, one in `probe` seconds.

    Part of the transaction that claims the job: the probe is taken back when that fails.
    """
    connection = db.session.connection()
    state = connection.execute(select(_breaker.c.state).where(_breaker.c.kind == kind)).scalar()
    if state in (None, BreakerState.CLOSED):
        return True
    rested = update(_breaker).where(
        _breaker.c.kind == kind,
        _breaker.c.state != BreakerState.CLOSED,
        _breaker.c.opened_until <= database_seconds(),
    )
    taken = rested.values(state=BreakerState.HALF_OPEN, opened_until=database_seconds() + probe)
    return bool(connection.execute(taken).rowcount)


def note_answer(kind: str) -> None:
    """The neighbour answered: close."""
    closed = (
        update(_breaker)
        .where(
            _breaker.c.kind == kind,
            or_(_breaker.c.state != BreakerState.CLOSED, _breaker.c.failures > 0),
        )
        .values(state=BreakerState.CLOSED, failures=0, opened_until=None)
    )
    db.session.connection().execute(closed)


def note_failure(kind: str, breaker: Breaker, asked_to_wait: float) -> None:
    """The neighbour did not answer: count, and open when that is enough or the probe failed."""
    connection = db.session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    first = {"kind": kind, "state": BreakerState.CLOSED, "failures": 0}
    connection.execute(insert(_breaker).values(first).on_conflict_do_nothing())
    enough = or_(
        _breaker.c.failures + 1 >= breaker.failures, _breaker.c.state == BreakerState.HALF_OPEN
    )
    rest = database_seconds() + max(breaker.pause, asked_to_wait)
    connection.execute(
        update(_breaker)
        .where(_breaker.c.kind == kind)
        .values(
            failures=_breaker.c.failures + 1,
            state=case((enough, BreakerState.OPEN), else_=_breaker.c.state),
            opened_until=case((enough, rest), else_=_breaker.c.opened_until),
        )
    )
