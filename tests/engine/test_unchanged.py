"""The watch over parsed models sees a change, however deep."""

import pytest

from engine.bpmn.bundle import read_processes
from tests.engine.machine import ANYTHING, Driver
from tests.engine.models import boundary, duration, flows, model, user
from tests.engine.unchanged import fingerprint

INSIDE = '<startEvent id="is"/>' + user("u") + flows("is -> u")
PROCESS = model(
    f'<startEvent id="s"/><subProcess id="a">{INSIDE}</subProcess>'
    + boundary("late", "a", duration("P1D"))
    + user("b")
    + flows("s -> a", "late -> b")
)


def test_running_changes_nothing_of_a_model():
    driver = Driver(PROCESS)
    spec = driver.instance.spec
    before = fingerprint(spec)
    driver.later(days=1).finish("b")

    assert fingerprint(spec) == before


@pytest.mark.parametrize("change", ["flow", "listener", "attribute", "deep"])
def test_a_change_of_a_model_is_seen(change):
    spec = read_processes({"m.bpmn": PROCESS}, ANYTHING)["p"]
    before, kept = fingerprint(spec), spec.node("a")
    changes = {
        "flow": lambda: spec.node("s").flows.append(spec.node("s").flows[0]),
        "listener": kept.boundaries.clear,
        "attribute": lambda: setattr(spec.node("b"), "seen", 1),
        "deep": lambda: kept.inside.first.append("x"),
    }
    changes[change]()

    assert fingerprint(spec) != before
