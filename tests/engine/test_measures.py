"""Numbers about the engine: what they say, and that they cost no more when more is done."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Select, text, update

from core.clock import now, shifted
from core.database import db, reading, transaction
from core.metrics import metrics
from core.readiness import Finding, Level, parts
from engine import measures
from engine.errors import JobFailed
from engine.jobs.breakers import Breaker
from engine.jobs.kinds import JobPolicy
from engine.models import Task
from tests.engine.conftest import Engine
from tests.engine.models import duration, flows, model, service, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
ASK = model(START + service("a", "ask") + END + flows("s -> a", "a -> e"))
DECIDE = model(START + user("a") + END + flows("s -> a", "a -> e"))
STUCK = model(
    START
    + '<exclusiveGateway id="g"/>'
    + END
    + flows("s -> g")
    + '<sequenceFlow id="f" sourceRef="g" targetRef="e">'
    + "<conditionExpression>=false</conditionExpression></sequenceFlow>"
)
WAIT = model(
    START
    + f'<intermediateCatchEvent id="t">{duration("PT1H")}</intermediateCatchEvent>'
    + END
    + flows("s -> t", "t -> e")
)


def plan(statement: Select[Any]) -> str:
    """How the database would run a statement, once its tables are worth an index."""
    with reading() as session:
        sqlite = session.get_bind().dialect.name == "sqlite"
        if not sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        compiled = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": sqlite})
        explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"
        connection: Any = session.connection()
        rows = connection.exec_driver_sql(f"{explain} {compiled}", compiled.params or None)
        return "\n".join(str(row) for row in rows)


def found(name: str) -> Finding:
    return parts().readiness().findings[name]


def test_what_is_due_and_not_worked_is_counted_by_kind_with_its_age(on: Engine, each_database):
    on.runtime.on_job("ask", lambda _: None)
    on.start(ASK)
    on.start(ASK)
    on.start(WAIT)
    with shifted(timedelta(minutes=30)), reading():
        waiting = measures.waiting_jobs()
    assert waiting.keys() == {"ask"}
    assert waiting["ask"].count == 2
    assert timedelta(minutes=29) < waiting["ask"].longest < timedelta(minutes=31)
    with shifted(timedelta(minutes=90)), reading():
        waiting = measures.waiting_jobs()
    assert measures.overdue_timers(waiting) == 1


def test_a_job_behind_one_that_was_given_up_does_not_wait_for_a_worker(on: Engine):
    on.runtime.on_job("ask", fail, JobPolicy(max_attempts=1))
    instance = on.start(ASK)
    on.run_due()
    on.act(on.runtime.enqueue, "ask", instance, {})
    with reading():
        assert measures.waiting_jobs() == {}


def test_incidents_are_counted_by_kind_of_job_or_as_elements(on: Engine, each_database):
    on.runtime.on_job("ask", fail, JobPolicy(max_attempts=1))
    on.start(ASK)
    on.start(STUCK)
    on.run_due()
    with reading():
        assert measures.open_incidents() == {"ask": 1, "element": 1}


def test_open_and_overdue_tasks_are_counted(on: Engine, each_database):
    done, _late = on.start(DECIDE), on.start(DECIDE)
    on.start(DECIDE)
    on.complete(done, "a")
    with transaction():
        late = update(Task).where(Task.instance_id == _late)
        db.session.execute(late.values(due_at=now() - timedelta(days=1)))
    with reading():
        assert measures.task_load() == measures.TaskLoad(open=2, overdue=1)
        assert measures.running_instances() == {"active": 2}


@pytest.mark.parametrize(
    ("index", "statement"),
    [
        ("ix_engine_job_state_due_at", measures.waiting_query(now())),
        ("ix_engine_job_state_due_at", measures.incident_query()),
        ("ix_engine_task_open", measures.task_query(now())),
        ("ix_engine_instance_running", measures.instance_query()),
    ],
    ids=["waiting jobs", "incidents", "tasks", "instances"],
)
def test_nothing_that_is_done_is_looked_at(
    on: Engine, each_database: str, index: str, statement: Select[Any]
):
    assert index in plan(statement)


def test_a_step_is_timed(on: Engine):
    on.start(DECIDE)
    assert "motcua_engine_step_seconds_count 1.0" in metrics().text().decode()


def test_a_job_that_waits_for_long_is_noticed(on: Engine):
    on.runtime.on_job("ask", lambda _: None)
    on.start(ASK)
    assert found("workers").level is Level.OK
    with shifted(timedelta(minutes=5)):
        late = found("workers")
    assert late.level is Level.DEGRADED
    assert late.params["seconds"] == pytest.approx(300, abs=30)


def test_workers_that_have_ended_are_noticed(on: Engine):
    class Ended:
        def is_alive(self) -> bool:
            return False

    on.runtime.dispatcher = Ended()
    assert found("workers").level is Level.DOWN


def test_a_kind_of_job_that_rests_is_named_and_takes_nothing_down(on: Engine):
    on.runtime.on_job("ask", fail, JobPolicy(breaker=Breaker(failures=1)))
    on.start(ASK)
    assert found("breakers").level is Level.OK
    on.run_due()
    rests = found("breakers")
    assert (rests.level, rests.params) == (Level.DEGRADED, {"kinds": "ask"})
    assert parts().readiness().level is Level.DEGRADED
    assert 'motcua_breaker_state{kind="ask",state="open"} 1.0' in metrics().text().decode()


def fail(_job: Any) -> None:
    raise JobFailed(f"no answer {uuid4()}")
