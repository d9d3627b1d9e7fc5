"""User tasks: listed, claimed by one, completed by the one who holds it."""

from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest

from core.clock import now
from core.database import reading
from core.errors import Conflict
from engine import operations, queries
from engine.errors import (
    TaskAlreadyClaimed,
    TaskNotFound,
    TaskNotOpen,
    TaskNotYours,
    VariablesRefused,
    WrongClaimToken,
)
from engine.queries import EVERYTHING
from tests.engine.conftest import Engine
from tests.engine.models import extended, flows, model, user

START = '<startEvent id="s"/>'
ONE = model(START + user("a") + flows("s -> a"))
FULL = extended(
    "userTask",
    "a",
    '<zeebe:formDefinition formId="declaration"/>',
    '<zeebe:assignmentDefinition candidateGroups="=append(groups, &quot;chiefs&quot;)"/>',
    '<zeebe:taskSchedule dueDate="2026-12-31T17:00:00+07:00"/>',
    '<zeebe:priorityDefinition priority="=60 + 1"/>',
    **{"motcua:workingDays": "5"},
)
OWN = extended("userTask", "a", '<zeebe:assignmentDefinition assignee="=applicant"/>')


def test_a_task_is_listed_with_all_that_the_model_says(on: Engine, each_database):
    instance_id = on.start(model(START + FULL + flows("s -> a")), groups=["clerks"])
    (task,) = on.tasks(instance_id)

    assert task.form_key == "declaration"
    assert task.candidate_groups == ["clerks", "chiefs"]
    assert task.priority == 61
    assert task.due_at is not None
    assert task.due_at.isoformat() == "2026-12-31T10:00:00+00:00"
    assert task.attributes == {"workingDays": "5"}


def test_tasks_are_found_by_group_assignee_and_page(on: Engine, each_database):
    instances = [on.start(ONE) for _ in range(3)]
    mine = on.start(model(START + OWN + flows("s -> a")), applicant="account:1")
    with reading():
        first = queries.open_tasks(visible_to=EVERYTHING, groups=["clerks", "x"], limit=2)
        rest = queries.open_tasks(visible_to=EVERYTHING, groups=["clerks"], after=first[-1].id)
        own = queries.open_tasks(visible_to=EVERYTHING, assignee="account:1")
        none = queries.open_tasks(visible_to=EVERYTHING, groups=["others"])

    assert [task.instance_id for task in first + rest] == instances
    assert [task.instance_id for task in own] == [mine]
    assert none == []


def claimed(on: Engine) -> tuple[UUID, UUID, UUID]:
    instance_id = on.start(ONE)
    (task,) = on.tasks(instance_id)
    return instance_id, task.id, on.act(operations.claim, instance_id, task.id, "ann")


def complete(on: Engine, instance_id: UUID, task_id: UUID, actor: str, token: UUID | None) -> None:
    on.act(
        operations.complete_task, instance_id, task_id, actor=actor, token=token, variables={"x": 1}
    )


def test_a_claimed_task_is_for_its_holder_with_its_token(on: Engine):
    instance_id, task_id, token = claimed(on)

    with pytest.raises(TaskAlreadyClaimed):
        on.act(operations.claim, instance_id, task_id, "bob")
    with pytest.raises(WrongClaimToken):
        complete(on, instance_id, task_id, "ann", uuid4())
    with pytest.raises(WrongClaimToken):
        complete(on, instance_id, task_id, "ann", None)
    with pytest.raises(WrongClaimToken):
        complete(on, instance_id, task_id, "bob", token)
    with pytest.raises(TaskNotYours):
        complete(on, instance_id, task_id, "bob", None)
    assert on.state(instance_id) == "active"

    complete(on, instance_id, task_id, "ann", token)
    assert on.state(instance_id) == "completed"


def test_a_task_of_a_group_must_be_claimed_first(on: Engine):
    instance_id = on.start(ONE)
    (task,) = on.tasks(instance_id)

    with pytest.raises(TaskNotYours):
        complete(on, instance_id, task.id, "ann", None)


def test_a_second_click_changes_nothing(on: Engine):
    instance_id, task_id, token = claimed(on)
    complete(on, instance_id, task_id, "ann", token)

    with pytest.raises(TaskNotOpen) as caught:
        complete(on, instance_id, task_id, "ann", token)
    assert isinstance(caught.value, Conflict)
    with pytest.raises(TaskNotOpen):
        on.act(operations.claim, instance_id, task_id, "ann")
    assert on.variables(instance_id) == {"x": 1}


def test_a_released_task_is_free_and_its_token_dead(on: Engine):
    instance_id, task_id, token = claimed(on)
    with pytest.raises(WrongClaimToken):
        on.act(operations.release, instance_id, task_id, token=uuid4(), actor="ann")

    on.act(operations.release, instance_id, task_id, token=token, actor="ann")

    with pytest.raises(WrongClaimToken):
        complete(on, instance_id, task_id, "ann", token)
    assert on.act(operations.claim, instance_id, task_id, "bob")


def test_the_newest_claim_of_the_same_person_wins(on: Engine):
    instance_id, task_id, first = claimed(on)
    second = on.act(operations.claim, instance_id, task_id, "ann")

    with pytest.raises(WrongClaimToken):
        complete(on, instance_id, task_id, "ann", first)
    complete(on, instance_id, task_id, "ann", second)


def test_an_assigned_task_needs_no_claim_and_nobody_else_can_have_it(on: Engine):
    instance_id = on.start(model(START + OWN + flows("s -> a")), applicant="account:1")
    (task,) = on.tasks(instance_id)

    with pytest.raises(TaskNotYours):
        on.act(operations.claim, instance_id, task.id, "account:2")
    with pytest.raises(TaskNotYours):
        complete(on, instance_id, task.id, "account:2", None)
    complete(on, instance_id, task.id, "account:1", None)


def test_a_task_that_never_was_is_not_found(on: Engine):
    instance_id = on.start(ONE)

    with pytest.raises(TaskNotFound):
        on.act(operations.claim, instance_id, uuid4(), "ann")
    with pytest.raises(TaskNotFound):
        complete(on, uuid4(), uuid4(), "ann", None)
    with pytest.raises(TaskNotFound), reading():
        queries.find_task(instance_id, uuid4(), visible_to=EVERYTHING)


def test_refused_variables_leave_the_task_open(on: Engine):
    instance_id, task_id, token = claimed(on)
    with pytest.raises(VariablesRefused):
        on.act(
            operations.complete_task,
            instance_id,
            task_id,
            actor="ann",
            token=token,
            variables={"bad": float("nan")},
        )

    assert on.tasks(instance_id)[0].state == "open"


def test_every_change_of_a_task_has_a_new_version(on: Engine):
    instance_id, task_id, _ = claimed(on)
    assert on.task(instance_id, "a").version == 2
    on.act(operations.set_due_date, instance_id, task_id, now())
    assert on.task(instance_id, "a").version == 3


def test_of_many_who_claim_at_once_one_gets_it(on: Engine, each_database):
    instance_id = on.start(ONE)
    (task,) = on.tasks(instance_id)
    tokens, refusals, gate = [], [], Barrier(8)

    def try_to_claim(name: str) -> None:
        with on.app.app_context():
            gate.wait()
            try:
                tokens.append((name, on.act(operations.claim, instance_id, task.id, name)))
            except TaskAlreadyClaimed as refusal:
                refusals.append(refusal)

    threads = [Thread(target=try_to_claim, args=(f"clerk {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(tokens), len(refusals)) == (1, 7)
    name, token = tokens[0]
    complete(on, instance_id, task.id, name, token)
