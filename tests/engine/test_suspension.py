"""A suspended instance runs no step, and nothing that comes for it meanwhile is lost."""

from datetime import timedelta
from uuid import UUID

import pytest

from core.clock import shifted
from core.database import reading
from engine import operations, queries
from engine.errors import (
    InstanceEnded,
    InstanceNotFound,
    InstanceNotSuspended,
    InstanceSuspended,
    JobFailed,
)
from engine.jobs.kinds import JobPolicy
from engine.jobs.work import claim_next, work
from engine.operations import MessageOutcome
from engine.queries import EVERYTHING
from tests.engine.conftest import Engine
from tests.engine.models import boundary, duration, flows, message, model, script, service, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
ASK = model(START + service("a", "ask") + END + flows("s -> a", "a -> e"))
TASK = model(START + user("u") + END + flows("s -> u", "u -> e"))
PAID = model(
    START + '<receiveTask id="paid" messageRef="m_paid"/>' + END + flows("s -> paid", "paid -> e"),
    message("paid"),
)
LATE = model(
    START
    + user("u")
    + boundary("late", "u", duration("P3D"))
    + user("chase")
    + END
    + flows("s -> u", "u -> e", "late -> chase", "chase -> e")
)
QUICK = JobPolicy(max_attempts=2, first_delay=0, longest_delay=0, lease=60)


def suspend(on: Engine, instance_id: UUID) -> None:
    on.act(operations.suspend, instance_id, actor="ann", reason="the fee is wrong")


def resume(on: Engine, instance_id: UUID) -> None:
    on.act(operations.resume, instance_id, actor="ann")


def test_a_suspended_instance_says_so_since_when_and_why(on: Engine, each_database):
    instance_id = on.start(TASK)
    suspend(on, instance_id)

    with reading():
        seen = queries.find_instance(instance_id, visible_to=EVERYTHING)
        *_, last = queries.history(instance_id, visible_to=EVERYTHING)
    assert (seen.state, seen.ended_at) == ("suspended", None)
    assert seen.suspended_at is not None
    assert (last.kind, last.actor) == ("instance-suspended", "ann")
    assert last.details == {"reason": "the fee is wrong"}

    resume(on, instance_id)
    assert on.state(instance_id) == "active"


def test_its_tasks_can_be_neither_claimed_nor_completed(on: Engine, each_database):
    instance_id = on.start(TASK)
    task = on.task(instance_id, "u")
    token = on.act(operations.claim, instance_id, task.id, "clerk")
    suspend(on, instance_id)

    with pytest.raises(InstanceSuspended):
        on.act(operations.claim, instance_id, task.id, "clerk")
    answers = {"actor": "clerk", "variables": {"n": 1}, "token": token}
    with pytest.raises(InstanceSuspended):
        on.act(operations.complete_task, instance_id, task.id, **answers)

    resume(on, instance_id)
    on.act(operations.complete_task, instance_id, task.id, **answers)
    assert on.variables(instance_id) == {"n": 1}


def test_its_jobs_are_not_claimed(on: Engine, each_database):
    calls = []
    on.runtime.on_job("ask", lambda call: calls.append(call.id))
    instance_id, other = on.start(ASK), on.start(ASK)
    suspend(on, instance_id)
    assert on.run_due() == 1
    assert (len(calls), on.state(other)) == (1, "completed")

    resume(on, instance_id)
    assert on.run_due() == 1
    assert on.state(instance_id) == "completed"


def test_a_job_at_work_may_finish_and_its_result_waits(on: Engine, each_database):
    recorded = []
    ask = on.runtime.on_job
    ask("ask", lambda call: {"answer": 42}, record=lambda call, result: recorded.append(result))
    process = START + service("a", "ask") + script("b", "=answer + 1", "b") + user("u") + END
    instance_id = on.start(model(process + flows("s -> a", "a -> b", "b -> u", "u -> e")))
    claimed = claim_next(on.runtime)
    assert claimed is not None
    suspend(on, instance_id)
    work(on.runtime, claimed, on.runtime.job_kind("ask"))

    assert recorded == [{"answer": 42}]
    assert on.variables(instance_id) == {}
    with reading():
        (token,) = queries.tokens(instance_id, visible_to=EVERYTHING)
    assert (token.element_id, token.waiting) == ("a", "held")

    resume(on, instance_id)
    assert on.variables(instance_id) == {"answer": 42, "b": 43}
    assert on.task(instance_id, "u")
    assert len(recorded) == 1


