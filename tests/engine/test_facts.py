"""Facts of a case change everywhere at once: in the process and in what it calls."""

from typing import Any
from uuid import UUID

import pytest

from core.database import reading
from engine import operations, queries
from engine.queries import EVERYTHING
from tests.engine.conftest import Engine
from tests.engine.models import extended, flows, mapping, model, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
CHILD = model(
    START + user("a") + user("b") + END + flows("s -> a", "a -> b", "b -> e"), process_id="child"
)


def calling(inputs: dict[str, str] | None = None) -> bytes:
    """A process that calls the other one and takes nothing back."""
    called = '<zeebe:calledElement processId="child" propagateAllChildVariables="false"/>'
    call = extended("callActivity", "call", called, *([mapping(inputs)] if inputs else []))
    return model(START + call + user("c") + END + flows("s -> call", "call -> c", "c -> e"))


def complete(on: Engine, instance_id: UUID, element_id: str, **facts: Any) -> None:
    task = on.task(instance_id, element_id)
    token = on.act(operations.claim, instance_id, task.id, "ann")
    named = {"token": token, "actor": "ann", "variables": {"mine": 1}, "facts": facts}
    on.act(operations.complete_task, instance_id, task.id, **named)


def change(on: Engine, instance_id: UUID, **facts: Any) -> None:
    on.act(operations.change_facts, instance_id, facts, actor="ann", reason="corrected")


def inside(instance_id: UUID) -> Any:
    """The variables of the called process."""
    with reading():
        scopes = queries.scopes(instance_id, visible_to=EVERYTHING)
    return next(each.variables for each in scopes if each.element_id == "call")


def test_a_task_of_a_called_process_changes_facts_of_its_caller(on: Engine):
    instance_id = on.start(calling(), CHILD, answers={"name": "old"})

    complete(on, instance_id, "a", answers={"name": "new"})

    assert on.variables(instance_id) == {"answers": {"name": "new"}}
    assert inside(instance_id) == {"answers": {"name": "new"}, "mine": 1}


def test_a_changed_fact_reaches_the_called_process_that_runs(on: Engine):
    instance_id = on.start(calling(), CHILD, answers="old")

    change(on, instance_id, answers="new")

    assert inside(instance_id)["answers"] == "new"
    entries = [e for e in _history(instance_id) if e.kind == "variables-changed" and e.actor]
    assert [(e.actor, e.element_id, e.details["reason"]) for e in entries] == [
        ("ann", "", "corrected"),
        ("ann", "call", "corrected"),
    ]


@pytest.mark.parametrize("other", ['="something else"', "=null"])
def test_what_a_called_process_was_given_by_the_same_name_is_its_own(on: Engine, other: str):
    instance_id = on.start(calling({"answers": other}), CHILD, answers="old")
    given = inside(instance_id)["answers"]

    complete(on, instance_id, "a", answers="new")

    assert inside(instance_id)["answers"] == given
    assert on.variables(instance_id)["answers"] == "new"


def _history(instance_id: UUID) -> list[queries.HistoryView]:
    with reading():
        return queries.history(instance_id, visible_to=EVERYTHING, limit=1000)
