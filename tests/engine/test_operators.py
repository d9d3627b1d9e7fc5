"""What operators find, and mend: incidents by their cause, tokens, instances, variables."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import false

from core.clock import now, shifted
from core.database import reading
from engine import operations, queries
from engine.errors import (
    IncidentNotFound,
    InstanceNotFound,
    JobFailed,
    ScopeNotFound,
    VariablesRefused,
)
from engine.jobs.kinds import JobCall, JobPolicy
from engine.queries import EVERYTHING, IncidentView, TokenView
from tests.engine.conftest import Engine
from tests.engine.models import (
    boundary,
    duration,
    flows,
    many,
    mapping,
    message,
    model,
    service,
    user,
)

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
ASK = model(START + service("a", "ask") + END + flows("s -> a", "a -> e"))
CHOICE = model(
    START
    + '<exclusiveGateway id="x" name="Enough?"/>'
    + user("u")
    + END
    + flows("s -> x", "x -> u if =n > 5", "u -> e")
)
ONCE = JobPolicy(max_attempts=1)


def stuck_jobs(on: Engine, count: int) -> list[UUID]:
    on.runtime.on_job("ask", lambda call: {"n": 1 / 0}, ONCE)
    instances = [on.start(ASK) for _ in range(count)]
    on.run_due()
    return instances


def tokens(on: Engine, instance_id: UUID) -> list[TokenView]:
    with reading():
        return queries.tokens(instance_id, visible_to=EVERYTHING)


def incidents(**filters: Any) -> list[IncidentView]:
    with reading():
        return queries.incidents(visible_to=EVERYTHING, **filters)


# --- incidents


def test_incidents_of_one_cause_are_one_group(on: Engine, each_database):
    before = now()
    stuck_jobs(on, 3)
    on.start(CHOICE, n=1)

    with reading():
        first, second = queries.incident_groups(visible_to=EVERYTHING)
    assert (first.count, first.element_id, first.kind, first.process_id) == (3, "a", "ask", "p")
    assert first.message == "ZeroDivisionError: division by zero"
    assert before < first.oldest < first.newest < now()
    assert (second.count, second.name, second.kind) == (1, "Enough?", "")


def test_an_incident_tells_where_what_and_since_when(on: Engine, each_database):
    definition = on.deploy(CHOICE)
    instance_id = on.act(operations.start, definition, "p", {"n": 1}, business_key="H26-1")
    (seen,) = incidents()

    assert (seen.instance_id, seen.element_id, seen.name) == (instance_id, "x", "Enough?")
    assert (seen.business_key, seen.process_id, seen.is_job) == ("H26-1", "p", False)
    with reading():
        assert queries.find_incident(seen.id, visible_to=EVERYTHING) == seen
        with pytest.raises(IncidentNotFound):
            queries.find_incident(seen.id, visible_to=false())


def test_incidents_of_one_cause_come_in_pages(on: Engine):
    stuck_jobs(on, 3)
    on.start(CHOICE, n=1)
    fingerprint = incidents()[0].fingerprint
    first = incidents(fingerprint=fingerprint, limit=2)
    rest = incidents(fingerprint=fingerprint, after=first[-1].id)

    assert (len(first), len(rest)) == (2, 1)
    assert len({each.instance_id for each in (*first, *rest)}) == 3


def test_many_are_tried_again_spread_over_time(on: Engine, each_database):
    instances = stuck_jobs(on, 4)
    fingerprint = incidents()[0].fingerprint
    on.runtime.on_job("ask", lambda call: {}, ONCE)
    retried = on.act(operations.retry_incidents, fingerprint, rate_per_second=0.1, actor="ann")
    assert retried == 4

    on.run_due()
    assert [on.state(each) for each in instances].count("completed") == 1
    with shifted(timedelta(seconds=10)):
        on.run_due()
        assert [on.state(each) for each in instances].count("completed") == 2
    with shifted(timedelta(seconds=30)):
        on.run_due()
    assert [on.state(each) for each in instances].count("completed") == 4


def test_elements_are_tried_again_by_many_as_well(on: Engine):
    instances = [on.start(CHOICE, n=1) for _ in range(3)]
    for instance_id in instances:
        named = {"actor": "ann", "reason": "a slip"}
        on.act(operations.change_variables, instance_id, {"n": 6}, **named)
    fingerprint = incidents()[0].fingerprint
    on.act(operations.retry_incidents, fingerprint, rate_per_second=100, actor="ann")
    with shifted(timedelta(seconds=1)):
        on.run_due()

    assert incidents() == []
    assert [len(on.tasks(each)) for each in instances] == [1, 1, 1]
    last = _history(instances[0])
    assert ("incident-retried", "ann") in [(entry.kind, entry.actor) for entry in last]


def test_a_second_click_tries_nothing_twice(on: Engine, each_database):
    stuck_jobs(on, 2)
    fingerprint = incidents()[0].fingerprint
    retry = {"rate_per_second": 0.01, "actor": "ann"}

    assert on.act(operations.retry_incidents, fingerprint, **retry) == 2
    assert on.act(operations.retry_incidents, fingerprint, **retry) == 0


def test_suspended_instances_are_left_out(on: Engine):
    first, _second = stuck_jobs(on, 2)
    on.act(operations.suspend, first, actor="ann", reason="wait")
    fingerprint = incidents()[0].fingerprint

    retried = on.act(operations.retry_incidents, fingerprint, rate_per_second=1, actor="ann")
    assert retried == 1


def test_a_variable_is_changed_and_the_element_tried_again(on: Engine, each_database):
    instance_id = on.start(CHOICE, n=1)
    (incident,) = incidents()
    on.act(
        operations.retry_incident,
        instance_id,
        incident.id,
        actor="ann",
        changes={"n": 6},
        reason="a slip of the pen",
    )

    assert [task.element_id for task in on.tasks(instance_id)] == ["u"]
    changed = next(entry for entry in _history(instance_id) if entry.actor == "ann")
    assert (changed.kind, changed.details["reason"]) == ("variables-changed", "a slip of the pen")
    assert changed.changes == {"n": {"old": 1, "new": 6}}


# --- variables


def test_variables_of_a_subprocess_are_changed_in_it(on: Engine, each_database):
    inside = '<startEvent id="is"/>' + user("x") + flows("is -> x")
    own = f"<extensionElements>{mapping({'n': '=1'})}</extensionElements>"
    body = START + f'<subProcess id="sub">{own}{inside}</subProcess>' + flows("s -> sub")
    instance_id = on.start(model(body), n=0)
    number = tokens(on, instance_id)[0].number
    change(on, instance_id, {"n": 2, "m": [1]}, scope=number)

    with reading():
        process, sub = queries.scopes(instance_id, visible_to=EVERYTHING)
    assert (process.number, process.variables) == (0, {"n": 0})
    assert (sub.number, sub.element_id, sub.variables) == (number, "sub", {"n": 2, "m": [1]})


def test_variables_of_one_element_are_changed_at_its_token(on: Engine):
    seen = []

    def ask(call: JobCall) -> None:
        seen.append(call.variables["to"])
        if seen == ["nowhere"]:
            raise JobFailed("nobody is there")

    on.runtime.on_job("ask", ask, ONCE)
    body = START + service("a", "ask", mapping({"to": '="nowhere"'})) + END
    instance_id = on.start(model(body + flows("s -> a", "a -> e")))
    on.run_due()
    (incident,) = incidents()
    change(on, instance_id, {"to": "somewhere"}, scope=tokens(on, instance_id)[0].number)
    on.act(operations.retry_incident, instance_id, incident.id)
    on.run_due()

    assert seen == ["nowhere", "somewhere"]


def test_variables_of_one_run_are_changed_at_its_token(on: Engine):
    body = START + user("a", inside=many("=items")) + END + flows("s -> a", "a -> e")
    instance_id = on.start(model(body), items=[1, 2])
    run = tokens(on, instance_id)[1]
    change(on, instance_id, {"item": 9}, scope=run.number)

    with reading():
        own = [s.variables for s in queries.scopes(instance_id, visible_to=EVERYTHING)][1:]
    assert [variables["item"] for variables in own] == [9, 2]


def test_what_no_process_can_hold_is_refused(on: Engine):
    instance_id = on.start(CHOICE, n=6)
    with pytest.raises(VariablesRefused):
        change(on, instance_id, {"n": object()})
    with pytest.raises(ScopeNotFound):
        change(on, instance_id, {"n": 1}, scope=99)


def test_a_suspended_instance_is_changed_too(on: Engine):
    instance_id = on.start(CHOICE, n=6)
    on.act(operations.suspend, instance_id, actor="ann", reason="wait")
    change(on, instance_id, {"n": 7})

    assert on.variables(instance_id) == {"n": 7}
    assert on.state(instance_id) == "suspended"


# --- tokens


def test_a_token_tells_what_it_waits_for(on: Engine, each_database):
    on.runtime.on_job("ask", lambda call: {})
    body = (
        START
        + '<parallelGateway id="f"/>'
        + user("u")
        + boundary("late", "u", duration("P3D"))
        + service("a", "ask")
        + '<receiveTask id="paid" messageRef="m_paid"/>'
        + '<parallelGateway id="j"/>'
        + END
    )
    ways = ["s -> f", "f -> u", "f -> a", "f -> paid", "f -> j", "u -> j", "a -> j", "paid -> j"]
    definition = on.deploy(model(body + flows(*ways, "j -> e", "late -> e"), message("paid")))
    instance_id = on.act(operations.start, definition, "p", {"key": "k"})
    seen = {token.element_id: token for token in tokens(on, instance_id)}

    assert {name: token.waiting for name, token in seen.items()} == {
        "u": "task",
        "late": "event",
        "a": "job",
        "paid": "event",
        "j": "join",
    }
    assert (seen["u"].kind, seen["u"].task_id) == ("userTask", on.task(instance_id, "u").id)
    assert seen["a"].job is not None
    assert (seen["a"].job.kind, seen["a"].job.attempts, seen["a"].job.leased) == ("ask", 0, False)
    assert (seen["paid"].waits[0].name, seen["paid"].waits[0].key) == ("paid", "k")
    assert seen["late"].listens
    assert seen["late"].waits[0].due_at is not None


def test_a_token_inside_something_tells_where(on: Engine):
    inside = '<startEvent id="is"/>' + user("x", inside=many("=[1, 2]")) + flows("is -> x")
    body = START + f'<subProcess id="sub">{inside}</subProcess>' + flows("s -> sub")
    instance_id = on.start(model(body))

    seen = [(t.element_id, t.scopes, t.waiting, t.run) for t in tokens(on, instance_id)]
    assert seen == [
        ("sub", (), "inside", None),
        ("x", ("sub",), "inside", None),
        ("x", ("sub",), "task", 1),
        ("x", ("sub",), "task", 2),
    ]


def test_a_stuck_token_names_its_incident(on: Engine):
    instance_id = on.start(CHOICE, n=1)
    (incident,) = incidents()
    (token,) = tokens(on, instance_id)
    assert (token.waiting, token.incident_id) == ("incident", incident.id)

    (job_id,) = [each.id for each in _stuck_job(on)]
    (token,) = tokens(on, _instance_of(job_id))
    assert token.job is not None
    assert (token.job.id, token.job.state) == (job_id, "incident")


def _stuck_job(on: Engine) -> Iterator[IncidentView]:
    (instance_id,) = stuck_jobs(on, 1)
    yield from incidents(instance_id=instance_id)


def _instance_of(incident_id: UUID) -> UUID:
    with reading():
        return queries.find_incident(incident_id, visible_to=EVERYTHING).instance_id


def test_an_ended_instance_has_no_tokens_and_an_unseen_one_is_not_there(on: Engine):
    instance_id = on.start(CHOICE, n=1)
    on.act(operations.cancel, instance_id, "a test")
    assert tokens(on, instance_id) == []
    for find in (queries.tokens, queries.scopes):
        with pytest.raises(InstanceNotFound), reading():
            find(instance_id, visible_to=false())
        with pytest.raises(InstanceNotFound), reading():
            find(uuid4(), visible_to=EVERYTHING)


# --- instances


def test_instances_are_listed_newest_first_in_pages(on: Engine, each_database):
    made = [on.start(CHOICE, n=6) for _ in range(3)]
    with reading():
        first = queries.instances(visible_to=EVERYTHING, limit=2)
        rest = queries.instances(visible_to=EVERYTHING, after=first[-1].id)

    assert [each.id for each in (*first, *rest)] == made[::-1]


def test_instances_are_found_by_what_they_are(on: Engine, each_database):
    other = on.deploy(model(START + user("u") + END + flows("s -> u", "u -> e"), process_id="q"))
    definition = on.deploy(CHOICE)

    def start(process: str, key: str, n: int) -> UUID:
        pinned = other if process == "q" else definition
        identity: UUID = on.act(operations.start, pinned, process, {"n": n}, business_key=key)
        return identity

    stuck, fine, q = start("p", "H26-1", 1), start("p", "H26_2", 6), start("q", "H29-1", 6)
    (gone,) = stuck_jobs(on, 1)
    on.act(operations.suspend, fine, actor="ann", reason="wait")

    assert found(process_id="q") == {q}
    assert found(state="suspended") == {fine}
    assert found(business_key="H26") == {stuck, fine}
    assert found(business_key="H26_") == {fine}
    assert found(with_incident=True) == {stuck, gone}
    assert found(with_incident=True, process_id="p", business_key="H26") == {stuck}


def found(**filters: Any) -> set[UUID]:
    with reading():
        return {each.id for each in queries.instances(visible_to=EVERYTHING, **filters)}


def change(on: Engine, instance_id: UUID, changes: dict[str, Any], scope: int = 0) -> None:
    named = {"scope": scope, "actor": "ann", "reason": "a slip"}
    on.act(operations.change_variables, instance_id, changes, **named)


def _history(instance_id: UUID) -> list[queries.HistoryView]:
    with reading():
        return queries.history(instance_id, visible_to=EVERYTHING, limit=1000)
