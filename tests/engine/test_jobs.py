"""Jobs: claimed by one, done outside, completed once, tried again, given up in the open."""

import time
from datetime import timedelta
from threading import Barrier, Event, Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

import engine
from core.clock import shifted
from core.database import db, reading, transaction
from core.ids import new_id
from engine import operations
from engine.errors import BpmnError, JobFailed, UnknownKind
from engine.events import IncidentRaised
from engine.jobs import table
from engine.jobs.kinds import JobPolicy
from engine.jobs.work import claim_next, work
from engine.models import Job
from tests.engine.conftest import Engine
from tests.engine.models import (
    boundary,
    duration,
    extended,
    flows,
    mapping,
    model,
    script,
    service,
    user,
)

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
ASK = model(START + service("a", "ask") + END + flows("s -> a", "a -> e"))
QUICK = JobPolicy(max_attempts=3, first_delay=0, longest_delay=0, lease=60)


def jobs() -> list[Job]:
    with reading() as session:
        return list(session.scalars(select(Job).order_by(Job.seq)))


def later(seconds: float) -> None:
    """Let every lease be over."""
    with transaction():
        db.session.execute(update(Job).values(lease_until=Job.lease_until - seconds))


def test_a_job_gets_the_variables_and_its_result_goes_on(on: Engine, each_database):
    calls = []

    def ask(call):
        calls.append(call)
        assert not db.session().info.get("transaction_open")
        return {"answer": call.variables["question"] + "!"}

    on.runtime.on_job("ask", ask)
    headers = '<zeebe:taskHeaders><zeebe:header key="urgent" value="yes"/></zeebe:taskHeaders>'
    process = model(
        START
        + service("a", "ask", headers + mapping({"question": '="why"'}))
        + END
        + flows("s -> a", "a -> e")
    )
    instance_id = on.start(process)
    assert on.state(instance_id) == "active"
    assert on.run_due() == 1

    assert on.state(instance_id) == "completed"
    assert on.variables(instance_id) == {"answer": "why!"}
    assert (calls[0].headers, calls[0].attempt) == ({"urgent": "yes"}, 1)
    assert jobs() == []


def test_what_is_recorded_is_there_exactly_when_the_job_is_done(on: Engine):
    seen = []

    def record(call, result):
        assert db.session().info["transaction_open"]
        seen.append(result)
        if len(seen) == 1:
            raise RuntimeError("the disk is full")

    on.runtime.on_job("ask", lambda call: {"n": 1}, QUICK, record=record)
    instance_id = on.start(ASK)
    on.run_due()

    assert len(seen) == 2
    assert on.state(instance_id) == "completed"


def test_a_failing_job_is_tried_again_and_then_given_up(on: Engine, each_database):
    attempts = []

    def ask(call):
        attempts.append(call.attempt)
        raise ConnectionError("no answer from 10.0.0.7")

    on.runtime.on_job("ask", ask, QUICK)
    instance_id = on.start(ASK)
    on.run_due()

    assert attempts == [1, 2, 3]
    (incident,) = on.incidents(instance_id)
    assert incident.is_job
    assert incident.message == "ConnectionError: no answer from 10.0.0.7"
    assert any(isinstance(event, IncidentRaised) for event in on.events)

    attempts.clear()
    on.runtime.on_job("ask", lambda call: {}, QUICK)
    on.act(operations.retry_incident, instance_id, incident.id)
    on.run_due()
    assert on.state(instance_id) == "completed"


def test_one_cause_has_one_fingerprint(on: Engine):
    on.runtime.on_job("ask", lambda call: fail(f"dossier {uuid4()} of 17 refused"), QUICK)
    instances = [on.start(ASK) for _ in range(2)]
    on.run_due()

    assert len({on.incidents(instance)[0].fingerprint for instance in instances}) == 1


def fail(message: str, **how):
    raise JobFailed(message, **how)


def test_what_is_hopeless_is_not_tried_again(on: Engine):
    on.runtime.on_job("ask", lambda call: fail("no such number", retryable=False))
    instance_id = on.start(ASK)

    assert on.run_due() == 1
    assert on.incidents(instance_id)[0].message == "no such number"


def test_a_result_that_no_process_can_hold_is_hopeless(on: Engine):
    on.runtime.on_job("ask", lambda call: {"file": b"..."})
    instance_id = on.start(ASK)

    assert on.run_due() == 1
    assert "cannot hold the variable “file”" in on.incidents(instance_id)[0].message


def test_retries_wait_longer_and_longer_and_at_least_as_asked(on: Engine):
    policy = JobPolicy(first_delay=10, longest_delay=100)
    assert 5 <= policy.delay(1) <= 10
    assert 10 <= policy.delay(2) <= 20
    assert 50 <= policy.delay(9) <= 100

    on.runtime.on_job("ask", lambda call: fail("later", retry_after=3600), policy)
    on.start(ASK)
    assert on.run_due() == 1
    assert on.run_due() == 0
    with shifted(hours(2)):
        assert on.run_due() == 1


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_the_model_can_say_how_often(on: Engine):
    on.runtime.on_job("ask", lambda call: fail("no"), QUICK)
    once = '<zeebe:taskDefinition type="ask" retries="1"/>'
    process = model(START + extended("serviceTask", "a", once) + END + flows("s -> a", "a -> e"))
    on.start(process)

    assert on.run_due() == 1


