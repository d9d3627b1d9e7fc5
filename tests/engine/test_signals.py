"""A signal reaches everybody who waits when it is given: by pages, and each of them once."""

from collections import Counter
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from core.clock import now
from core.database import db, reading, transaction
from core.ids import new_id
from engine import operations
from engine.jobs import internal
from engine.jobs.internal import SIGNAL_PAGE
from engine.jobs.kinds import DELIVER
from engine.jobs.kinds import SIGNAL as SIGNAL_JOB
from engine.jobs.work import work_one
from engine.models import Job, Subscription
from tests.engine.conftest import Engine
from tests.engine.models import boundary, flows, model, script, user
from tests.engine.test_messages import END, START

SIGNAL = '<signal id="sig" name="closed"/>'
LISTENING = model(
    START
    + '<intermediateCatchEvent id="c"><signalEventDefinition signalRef="sig"/>'
    + "</intermediateCatchEvent>"
    + END
    + flows("s -> c", "c -> e"),
    SIGNAL,
)
# Stays where it is, and counts how often it was told.
COUNTING = model(
    START
    + user("a")
    + boundary("b", "a", '<signalEventDefinition signalRef="sig"/>', interrupts=False)
    + script("count", "=n + 1", "n")
    + END
    + flows("s -> a", "a -> e", "b -> count"),
    SIGNAL,
)


def test_a_signal_reaches_everybody_who_waits(on: Engine, each_database):
    waiting = [on.start(LISTENING) for _ in range(3)]
    thrown = '<endEvent id="x"><extensionElements><zeebe:ioMapping><zeebe:input source="=2"'
    thrown += ' target="why"/></zeebe:ioMapping></extensionElements>'
    thrown += '<signalEventDefinition signalRef="sig"/></endEvent>'
    on.start(model(START + thrown + flows("s -> x"), SIGNAL))
    on.run_due()

    assert [on.state(instance) for instance in waiting] == ["completed"] * 3
    assert on.variables(waiting[0]) == {"why": 2}


def test_a_signal_from_outside(on: Engine):
    waiting = on.start(LISTENING)
    assert on.act(operations.broadcast_signal, "closed", {"why": 1}) == 1
    assert on.act(operations.broadcast_signal, "other", {}) == 0
    on.run_due()

    assert on.state(waiting) == "completed"


def test_a_signal_in_many_pages_reaches_each_once(on: Engine, each_database, monkeypatch):
    monkeypatch.setattr(internal, "SIGNAL_PAGE", 3)
    waiting = [on.start(COUNTING, n=0) for _ in range(10)]

    assert on.act(operations.broadcast_signal, "closed", {}) == 10
    on.run_due()

    assert [on.variables(instance)["n"] for instance in waiting] == [1] * 10


def test_who_begins_to_wait_after_it_was_given_is_not_told(on: Engine, monkeypatch):
    monkeypatch.setattr(internal, "SIGNAL_PAGE", 1)
    early = [on.start(LISTENING) for _ in range(2)]
    on.act(operations.broadcast_signal, "closed", {})
    end_of_millisecond()
    late = on.start(LISTENING)
    on.run_due()

    assert [on.state(instance) for instance in early] == ["completed"] * 2
    assert on.state(late) == "active"


def test_who_waits_no_longer_when_its_page_comes_is_passed_over(on: Engine):
    gone, stays = on.start(LISTENING), on.start(LISTENING)
    on.act(operations.broadcast_signal, "closed", {})
    on.act(operations.cancel, gone, "withdrawn")
    on.run_due()

    assert (on.state(gone), on.state(stays)) == ("cancelled", "completed")


def test_ten_thousand_are_told_in_transactions_of_five_hundred(on: Engine, monkeypatch):
    receivers = ten_thousand_waiting()
    on.act(operations.broadcast_signal, "closed", {})
    monkeypatch.setattr(on.runtime, "jobs", {SIGNAL_JOB: on.runtime.jobs[SIGNAL_JOB]})
    told = [0]
    while work_one(on.runtime):
        told.append(len(deliveries()))

    assert Counter(deliveries()) == Counter(receivers)
    assert max(after - before for before, after in pairwise(told)) == SIGNAL_PAGE == 500


def ten_thousand_waiting() -> list[UUID]:
    """Rows of as many instances; the instances themselves are not needed to find them."""
    same: dict[str, Any] = {
        "token": 1,
        "branch": 0,
        "kind": "signal",
        "name": "closed",
        "correlation_key": "",
    }
    same |= {"correlation_key": "", "element_id": "c", "created_at": now()}
    rows = [{"instance_id": new_id(), "id": new_id(), **same} for _ in range(10_000)]
    with transaction() as session:
        session.connection().execute(insert(Subscription), rows)
    return [row["instance_id"] for row in rows]


def deliveries() -> list[UUID]:
    with reading():
        return list(db.session.scalars(select(Job.instance_id).where(Job.kind == DELIVER)))


def end_of_millisecond() -> None:
    """Who begins to wait in the very millisecond in which a signal is given is told."""
    given = new_id().int >> 80
    while new_id().int >> 80 == given:
        pass
