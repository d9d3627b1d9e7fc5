"""What one external action costs: statements counted, and none that grows with what is open."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from core.database import db, transaction
from engine import operations
from tests.engine.conftest import Engine
from tests.engine.models import boundary, duration, flows, message, model, script, service, user

# One of them writes the history of the step.
MOST = 15
# Beyond its own statement, a claim locks the instance and is noted.
CLAIM = 3

BODY = (
    '<startEvent id="s"/>'
    + user("submit")
    + '<exclusiveGateway id="x" default="x_fix"/>'
    + user("fix")
    + user("review")
    + boundary("late", "review", duration("P14D"), interrupts=False)
    + user("chase")
    + '<parallelGateway id="f"/>'
    + service("ask", "ask")
    + script("note", '="n"', "note")
    + '<receiveTask id="paid" messageRef="m_paid"/>'
    + '<parallelGateway id="j"/><endEvent id="e"/>'
)
WAYS = flows(
    "s -> submit",
    "submit -> x",
    "x -> review if =ok",
    "x -> fix",
    "fix -> x",
    "late -> chase",
    "review -> f",
    "f -> ask",
    "f -> note",
    "note -> paid",
    "ask -> j",
    "paid -> j",
    "j -> e",
)
PERMIT = model(BODY + WAYS, message("paid"))


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_no_action_sends_more_than_fifteen_statements(on: Engine, each_database):
    on.runtime.on_job("ask", lambda call: {"answer": 1})
    definition = on.deploy(PERMIT)
    counts = {}

    with statements() as sent:
        instance_id = on.act(operations.start, definition, "p", {"key": "k"})
    counts["start"] = len(sent)
    for element_id, variables in (("submit", {"ok": True}), ("review", {})):
        task = on.task(instance_id, element_id)
        with statements() as sent:
            token = on.act(operations.claim, instance_id, task.id, "ann")
        counts[f"claim {element_id}"] = len(sent)
        with statements() as sent:
            on.act(
                operations.complete_task,
                instance_id,
                task.id,
                token=token,
                actor="ann",
                variables=variables,
            )
        counts[f"complete {element_id}"] = len(sent)
    with statements() as sent:
        on.act(operations.publish_message, "paid", "k", {"amount": 1})
    counts["message"] = len(sent)
    with statements() as sent:
        on.run_due()
    counts["job, with looking and claiming"] = len(sent)

    assert on.state(instance_id) == "completed"
    assert max(counts.values()) <= MOST, counts


@pytest.mark.parametrize("others", [0, 50])
def test_the_cost_of_an_action_does_not_depend_on_other_instances(on: Engine, others):
    on.runtime.on_job("ask", lambda call: {})
    definition = on.deploy(PERMIT)
    with transaction():
        for _ in range(others):
            operations.start(definition, "p", {"key": "k"})
    instance_id = on.act(operations.start, definition, "p", {"key": "k"})
    with statements() as sent:
        on.complete(instance_id, "submit", ok=True)

    assert len(sent) <= MOST + CLAIM


def test_a_thousand_waiting_timers_cost_the_poll_nothing(on: Engine):
    on.runtime.on_job("ask", lambda call: {})
    definition = on.deploy(PERMIT)
    with transaction():
        for _ in range(100):
            instance_id = operations.start(definition, "p", {"key": "k"})
    on.complete(instance_id, "submit", ok=True)
    with statements() as sent:
        assert on.run_due() == 0

    assert len([statement for statement in sent if "engine_job" in statement]) == 1