def test_a_bpmn_error_goes_the_way_that_is_drawn(on: Engine):
    def ask(call):
        raise BpmnError("unknown", "no such enterprise", {"number": 7})

    on.runtime.on_job("ask", ask)
    event = boundary("b", "a", '<errorEventDefinition errorRef="err"/>')
    body = START + service("a", "ask") + event + user("fix") + END
    declared = '<error id="err" errorCode="unknown"/>'
    instance_id = on.start(model(body + flows("s -> a", "a -> e", "b -> fix"), declared))
    on.run_due()

    assert on.task(instance_id, "fix")
    assert on.variables(instance_id) == {"number": 7}


def test_a_job_nobody_wants_any_more_is_gone_and_its_late_result_discarded(on: Engine):
    on.runtime.on_job("ask", lambda call: {"n": 1})
    body = START + service("a", "ask") + boundary("b", "a", duration("P1D")) + user("late") + END
    instance_id = on.start(model(body + flows("s -> a", "a -> e", "b -> late")))
    claimed = claim_next(on.runtime)
    assert claimed is not None
    with shifted(hours(25)):
        on.run_due()
    assert on.task(instance_id, "late")

    work(on.runtime, claimed, on.runtime.jobs["ask"])

    assert on.variables(instance_id) == {}
    assert jobs() == []


def test_a_dead_workers_job_is_taken_over_after_its_lease(on: Engine, each_database):
    on.runtime.on_job("ask", lambda call: {"n": call.attempt})
    instance_id = on.start(ASK)
    assert claim_next(on.runtime) is not None
    assert on.run_due() == 0

    later(seconds=1000)
    assert on.run_due() == 1

    assert on.variables(instance_id) == {"n": 2}


def test_a_worker_that_wakes_after_its_lease_changes_nothing(on: Engine, each_database):
    effects = []
    on.runtime.on_job("ask", lambda call: {"by": call.attempt}, record=lambda *_: effects.append(1))
    instance_id = on.start(ASK)
    sleeper = claim_next(on.runtime)
    later(seconds=1000)
    other = claim_next(on.runtime)
    assert sleeper is not None
    assert other is not None

    work(on.runtime, sleeper, on.runtime.jobs["ask"])
    assert on.state(instance_id) == "active"
    work(on.runtime, other, on.runtime.jobs["ask"])

    assert on.variables(instance_id) == {"by": 2}
    assert effects == [1]


def test_a_job_that_kills_its_worker_every_time_is_given_up(on: Engine):
    on.runtime.on_job("ask", lambda call: {}, QUICK)
    instance_id = on.start(ASK)
    for _ in range(3):
        assert claim_next(on.runtime) is not None
        later(seconds=1000)
    on.run_due()

    assert "the worker died" in on.incidents(instance_id)[0].message


