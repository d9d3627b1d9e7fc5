"""What each task was answered can be told; a process keeps the last answers of a form alone."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from core.database import db, reading
from engine.answered import answers_by_task
from engine.history import erase_contents
from engine.models import Task, TaskState
from tests.engine.conftest import Engine
from tests.engine.models import flows, many, model, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
FORM = '<zeebe:formDefinition formId="opinion"/>'
ONCE = model(START + user("u", extra=FORM) + END + flows("s -> u", "u -> e"))
TWICE = model(
    START
    + user("u", extra=FORM)
    + user("v", extra=FORM)
    + END
    + flows("s -> u", "u -> v", "v -> e")
)
COUNCIL = model(
    START + user("u", extra=FORM, inside=many("=[1, 2, 3]")) + END + flows("s -> u", "u -> e")
)


def told(instance_id: UUID) -> list[Any]:
    """The answers of the tasks that ended, oldest first."""
    ended = select(Task.id).where(
        Task.instance_id == instance_id, Task.state == TaskState.COMPLETED
    )
    with reading():
        answers = answers_by_task(instance_id)
        return [
            answers[task] for task in db.session.scalars(ended.order_by(Task.ended_at, Task.id))
        ]


def say(on: Engine, instance_id: UUID, *said: str, element: str = "u") -> None:
    for words in said:
        on.complete(instance_id, element, opinion={"says": words})


@pytest.mark.usefixtures("each_database")
def test_each_member_of_a_council_is_quoted_with_his_own_words(on: Engine):
    council = on.start(COUNCIL)
    say(on, council, "yes", "no")
    assert told(council) == [{"says": "yes"}, {"says": "no"}]
    say(on, council, "perhaps")
    assert told(council) == [{"says": "yes"}, {"says": "no"}, {"says": "perhaps"}]


def test_a_form_that_was_answered_twice_shows_both_answers(on: Engine):
    twice = on.start(TWICE)
    say(on, twice, "first")
    say(on, twice, "second", element="v")
    assert told(twice) == [{"says": "first"}, {"says": "second"}]


def test_answers_that_changed_nothing_are_those_of_before(on: Engine):
    twice = on.start(TWICE)
    say(on, twice, "same")
    say(on, twice, "same", element="v")
    assert told(twice) == [{"says": "same"}, {"says": "same"}]


def test_where_the_history_was_erased_the_last_answers_of_the_process_stand(on: Engine):
    once = on.start(ONCE)
    say(on, once, "yes")
    on.act(erase_contents, [once])
    assert told(once) == [{"says": "yes"}]
