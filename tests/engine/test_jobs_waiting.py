"""A job whose work somebody outside has to do first waits without a worker and without failing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import shifted
from core.database import db, reading, transaction
from core.ids import new_id
from engine import run_due_jobs
from engine.errors import NotYet
from engine.jobs.breakers import Breaker
from engine.jobs.kinds import JobPolicy
from engine.models import Job, JobBreaker
from tests.engine.conftest import Engine


class Phone:
    """Is approved when its owner says so."""

    def __init__(self) -> None:
        self.asked = 0
        self.approved = False

    def __call__(self, _job):
        self.asked += 1
        if not self.approved:
            raise NotYet(30)


@pytest.fixture
def phone(on: Engine) -> Phone:
    made = Phone()
    on.runtime.on_job("sign", made, JobPolicy(max_attempts=2, breaker=Breaker(failures=1)))
    with transaction():
        on.runtime.enqueue("sign", new_id(), {})
    return made


def job() -> Job | None:
    with reading():
        return db.session.scalars(select(Job)).one_or_none()


def test_waiting_uses_up_no_attempt_and_opens_no_breaker(on: Engine, phone: Phone):
    for minutes in range(5):
        with shifted(timedelta(minutes=minutes)):
            run_due_jobs(on.app)
    waiting = job()
    assert waiting is not None
    assert (phone.asked, waiting.attempts, waiting.state) == (5, 0, "ready")
    assert waiting.locked_by is None
    with reading():
        assert db.session.scalars(select(JobBreaker)).all() == []


def test_it_is_not_asked_before_its_time(on: Engine, phone: Phone):
    run_due_jobs(on.app)
    with shifted(timedelta(seconds=29)):
        run_due_jobs(on.app)
    assert phone.asked == 1


def test_who_tells_that_it_happened_has_it_done_at_once(on: Engine, phone: Phone):
    run_due_jobs(on.app)
    waiting = job()
    assert waiting is not None
    phone.approved = True
    with transaction():
        on.runtime.hasten(waiting.instance_id, waiting.id)
    run_due_jobs(on.app)
    assert (phone.asked, job()) == (2, None)
