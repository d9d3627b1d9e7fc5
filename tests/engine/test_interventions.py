"""Moving, skipping and repeating: proposed by one, approved by another, refused where unsound."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from core.database import reading
from engine import operations, queries
from engine.errors import (
    InstanceEnded,
    InterventionDecided,
    InterventionNotFound,
    InterventionRefused,
    InterventionUnsound,
    ScopeNotFound,
    SecondPersonNeeded,
)
from engine.jobs.kinds import JobPolicy
from engine.models import InterventionKind
from engine.operations import Proposal
from engine.queries import EVERYTHING, InterventionView, TokenView
from tests.engine.conftest import Engine
from tests.engine.models import (
    boundary,
    duration,
    flows,
    many,
    mapping,
    model,
    service,
    user,
)

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
CHAIN = model(
    START + user("a") + user("b") + user("c") + END + flows("s -> a", "a -> b", "b -> c", "c -> e")
)
FORK = model(
    START
    + '<parallelGateway id="f"/>'
    + user("a")
    + user("a2")
    + user("b")
    + '<parallelGateway id="j"/>'
    + user("after")
    + END
    + flows(
        "s -> f", "f -> a", "a -> a2", "a2 -> j", "f -> b", "b -> j", "j -> after", "after -> e"
    )
)
MANY = model(
    START
    + user("a", inside=many("=items", results="all", result="=r"))
    + user("b")
    + END
    + flows("s -> a", "a -> b", "b -> e")
)


def tokens(on: Engine, instance_id: UUID) -> list[TokenView]:
    with reading():
        return queries.tokens(instance_id, visible_to=EVERYTHING)


def at(on: Engine, instance_id: UUID, element_id: str) -> int:
    """The number of the (last) token at an element."""
    found = [t.number for t in tokens(on, instance_id) if t.element_id == element_id]
    return found[-1]


def open_tasks(on: Engine, instance_id: UUID) -> list[str]:
    return sorted(task.element_id for task in on.tasks(instance_id))


def propose(on: Engine, instance_id: UUID, kind: str, token: int = 0, **named: Any) -> UUID:
    proposal = Proposal(InterventionKind(kind), token, **named)
    identity: UUID = on.act(
        operations.propose_intervention,
        instance_id,
        proposal,
        actor="ann",
        reason="it stands wrong",
    )
    return identity


def approve(on: Engine, instance_id: UUID, intervention_id: UUID, actor: str = "bob") -> None:
    on.act(operations.approve_intervention, instance_id, intervention_id, actor=actor)


def do(on: Engine, instance_id: UUID, kind: str, token: int = 0, **named: Any) -> None:
    approve(on, instance_id, propose(on, instance_id, kind, token, **named))


def refused(on: Engine, instance_id: UUID, kind: str, token: int = 0, **named: Any) -> str:
    """The reason for which something is refused."""
    with pytest.raises(InterventionRefused) as caught:
        propose(on, instance_id, kind, token, **named)
    return str(caught.value.params["reason"])


def proposals(on: Engine, **filters: Any) -> list[InterventionView]:
    with reading():
        return queries.interventions(visible_to=EVERYTHING, **filters)


# --- moving


def test_a_token_is_moved_when_a_second_person_approves(on: Engine, each_database):
    instance_id = on.start(CHAIN)
    proposed = propose(on, instance_id, "move", at(on, instance_id, "a"), target_id="c")
    assert open_tasks(on, instance_id) == ["a"]

    approve(on, instance_id, proposed)
    assert open_tasks(on, instance_id) == ["c"]
    on.complete(instance_id, "c")
    assert on.state(instance_id) == "completed"


def test_a_token_can_be_moved_back(on: Engine):
    instance_id = on.start(CHAIN)
    on.complete(instance_id, "a")
    do(on, instance_id, "move", at(on, instance_id, "b"), target_id="a")

    assert open_tasks(on, instance_id) == ["a"]


def test_nobody_approves_his_own_proposal(on: Engine):
    instance_id = on.start(CHAIN)
    proposed = propose(on, instance_id, "move", at(on, instance_id, "a"), target_id="c")
    with pytest.raises(SecondPersonNeeded):
        approve(on, instance_id, proposed, actor="ann")

    assert open_tasks(on, instance_id) == ["a"]


def test_what_has_gone_on_meanwhile_is_not_moved(on: Engine, each_database):
    instance_id = on.start(CHAIN)
    proposed = propose(on, instance_id, "move", at(on, instance_id, "a"), target_id="c")
    on.complete(instance_id, "a")
    with pytest.raises(InterventionRefused):
        approve(on, instance_id, proposed)

    assert open_tasks(on, instance_id) == ["b"]
    assert [each.state for each in proposals(on)] == ["proposed"]


def test_what_is_open_at_a_moved_token_is_taken_back(on: Engine, each_database):
    on.runtime.on_job("ask", lambda call: {})
    body = START + service("a", "ask") + boundary("late", "a", duration("P3D")) + user("b") + END
    instance_id = on.start(model(body + flows("s -> a", "a -> b", "b -> e", "late -> e")))
    do(on, instance_id, "move", at(on, instance_id, "a"), target_id="b")

    assert on.run_due() == 0
    assert [token.element_id for token in tokens(on, instance_id)] == ["b"]


def test_a_token_with_an_incident_can_be_moved(on: Engine):
    on.runtime.on_action("ask", lambda call: {"n": 1 // 0})
    instance_id = on.start(
        model(START + service("a", "ask") + user("b") + END + flows("s -> a", "a -> b", "b -> e"))
    )
    do(on, instance_id, "move", at(on, instance_id, "a"), target_id="b")

    assert on.incidents(instance_id) == []
    assert open_tasks(on, instance_id) == ["b"]


def test_a_whole_repeated_element_is_moved_but_not_one_run_of_it(on: Engine):
    instance_id = on.start(MANY, items=[1, 2, 3])
    body, run = tokens(on, instance_id)[0].number, tokens(on, instance_id)[1].number
    assert "run" in refused(on, instance_id, "move", run, target_id="b")

    do(on, instance_id, "move", body, target_id="b")
    assert open_tasks(on, instance_id) == ["b"]


def test_within_a_branch_a_token_is_moved(on: Engine):
    instance_id = on.start(FORK)
    do(on, instance_id, "move", at(on, instance_id, "a"), target_id="a2")
    on.complete(instance_id, "a2")
    on.complete(instance_id, "b")

    assert open_tasks(on, instance_id) == ["after"]


@pytest.mark.parametrize("target", ["after", "f", "e"])
def test_a_token_is_not_moved_out_of_its_parallel_branch(on: Engine, target: str):
    """Its join would wait for ever for the branch that it left, or run twice."""
    instance_id = on.start(FORK)
    token = at(on, instance_id, "a")
    with pytest.raises(InterventionUnsound):
        propose(on, instance_id, "move", token, target_id=target)


def test_a_join_is_neither_left_nor_entered(on: Engine):
    instance_id = on.start(FORK)
    assert "join" in refused(on, instance_id, "move", at(on, instance_id, "a"), target_id="j")
    on.complete(instance_id, "b")
    assert "join" in refused(on, instance_id, "move", at(on, instance_id, "j"), target_id="after")
    assert "join" in refused(on, instance_id, "skip", at(on, instance_id, "j"))


def test_a_target_must_be_in_the_same_process_and_reached_by_flows(on: Engine):
    inside = '<startEvent id="is"/>' + user("iu") + flows("is -> iu")
    body = START + user("a") + boundary("late", "a", duration("P3D"))
    body += f'<subProcess id="sub">{inside}</subProcess>' + END
    instance_id = on.start(model(body + flows("s -> a", "a -> sub", "sub -> e", "late -> e")))
    token = at(on, instance_id, "a")

    assert "no such element" in refused(on, instance_id, "move", token, target_id="iu")
    assert "no such element" in refused(on, instance_id, "move", token, target_id="nowhere")
    assert "event" in refused(on, instance_id, "move", token, target_id="late")
    guard = at(on, instance_id, "late")
    assert "guards" in refused(on, instance_id, "move", guard, target_id="sub")


def test_inside_a_subprocess_a_token_is_moved_among_its_elements(on: Engine):
    inside = '<startEvent id="is"/>' + user("x") + user("y") + flows("is -> x", "x -> y")
    body = START + f'<subProcess id="sub">{inside}</subProcess>' + user("b") + END
    instance_id = on.start(model(body + flows("s -> sub", "sub -> b", "b -> e")))
    do(on, instance_id, "move", at(on, instance_id, "x"), target_id="y")
    assert open_tasks(on, instance_id) == ["y"]

    do(on, instance_id, "move", at(on, instance_id, "sub"), target_id="b")
    assert open_tasks(on, instance_id) == ["b"]


# --- skipping


def test_a_skipped_element_gives_the_variables_it_was_given(on: Engine, each_database):
    instance_id = on.start(CHAIN, n=1)
    do(on, instance_id, "skip", at(on, instance_id, "a"), variables={"n": 2, "done": True})

    assert open_tasks(on, instance_id) == ["b"]
    assert on.variables(instance_id) == {"n": 2, "done": True}
    kinds = [e.kind for e in history(on, instance_id)]
    assert "task-cancelled" in kinds
    assert "task-completed" not in kinds


def test_a_job_that_was_given_up_can_be_skipped(on: Engine, each_database):
    on.runtime.on_job("ask", lambda call: {"n": 1 / 0}, JobPolicy(max_attempts=1))
    outputs = mapping(outputs={"answer": "=result.deep"})
    body = START + service("a", "ask", outputs) + user("b") + END
    instance_id = on.start(model(body + flows("s -> a", "a -> b", "b -> e")))
    on.run_due()
    do(on, instance_id, "skip", at(on, instance_id, "a"), variables={"answer": 42})

    assert on.incidents(instance_id) == []
    assert on.variables(instance_id) == {"answer": 42}
    assert open_tasks(on, instance_id) == ["b"]


def test_one_run_of_a_repeated_element_can_be_skipped(on: Engine):
    instance_id = on.start(MANY, items=[1, 2])
    run = tokens(on, instance_id)[1].number
    do(on, instance_id, "skip", run, variables={"r": "left out"})
    on.complete(instance_id, "a", r="done")

    assert on.variables(instance_id)["all"] == ["left out", "done"]


def test_a_whole_subprocess_can_be_skipped(on: Engine):
    inside = '<startEvent id="is"/>' + user("x") + flows("is -> x")
    body = START + f'<subProcess id="sub">{inside}</subProcess>' + user("b") + END
    instance_id = on.start(model(body + flows("s -> sub", "sub -> b", "b -> e")))
    do(on, instance_id, "skip", at(on, instance_id, "sub"))

    assert open_tasks(on, instance_id) == ["b"]


def test_a_gateway_is_not_skipped(on: Engine):
    body = START + '<exclusiveGateway id="x"/>' + user("a") + user("b") + END
    ways = flows("s -> x", "x -> a if =n = 1", "x -> b if =n = 2", "a -> e", "b -> e")
    instance_id = on.start(model(body + ways), n=3)
    token = at(on, instance_id, "x")
    assert "gateway" in refused(on, instance_id, "skip", token)

    do(on, instance_id, "move", token, target_id="b")
    assert open_tasks(on, instance_id) == ["b"]


# --- repeating


def test_an_element_is_done_once_more_beside_the_process(on: Engine, each_database):
    instance_id = on.start(CHAIN)
    on.complete(instance_id, "a", n=1)
    do(on, instance_id, "repeat", element_id="a")
    assert open_tasks(on, instance_id) == ["a", "b"]

    on.complete(instance_id, "a", n=2)
    assert open_tasks(on, instance_id) == ["b"]
    assert on.variables(instance_id)["n"] == 2


def test_the_process_does_not_end_before_what_is_repeated(on: Engine):
    instance_id = on.start(CHAIN)
    for element_id in ("a", "b"):
        on.complete(instance_id, element_id)
    do(on, instance_id, "repeat", element_id="a")
    on.complete(instance_id, "c")
    assert on.state(instance_id) == "active"

    on.complete(instance_id, "a")
    assert on.state(instance_id) == "completed"


def test_nothing_guards_a_repeated_element(on: Engine):
    body = START + user("a") + boundary("late", "a", duration("P3D")) + user("b") + END
    instance_id = on.start(model(body + flows("s -> a", "a -> b", "b -> e", "late -> e")))
    on.complete(instance_id, "a")
    do(on, instance_id, "repeat", element_id="a")

    assert sorted(token.element_id for token in tokens(on, instance_id)) == ["a", "b"]


def test_a_repeated_element_is_not_moved_into_the_process(on: Engine):
    instance_id = on.start(CHAIN)
    on.complete(instance_id, "a")
    do(on, instance_id, "repeat", element_id="a")

    assert "beside" in refused(on, instance_id, "move", at(on, instance_id, "a"), target_id="c")


def test_only_activities_that_were_done_are_repeated(on: Engine):
    instance_id = on.start(CHAIN)

    assert "not been done" in refused(on, instance_id, "repeat", element_id="b")
    assert "Only tasks" in refused(on, instance_id, "repeat", element_id="s")
    assert "no such element" in refused(on, instance_id, "repeat", element_id="nowhere")
    with pytest.raises(ScopeNotFound):
        propose(on, instance_id, "repeat", 99, element_id="a")


# --- proposals


def test_a_proposal_tells_what_by_whom_and_why(on: Engine, each_database):
    instance_id = on.start(CHAIN)
    token = at(on, instance_id, "a")
    proposed = propose(on, instance_id, "skip", token, variables={"n": 1})
    (seen,) = proposals(on)
    assert (seen.kind, seen.token, seen.element_id) == ("skip", token, "a")
    assert (seen.reason, seen.proposed_by, seen.variables) == ("it stands wrong", "ann", {"n": 1})

    approve(on, instance_id, proposed)
    assert proposals(on) == []
    (seen,) = proposals(on, instance_id=instance_id, open_only=False)
    assert (seen.state, seen.decided_by) == ("done", "bob")
    assert seen.decided_at is not None


@pytest.mark.parametrize(("actor", "state"), [("ann", "withdrawn"), ("bob", "refused")])
def test_a_proposal_is_decided_once(on: Engine, actor: str, state: str):
    instance_id = on.start(CHAIN)
    proposed = propose(on, instance_id, "skip", at(on, instance_id, "a"))
    on.act(operations.refuse_intervention, instance_id, proposed, actor=actor)
    with pytest.raises(InterventionDecided):
        approve(on, instance_id, proposed)

    (seen,) = proposals(on, open_only=False)
    assert (seen.state, seen.decided_by) == (state, actor)
    assert history(on, instance_id)[-1].kind == f"intervention-{state}"


def test_what_nobody_proposed_is_not_there(on: Engine):
    instance_id = on.start(CHAIN)
    with pytest.raises(InterventionNotFound):
        approve(on, instance_id, uuid4())
    with pytest.raises(InterventionNotFound), reading():
        queries.find_intervention(uuid4(), visible_to=EVERYTHING)


def test_proposals_end_with_their_process(on: Engine):
    instance_id = on.start(CHAIN)
    proposed = propose(on, instance_id, "skip", at(on, instance_id, "a"))
    on.act(operations.cancel, instance_id, "a test")

    assert proposals(on) == []
    with pytest.raises(InstanceEnded):
        approve(on, instance_id, proposed)


def test_the_history_says_who_proposed_and_who_approved(on: Engine):
    instance_id = on.start(CHAIN)
    do(on, instance_id, "move", at(on, instance_id, "a"), target_id="c")

    entries = [e for e in history(on, instance_id) if e.kind.startswith("intervention")]
    assert [(e.kind, e.actor) for e in entries] == [
        ("intervention-proposed", "ann"),
        ("intervention-done", "bob"),
    ]
    assert entries[0].details["reason"] == "it stands wrong"
    assert entries[1].details["target"] == "c"


def test_a_suspended_process_is_set_right_and_goes_on_when_resumed(on: Engine, each_database):
    on.runtime.on_job("ask", lambda call: {"answer": 1})
    body = START + user("a") + service("b", "ask") + user("c") + END
    instance_id = on.start(model(body + flows("s -> a", "a -> b", "b -> c", "c -> e")))
    on.act(operations.suspend, instance_id, actor="ann", reason="wrong")
    do(on, instance_id, "move", at(on, instance_id, "a"), target_id="b")
    assert on.run_due() == 0
    assert [(t.element_id, t.waiting) for t in tokens(on, instance_id)] == [("b", "next")]

    on.act(operations.resume, instance_id, actor="bob")
    assert on.run_due() == 1
    assert open_tasks(on, instance_id) == ["c"]


def test_a_timer_reached_while_suspended_fires_after_the_resumption(on: Engine):
    wait = f'<intermediateCatchEvent id="w">{duration("PT0S")}</intermediateCatchEvent>'
    body = START + user("a") + wait + user("c") + END
    instance_id = on.start(model(body + flows("s -> a", "a -> w", "w -> c", "c -> e")))
    on.act(operations.suspend, instance_id, actor="ann", reason="wrong")
    do(on, instance_id, "move", at(on, instance_id, "a"), target_id="w")
    on.run_due()
    assert [t.element_id for t in tokens(on, instance_id)] == ["w"]

    on.act(operations.resume, instance_id, actor="bob")
    on.run_due()
    assert open_tasks(on, instance_id) == ["c"]


def history(on: Engine, instance_id: UUID) -> list[queries.HistoryView]:
    with reading():
        return queries.history(instance_id, visible_to=EVERYTHING, limit=1000)
