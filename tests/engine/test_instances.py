"""Instances in the database: started, worked on, ended, and told about."""

from engine.events import ElementEntered, InstanceStarted, TaskCreated, TaskEnded
from engine.events import InstanceEnded as InstanceEndedEvent
from tests.engine.conftest import Engine
from tests.engine.models import flows, model, user

ONE_TASK = model(
    '<startEvent id="s"/>'
    + user("review")
    + '<endEvent id="e"/>'
    + flows("s -> review", "review -> e")
)


def test_an_instance_runs_to_its_task_and_from_there_to_its_end(on: Engine, each_database):
    instance_id = on.start(ONE_TASK, amount=3)

    (task,) = on.tasks(instance_id)
    assert (task.element_id, task.candidate_groups, task.state) == ("review", ["clerks"], "open")
    on.complete(instance_id, "review", approved=True)

    assert on.state(instance_id) == "completed"
    assert on.variables(instance_id) == {"amount": 3, "approved": True}
    assert on.tasks(instance_id) == []


def test_every_event_is_told_in_its_order(on: Engine):
    instance_id = on.start(ONE_TASK)
    on.complete(instance_id, "review")

    kinds = [type(event) for event in on.events]
    assert kinds == [
        InstanceStarted,
        ElementEntered,
        ElementEntered,
        TaskCreated,
        ElementEntered,
        TaskEnded,
        InstanceEndedEvent,
    ]