def test_a_job_that_fails_meanwhile_is_tried_again_after_the_resumption(on: Engine, each_database):
    def fail(call):
        raise JobFailed("the register is closed")

    on.runtime.on_job("ask", fail, QUICK)
    instance_id = on.start(ASK)
    claimed = claim_next(on.runtime)
    assert claimed is not None
    suspend(on, instance_id)
    work(on.runtime, claimed, on.runtime.job_kind("ask"))
    assert on.run_due() == 0

    on.runtime.on_job("ask", lambda call: {}, QUICK)
    resume(on, instance_id)
    assert on.run_due() == 1
    assert on.state(instance_id) == "completed"


def test_a_job_claimed_just_before_is_not_lost(on: Engine):
    """Claimed, but asked for its variables only after the suspension."""
    on.runtime.on_job("ask", lambda call: {"answer": 1})
    instance_id = on.start(ASK)
    claimed = claim_next(on.runtime)
    assert claimed is not None
    suspend(on, instance_id)
    resume(on, instance_id)
    work(on.runtime, claimed, on.runtime.job_kind("ask"))

    assert on.variables(instance_id) == {"answer": 1}


def test_a_timer_that_falls_due_meanwhile_fires_afterwards(on: Engine, each_database):
    instance_id = on.start(LATE)
    suspend(on, instance_id)
    with shifted(timedelta(days=4)):
        assert on.run_due() == 0
        resume(on, instance_id)
        on.run_due()

    assert [task.element_id for task in on.tasks(instance_id)] == ["chase"]


def test_a_timer_already_claimed_waits_as_well(on: Engine):
    instance_id = on.start(LATE)
    with shifted(timedelta(days=4)):
        claimed = claim_next(on.runtime)
        assert claimed is not None
        suspend(on, instance_id)
        work(on.runtime, claimed, on.runtime.job_kind(claimed.kind))
        assert on.run_due() == 0
        assert [task.element_id for task in on.tasks(instance_id)] == ["u"]

        resume(on, instance_id)
        on.run_due()
    assert [task.element_id for task in on.tasks(instance_id)] == ["chase"]


def test_a_message_arrives_after_the_resumption_however_long_that_takes(on: Engine, each_database):
    definition = on.deploy(PAID)
    instance_id = on.act(operations.start, definition, "p", {"key": "k"})
    suspend(on, instance_id)
    outcome = on.act(operations.publish_message, "paid", "k", {"amount": 5})
    assert outcome is MessageOutcome.DELIVERED
    on.run_due()
    assert on.state(instance_id) == "suspended"

    with shifted(timedelta(days=100)):
        resume(on, instance_id)
        on.run_due()
    assert on.state(instance_id) == "completed"
    assert on.variables(instance_id)["amount"] == 5


def test_it_can_be_cancelled(on: Engine):
    instance_id = on.start(TASK)
    suspend(on, instance_id)
    on.act(operations.cancel, instance_id, "a test", actor="ann")

    assert on.state(instance_id) == "cancelled"


def test_only_what_runs_can_be_suspended_and_only_that_resumed(on: Engine):
    instance_id, ended = on.start(TASK), on.start(TASK)
    on.act(operations.cancel, ended, "a test")
    with pytest.raises(InstanceNotSuspended):
        resume(on, instance_id)
    suspend(on, instance_id)
    with pytest.raises(InstanceSuspended):
        suspend(on, instance_id)
    with pytest.raises(InstanceEnded):
        suspend(on, ended)
    with pytest.raises(InstanceNotFound):
        suspend(on, UUID(int=1))


def test_nothing_is_tried_again_in_it(on: Engine):
    on.runtime.on_job("ask", lambda call: {"n": 1 / 0}, JobPolicy(max_attempts=1))
    instance_id = on.start(ASK)
    on.run_due()
    (incident,) = on.incidents(instance_id)
    suspend(on, instance_id)

    with pytest.raises(InstanceSuspended):
        on.act(operations.retry_incident, instance_id, incident.id)
