"""A called process is of the bundle that its caller began with, whatever is deployed since."""

from datetime import timedelta

from core.clock import shifted
from tests.engine.conftest import Engine
from tests.engine.models import boundary, cycle, extended, flows, model, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def child(task: str) -> bytes:
    body = '<startEvent id="cs"/>' + user(task) + '<endEvent id="ce"/>'
    return model(body + flows(f"cs -> {task}", f"{task} -> ce"), process_id="child")


def parent() -> bytes:
    call = extended("callActivity", "call", '<zeebe:calledElement processId="child"/>')
    return model(START + user("a") + call + END + flows("s -> a", "a -> call", "call -> e"))


def test_a_call_activity_stays_on_the_version_its_instance_began_with(on: Engine):
    old = on.start(parent(), child("checked_as_before"))
    new = on.start(parent(), child("checked_as_now"))

    on.complete(old, "a")
    on.complete(new, "a")

    assert [task.element_id for task in on.tasks(old)] == ["checked_as_before"]
    assert [task.element_id for task in on.tasks(new)] == ["checked_as_now"]
    on.complete(old, "checked_as_before")
    assert on.state(old) == "completed"


def test_a_repeating_boundary_timer_fires_three_times_as_drawn(on: Engine):
    body = START + user("a") + user("b") + END
    body += boundary("again", "a", cycle("R3/PT1H"), interrupts=False)
    instance_id = on.start(model(body + flows("s -> a", "a -> e", "again -> b")))

    for hours in (1, 2, 3, 4):
        with shifted(timedelta(hours=hours, minutes=1)):
            on.run_due()
        found = [task.element_id for task in on.tasks(instance_id)]
        assert found.count("b") == min(hours, 3)
    assert found.count("a") == 1
