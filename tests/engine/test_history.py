"""What happened in an instance can be read back: who did what, where it went, what changed."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import false, func, select

from core.database import reading
from engine import operations, queries
from engine.errors import InstanceNotFound
from engine.jobs.kinds import JobPolicy
from engine.models import History
from engine.queries import EVERYTHING, HistoryView
from tests.engine.conftest import Engine
from tests.engine.models import (
    boundary,
    duration,
    flows,
    many,
    mapping,
    message,
    model,
    script,
    service,
    user,
)
from tests.engine.test_cost import statements

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
TASK = model(START + user("u") + END + flows("s -> u", "u -> e"))


def history(on: Engine, instance_id: UUID, **page: Any) -> list[HistoryView]:
    with reading():
        return queries.history(instance_id, visible_to=EVERYTHING, **{"limit": 100_000, **page})


def told(on: Engine, instance_id: UUID) -> list[str]:
    """Each entry in a few words."""
    entries = history(on, instance_id)
    return [" ".join(part for part in (e.kind, e.element_id, e.actor) if part) for e in entries]


def changes(on: Engine, instance_id: UUID) -> list[tuple[str, Any]]:
    return [(e.element_id, e.changes) for e in history(on, instance_id) if e.changes is not None]


def test_the_way_of_an_instance_can_be_read_back(on: Engine, each_database):
    instance_id = on.start(TASK)
    on.complete(instance_id, "u", ok=True)

    assert told(on, instance_id) == [
        "instance-started",
        "element-passed s",
        "element-entered u",
        "task-created u",
        "task-claimed u clerk",
        "task-completed u clerk",
        "variables-changed u",
        "element-left u",
        "element-passed e",
        "instance-completed",
    ]


def test_an_entry_names_the_task_and_the_flow(on: Engine):
    instance_id = on.start(TASK)
    task_id = str(on.task(instance_id, "u").id)
    entered, created = history(on, instance_id)[2:4]

    assert entered.details == {"via": "s_u"}
    assert created.details == {"task": task_id}


def test_changes_of_variables_have_old_and_new_values(on: Engine, each_database):
    process = START + script("a", "=n + 1", "n") + script("b", "=n", "n") + END
    instance_id = on.start(model(process + flows("s -> a", "a -> b", "b -> e")), n=Decimal("1.5"))

    assert changes(on, instance_id) == [
        ("", {"n": {"new": Decimal("1.5")}}),
        ("a", {"n": {"old": Decimal("1.5"), "new": Decimal("2.5")}}),
    ]


def test_values_keep_their_kinds_and_odd_texts_are_no_trouble(on: Engine, each_database):
    odd = {"day": date(2026, 11, 22), "text": "a\x00b", "tag": {"\x01d": 1}, "a\x00b": None}
    instance_id = on.start(TASK, **odd)

    assert changes(on, instance_id) == [("", {name: {"new": odd[name]} for name in odd})]


def test_what_belongs_to_a_part_of_the_process_names_it(on: Engine):
    inside = '<startEvent id="is"/>' + script("a", "=2", "n") + user("iu")
    inside += flows("is -> a", "a -> iu")
    sub = f'<subProcess id="sub"><extensionElements>{mapping({"n": "=1"})}</extensionElements>'
    body = START + sub + inside + "</subProcess>" + flows("s -> sub")
    instance_id = on.start(model(body))
    with reading():
        number = queries.tokens(instance_id, visible_to=EVERYTHING)[0].number

    entries = [e for e in history(on, instance_id) if e.kind == "variables-changed"]
    assert [(e.element_id, e.details) for e in entries] == [
        ("sub", {"scope": number, "names": ["n"]}),
        ("a", {"scope": number, "names": ["n"]}),
    ]
    assert entries[1].changes == {"n": {"old": 1, "new": 2}}


def test_events_that_happened_are_named(on: Engine, each_database):
    waiting = '<receiveTask id="paid" messageRef="m_paid"/>'
    process = START + waiting + user("u") + boundary("late", "u", duration("PT0S")) + END
    ways = flows("s -> paid", "paid -> u", "u -> e", "late -> e")
    definition = on.deploy(model(process + ways, message("paid")))
    instance_id = on.act(operations.start, definition, "p", {"key": "k"})
    on.act(operations.publish_message, "paid", "k", {})
    on.run_due()

    entries = history(on, instance_id)
    events = [(e.kind, e.element_id, e.details.get("name")) for e in entries]
    assert ("message", "paid", "paid") in events
    assert ("timer", "late", None) in events
    assert ("element-cancelled", "u", None) in events
    assert ("task-cancelled", "u", None) in events


def test_incidents_and_who_let_them_be_tried_again(on: Engine, each_database):
    on.runtime.on_job("ask", lambda call: {"n": 1 / 0}, JobPolicy(max_attempts=1))
    instance_id = on.start(model(START + service("a", "ask") + END + flows("s -> a", "a -> e")))
    on.run_due()
    (incident,) = on.incidents(instance_id)
    on.act(operations.retry_incident, instance_id, incident.id, actor="ann")

    raised, retried = history(on, instance_id)[-2:]
    assert (raised.kind, raised.element_id) == ("incident-raised", "a")
    assert raised.details["message"] == "ZeroDivisionError: division by zero"
    assert (retried.kind, retried.actor) == ("incident-retried", "ann")
    assert retried.details == {"incident": str(incident.id)}


def test_a_cancelled_instance_says_who_ended_it_and_why(on: Engine):
    instance_id = on.start(TASK)
    on.act(operations.cancel, instance_id, "a mistake", actor="ann")

    last = history(on, instance_id)[-1]
    assert (last.kind, last.actor) == ("instance-cancelled", "ann")
    assert last.details == {"reason": "a mistake"}


def test_values_can_be_erased_and_that_they_changed_stays(on: Engine, each_database):
    instance_id, other = on.start(TASK, name="An"), on.start(TASK, name="Bình")
    assert on.act(operations.erase_history_contents, [instance_id]) == 1

    assert changes(on, instance_id) == []
    names = [e.details["names"] for e in history(on, instance_id) if e.kind == "variables-changed"]
    assert names == [["name"]]
    assert changes(on, other) == [("", {"name": {"new": "Bình"}})]


def test_it_comes_in_pages(on: Engine):
    instance_id = on.start(TASK)
    entries = history(on, instance_id)
    page = history(on, instance_id, limit=2)
    rest = history(on, instance_id, after=page[-1].seq)

    assert [*page, *rest] == entries
    assert len({entry.seq for entry in entries}) == len(entries)


def test_who_may_not_see_the_instance_does_not_see_its_history(on: Engine):
    instance_id = on.start(TASK)
    with pytest.raises(InstanceNotFound), reading():
        queries.history(instance_id, visible_to=false())
    with pytest.raises(InstanceNotFound), reading():
        queries.history(uuid4(), visible_to=EVERYTHING)


def test_a_loop_of_a_thousand_rounds_is_written_by_one_statement_a_step(on: Engine, each_database):
    body = START + '<exclusiveGateway id="m"/>' + script("a", "=n + 1", "n")
    body += '<exclusiveGateway id="x" default="x_e"/>' + END
    ways = flows("s -> m", "m -> a", "a -> x", "x -> m if =n < 1000", "x -> e")
    with statements() as sent:
        instance_id = on.start(model(body + ways), n=0)
        on.run_due()

    written = [statement for statement in sent if "INSERT INTO engine_history" in statement]
    assert on.state(instance_id) == "completed"
    assert len(written) == steps_of(instance_id)
    assert told(on, instance_id).count("variables-changed a") == 1000


def steps_of(instance_id: UUID) -> int:
    with reading():
        return queries.find_instance(instance_id, visible_to=EVERYTHING).version


def test_big_values_do_not_fill_the_history(on: Engine):
    """A list that grows in a loop would be kept a thousand times; its name is kept each time."""
    body = START + '<exclusiveGateway id="m"/>' + script("a", "=append(list, text)", "list")
    body += '<exclusiveGateway id="x" default="x_e"/>' + END
    ways = flows("s -> m", "m -> a", "a -> x", "x -> m if =count(list) < 300", "x -> e")
    instance_id = on.start(model(body + ways), list=[], text="x" * 1000)
    on.run_due()

    with reading() as session:
        kept = session.scalar(select(func.sum(func.length(History.contents)))) or 0
    entries = [entry for entry in history(on, instance_id) if entry.element_id == "a"]
    changed = [entry for entry in entries if entry.kind == "variables-changed"]
    assert kept < 600_000
    assert len(changed) == 300
    assert changed[0].changes == {"list": {"old": [], "new": ["x" * 1000]}}
    assert (changed[-1].changes, changed[-1].details["names"]) == (None, ["list"])


def test_a_repeated_element_is_entered_and_left_once(on: Engine):
    body = START + script("a", "=item", "r", many("=items", results="all", result="=r")) + END
    instance_id = on.start(model(body + flows("s -> a", "a -> e")), items=[1, 2])

    assert told(on, instance_id).count("element-passed a") == 1
