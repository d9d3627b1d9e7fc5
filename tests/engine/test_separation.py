"""Separation of duties: the model says whose hands a task must not come into, and rows obey."""

from collections import Counter
from threading import Barrier, Thread
from uuid import UUID

import pytest

from core.errors import Conflict
from engine import operations
from engine.errors import SamePerson
from tests.engine.conftest import Engine
from tests.engine.models import extended, flows, many, model, user

START = '<startEvent id="s"/>'
CLERKS = '<zeebe:assignmentDefinition candidateGroups="clerks"/>'
FIRST = user("appraise_1") + user("appraisex1")


def other_than(*names: str, identity: str = "approve") -> str:
    named = " ".join(names)
    return extended("userTask", identity, CLERKS, **{"motcua:differentFrom": named})


CHECKED = model(
    START
    + FIRST
    + other_than("appraise_1", "never")
    + user("never")
    + flows("s -> appraise_1", "appraise_1 -> appraisex1", "appraisex1 -> approve")
    + flows("approve -> never")
)
BESIDE = model(
    START
    + '<parallelGateway id="g"/>'
    + user("appraise")
    + other_than("appraise")
    + flows("s -> g", "g -> appraise", "g -> approve")
)
SIGNERS = many("=for i in 1..3 return i", until="=numberOfCompletedInstances >= 2")
PANEL = extended("userTask", "sign", CLERKS, inside=SIGNERS, **{"motcua:distinctPeople": "true"})
TWO_OF_THREE = model(
    START
    + PANEL
    + user("again")
    + '<exclusiveGateway id="x" default="x_e"/><endEvent id="e"/>'
    + flows("s -> sign", "sign -> again", "again -> x", "x -> sign if =more", "x -> e")
)


def take(on: Engine, instance_id: UUID, task_id: UUID, actor: str) -> UUID:
    token: UUID = on.act(operations.claim, instance_id, task_id, actor)
    return token


def do(on: Engine, instance_id: UUID, element: str, actor: str, **variables: object) -> None:
    task = on.task(instance_id, element)
    token = take(on, instance_id, task.id, actor)
    finish(on, instance_id, task.id, actor, token, **variables)


def finish(
    on: Engine, instance_id: UUID, task_id: UUID, actor: str, token: UUID, **variables: object
) -> None:
    on.act(
        operations.complete_task,
        instance_id,
        task_id,
        actor=actor,
        token=token,
        variables=variables,
    )


def test_a_call_binds_every_task_of_the_called_process(on: Engine, each_database):
    approve = extended("userTask", "approve", CLERKS)
    called = model(START + approve + flows("s -> approve"), process_id="q")
    call = extended(
        "callActivity",
        "call",
        '<zeebe:calledElement processId="q"/>',
        **{"motcua:differentFrom": "appraise"},
    )
    calling = model(START + user("appraise") + call + flows("s -> appraise", "appraise -> call"))
    instance_id = on.start(calling, called)
    do(on, instance_id, "appraise", "ann")

    with pytest.raises(SamePerson):
        take(on, instance_id, on.task(instance_id, "approve").id, "ann")
    do(on, instance_id, "approve", "bob")


def test_who_did_the_one_task_cannot_claim_the_other(on: Engine, each_database):
    instance_id = on.start(CHECKED)
    do(on, instance_id, "appraise_1", "ann")
    do(on, instance_id, "appraisex1", "bob")

    with pytest.raises(SamePerson) as caught:
        do(on, instance_id, "approve", "ann")

    assert isinstance(caught.value, Conflict)
    assert caught.value.code == "same-person"
    do(on, instance_id, "approve", "bob")


def test_who_holds_the_one_and_then_does_the_other_cannot_complete_it(on: Engine, each_database):
    instance_id = on.start(BESIDE)
    approve = on.task(instance_id, "approve").id
    token = take(on, instance_id, approve, "ann")
    do(on, instance_id, "appraise", "ann")

    with pytest.raises(SamePerson):
        finish(on, instance_id, approve, "ann", token)

    on.act(operations.release, instance_id, approve, token=token, actor="ann")
    do(on, instance_id, "approve", "bob")


def test_such_a_task_is_neither_delegated_nor_reassigned_to_that_person(on: Engine, each_database):
    instance_id = on.start(BESIDE)
    do(on, instance_id, "appraise", "ann")
    task = on.task(instance_id, "approve")

    given = {"to": "ann", "actor": "chief"}
    with pytest.raises(SamePerson):
        on.act(operations.reassign, instance_id, task.id, seen_version=1, **given)
    token = take(on, instance_id, task.id, "bob")
    with pytest.raises(SamePerson):
        on.act(operations.delegate, instance_id, task.id, to="ann", token=token, actor="bob")
    on.act(operations.delegate, instance_id, task.id, to="eve", token=token, actor="bob")


def test_two_of_three_are_two_people_in_every_round(on: Engine, each_database):
    instance_id = on.start(TWO_OF_THREE, more=True)
    for _ in range(2):
        first, second, third = (each.id for each in on.tasks(instance_id))
        held = take(on, instance_id, first, "ann")
        with pytest.raises(SamePerson):
            take(on, instance_id, second, "ann")
        finish(on, instance_id, first, "ann", held)
        with pytest.raises(SamePerson):
            take(on, instance_id, third, "ann")
        finish(on, instance_id, second, "bob", take(on, instance_id, second, "bob"))
        do(on, instance_id, "again", "ann")


def test_a_run_that_was_given_back_bars_nobody(on: Engine):
    instance_id = on.start(TWO_OF_THREE, more=False)
    first, second, _ = (each.id for each in on.tasks(instance_id))
    token = take(on, instance_id, first, "ann")
    on.act(operations.release, instance_id, first, token=token, actor="ann")

    assert take(on, instance_id, second, "ann")


def test_a_run_that_nobody_holds_goes_back_to_its_queue_again(on: Engine):
    instance_id = on.start(TWO_OF_THREE, more=False)
    first, *_ = (each.id for each in on.tasks(instance_id))
    take(on, instance_id, first, "ann")
    given = {"to": None, "seen_version": 2, "actor": "chief"}

    on.act(operations.reassign, instance_id, first, **given)

    assert take(on, instance_id, first, "bob")


def test_of_two_claims_at_once_by_one_person_one_is_refused(on: Engine, each_database):
    instance_id = on.start(TWO_OF_THREE, more=False)
    runs = [each.id for each in on.tasks(instance_id)]
    barrier, outcomes = Barrier(len(runs)), list[str]()

    def claim(task_id: UUID) -> None:
        with on.app.app_context():
            barrier.wait()
            try:
                take(on, instance_id, task_id, "ann")
                outcomes.append("taken")
            except SamePerson:
                outcomes.append("refused")

    threads = [Thread(target=claim, args=(each,)) for each in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {"taken": 1, "refused": 2}