def test_two_workers_never_have_the_same_job(on: Engine, each_database):
    done: list[UUID] = []
    on.runtime.on_job("count", lambda call: done.append(call.id), JobPolicy(ordered=False))
    with transaction():
        for _ in range(60):
            on.runtime.enqueue("count", new_id(), {})
    gate = Barrier(4)

    def drain() -> None:
        gate.wait()
        engine.run_due_jobs(on.app)

    threads = [Thread(target=drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == len(set(done)) == 60
    assert jobs() == []


def test_jobs_of_an_instance_and_kind_keep_their_order_even_when_one_fails(on: Engine):
    done = []

    def push(call):
        if call.payload["n"] == 1 and call.attempt < 3:
            raise ConnectionError
        done.append(call.payload["n"])

    on.runtime.on_job("push", push, QUICK)
    instance_id = new_id()
    with transaction():
        for number in range(4):
            on.runtime.enqueue("push", instance_id, {"n": number})
    on.run_due()

    assert done == [0, 1, 2, 3]


def test_a_job_with_the_same_key_is_added_once(on: Engine):
    done = []
    on.runtime.on_job("push", lambda call: done.append(call.id))
    instance_id = new_id()
    with transaction():
        first = on.runtime.enqueue("push", instance_id, {}, idempotency_key="k")
        second = on.runtime.enqueue("push", instance_id, {}, idempotency_key="k")
    on.run_due()

    assert first == second
    assert done == [first]


def test_a_job_of_a_rolled_back_transaction_never_was(on: Engine):
    on.runtime.on_job("push", lambda call: None)
    with pytest.raises(ZeroDivisionError), transaction():
        on.runtime.enqueue("push", new_id(), {})
        raise ZeroDivisionError

    assert jobs() == []


def test_a_kind_that_nobody_knows_is_refused_and_left_alone(on: Engine):
    with pytest.raises(UnknownKind), transaction():
        on.runtime.enqueue("fax", new_id(), {})
    on.runtime.on_job("fax", lambda call: None)
    with transaction():
        on.runtime.enqueue("fax", new_id(), {})
    del on.runtime.jobs["fax"]

    assert on.run_due() == 0
    assert [job.kind for job in jobs()] == ["fax"]


def test_timers_fire_when_the_clock_says_so_and_only_once(on: Engine, each_database):
    body = START + user("a") + boundary("b", "a", duration("P14D")) + user("late") + END
    instance_id = on.start(model(body + flows("s -> a", "a -> e", "b -> late")))
    assert on.run_due() == 0

    with shifted(hours(14 * 24 + 1)):
        assert on.run_due() == 1
        assert on.run_due() == 0

    assert [task.element_id for task in on.tasks(instance_id)] == ["late"]
    assert jobs() == []


def test_a_step_that_takes_too_long_goes_on_as_a_job(on: Engine):
    body = START + '<exclusiveGateway id="m"/>' + script("a", "=n + 1", "n")
    body += '<exclusiveGateway id="x" default="x_e"/>' + END
    process = model(body + flows("s -> m", "m -> a", "a -> x", "x -> m if =n < 1000", "x -> e"))
    instance_id = on.start(process, n=0)
    assert on.state(instance_id) == "active"

    assert on.run_due() >= 3000 // 500 - 1

    assert on.state(instance_id) == "completed"
    assert on.variables(instance_id) == {"n": 1000}


def test_an_action_that_fails_leaves_nothing_behind_but_an_incident(on: Engine, each_database):
    on.runtime.on_job("push", lambda call: None)
    good = Event()

    def act(call):
        on.runtime.enqueue("push", call.instance_id, {})
        if not good.is_set():
            raise ValueError("no book for this year")
        return {"number": 1}

    on.runtime.on_action("number", act)
    body = START + '<parallelGateway id="f"/>' + service("a", "number") + user("u") + END
    instance_id = on.start(model(body + flows("s -> f", "f -> a", "f -> u", "a -> e")))

    assert jobs() == []
    assert [task.element_id for task in on.tasks(instance_id)] == ["u"]
    (incident,) = on.incidents(instance_id)
    assert incident.message == "number: ValueError: no book for this year"

    good.set()
    on.act(operations.retry_incident, instance_id, incident.id)
    assert on.incidents(instance_id) == []
    assert len(jobs()) == 1
    assert on.variables(instance_id) == {"number": 1}


def test_an_action_cannot_act_on_the_instance_whose_step_is_under_way(on: Engine):
    on.runtime.on_action("self", lambda call: operations.cancel(call.instance_id, "why not"))
    instance_id = on.start(model(START + service("a", "self") + END + flows("s -> a", "a -> e")))

    assert "is under way" in on.incidents(instance_id)[0].message


def test_a_cancelled_instance_leaves_no_task_no_timer_and_no_job(on: Engine):
    on.runtime.on_job("ask", lambda call: None)
    body = START + '<parallelGateway id="f"/>' + service("a", "ask") + user("u")
    body += boundary("b", "u", duration("P1D")) + user("late") + END
    ways = flows("s -> f", "f -> a", "f -> u", "b -> late", "a -> e")
    instance_id = on.start(model(body + ways))

    on.act(operations.cancel, instance_id, "withdrawn")

    assert on.state(instance_id) == "cancelled"
    assert jobs() == []
    assert on.tasks(instance_id) == []


def test_the_embedded_threads_work_what_is_committed_and_stop_cleanly(on: Engine):
    done = Event()
    on.runtime.on_job("ask", lambda call: {"n": 1})
    on.runtime.subscribe(lambda event: done.set() if "Ended" in type(event).__name__ else None)
    dispatcher = engine.start_dispatcher(on.app, threads=2)
    started = time.monotonic()
    instance_id = on.start(ASK)
    assert done.wait(10)
    waited = time.monotonic() - started
    dispatcher.stop()

    assert waited < 5
    assert on.state(instance_id) == "completed"
    assert not dispatcher.is_alive()


def test_a_worker_survives_trouble_with_the_database(on: Engine, monkeypatch):
    done = Event()
    troubles: list[int] = []
    on.runtime.on_job("push", lambda call: done.set())
    candidates = table.candidates

    def unsteady(kinds):
        if len(troubles) < 2:
            troubles.append(1)
            raise OperationalError("select", {}, Exception("the server went away"))
        return candidates(kinds)

    monkeypatch.setattr(table, "candidates", unsteady)
    monkeypatch.setattr("engine.jobs.dispatcher.AFTER_TROUBLE", 0.01)
    dispatcher = engine.start_dispatcher(on.app, threads=1)
    with transaction():
        on.runtime.enqueue("push", new_id(), {})

    assert done.wait(10)
    dispatcher.stop()
    assert len(troubles) == 2
