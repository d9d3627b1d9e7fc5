"""A kind of job whose neighbour is down rests as a whole, and is then tried by one job alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.clock import shifted
from core.database import db, reading, transaction
from core.ids import new_id
from engine import queries, run_due_jobs
from engine.errors import BpmnError, JobFailed
from engine.jobs.breakers import Breaker
from engine.jobs.kinds import JobPolicy
from engine.jobs.work import claim_next
from engine.models import Job, JobBreaker
from engine.queries import EVERYTHING
from tests.engine.conftest import Engine

FRAGILE = JobPolicy(first_delay=0, longest_delay=0, breaker=Breaker(failures=3, pause=60))


class Neighbour:
    """Answers, or raises what it was told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.trouble: Exception | None = ConnectionError("no answer")

    def __call__(self, _job):
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble


@pytest.fixture
def neighbour(on: Engine) -> Neighbour:
    made = Neighbour()
    on.runtime.on_job("ask", made, FRAGILE)
    return made


def enqueue(on: Engine, count: int) -> None:
    with transaction():
        for _ in range(count):
            on.runtime.enqueue("ask", new_id(), {})


def breaker() -> queries.BreakerView:
    with reading():
        (only,) = queries.breakers(visible_to=EVERYTHING)
    return only


def rest() -> None:
    """Let the breaker's pause be over."""
    with transaction():
        db.session.execute(update(JobBreaker).values(opened_until=JobBreaker.opened_until - 3600))


def attempts() -> int:
    with reading() as session:
        return sum(session.scalars(select(Job.attempts)))


def test_after_failures_in_a_row_the_kind_rests_and_uses_up_no_attempts(
    on: Engine, neighbour, each_database
):
    enqueue(on, 10)
    on.run_due()
    with shifted(timedelta(hours=1)):
        assert on.run_due() == 0

    assert neighbour.asked == attempts() == 3
    assert (breaker().state, breaker().failures) == ("open", 3)
    assert 0 < (breaker().rests_for or 0) <= 60


def test_one_job_probes_and_its_success_lets_all_others_through(
    on: Engine, neighbour, each_database
):
    enqueue(on, 5)
    on.run_due()
    rest()
    neighbour.trouble = None
    assert claim_next(on.runtime) is not None
    assert claim_next(on.runtime) is None
    assert breaker().state == "half_open"

    rest()
    assert on.run_due() == 4
    assert (breaker().state, breaker().failures) == ("closed", 0)


def test_a_probe_that_fails_opens_again_at_once(on: Engine, neighbour):
    enqueue(on, 5)
    on.run_due()
    rest()

    assert on.run_due() == 1
    assert (breaker().state, neighbour.asked) == ("open", 4)


@pytest.mark.parametrize("answer", [BpmnError("unknown"), JobFailed("no", retryable=False)])
def test_a_refusal_is_an_answer(on: Engine, neighbour, answer):
    neighbour.trouble = answer
    enqueue(on, 5)
    on.run_due()

    assert neighbour.asked == 5


def test_failures_that_are_not_in_a_row_open_nothing(on: Engine, neighbour):
    for _ in range(4):
        neighbour.trouble = ConnectionError()
        enqueue(on, 1)
        work_one_job(on)
        neighbour.trouble = None
        on.run_due()

    assert breaker().state == "closed"


def work_one_job(on: Engine) -> None:
    assert run_due_jobs(on.app, limit=1) == 1


def test_it_rests_as_long_as_the_neighbour_asks(on: Engine, neighbour):
    neighbour.trouble = JobFailed("busy", retry_after=900)
    enqueue(on, 5)
    on.run_due()

    assert 60 < (breaker().rests_for or 0) <= 900


def test_other_kinds_go_on(on: Engine, neighbour):
    done = []
    on.runtime.on_job("other", lambda call: done.append(call.id))
    enqueue(on, 5)
    on.run_due()
    with transaction():
        on.runtime.enqueue("other", new_id(), {})
    on.run_due()

    assert len(done) == 1
