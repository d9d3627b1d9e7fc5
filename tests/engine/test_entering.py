"""A process entered in its middle: it goes on from there, and nothing before was done."""

from datetime import timedelta

import pytest

from core import clock
from core.database import reading
from engine import operations
from engine.entering import (
    LACKING,
    NO_ELEMENT,
    NOT_WAITING,
    REPEATED,
    STUCK,
    judge_entry,
)
from engine.errors import EntryFailed, EntryRefused
from engine.history import history
from engine.models import HistoryKind
from engine.queries import EVERYTHING
from tests.engine.conftest import Engine
from tests.engine.models import boundary, duration, flows, many, model, script, service, user
from tests.engine.test_starting import begun

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
IN_ORDER = model(
    START
    + script("before", '="set"', "earlier")
    + user("check")
    + boundary("late", "check", duration("PT1H"))
    + script("after", "=given + 1", "later")
    + END
    + flows("s -> before", "before -> check", "check -> after", "after -> e", "late -> e")
)
FORKED = model(
    START
    + '<parallelGateway id="fork"/>'
    + user("left")
    + user("right")
    + '<parallelGateway id="join"/>'
    + END
    + flows("s -> fork", "fork -> left", "fork -> right")
    + flows("left -> join", "right -> join", "join -> e")
)
READING = model(
    START
    + script("before", '="set"', "earlier")
    + user("check")
    + script("after", "=earlier", "later")
    + END
    + flows("s -> before", "before -> check", "check -> after", "after -> e")
)


def enter(on: Engine, file: bytes, element: str, **variables: object):
    definition = on.deploy(file)
    told = {"actor": "account:1", "reason": "import"}
    return on.act(operations.enter, definition, "p", element, variables, **told)


def test_it_goes_on_from_there_and_nothing_before_is_done(on: Engine, each_database):
    instance = enter(on, IN_ORDER, "check", given=1)

    assert on.variables(instance) == {"given": 1}
    on.complete(instance, "check")
    assert on.state(instance) == "completed"
    assert on.variables(instance) == {"given": 1, "later": 2}


def test_its_history_says_who_let_it_begin_there_and_why(on: Engine):
    instance = enter(on, IN_ORDER, "check")

    with reading():
        first, second, *rest = history(instance, visible_to=EVERYTHING)
    assert first.kind == HistoryKind.INSTANCE_STARTED
    assert (second.kind, second.element_id, second.actor) == (
        "instance-entered",
        "check",
        "account:1",
    )
    assert second.details == {"reason": "import"}
    assert "before" not in {entry.element_id for entry in rest}


def test_what_guards_the_element_guards_it(on: Engine):
    instance = enter(on, IN_ORDER, "check")

    with clock.shifted(timedelta(hours=2)):
        on.run_due()
    assert on.state(instance) == "completed"


@pytest.mark.parametrize("element", ["before", "s", "e", "late", "nothing", "#start"])
def test_only_what_waits_for_somebody_is_entered(on: Engine, element: str):
    with pytest.raises(EntryRefused):
        enter(on, IN_ORDER, element)


def test_an_element_that_cannot_begin_to_wait_is_not_entered(on: Engine, each_database):
    file = model(
        START + user("check", groups='=[{"a": 1}]') + END + flows("s -> check", "check -> e")
    )
    with pytest.raises(EntryFailed):
        enter(on, file, "check")
    assert begun(on) == []


JUDGED = {
    "good": (IN_ORDER, "check", None),
    "a branch is missing": (FORKED, "left", STUCK),
    "reads what is left out": (READING, "check", LACKING),
    "not there": (IN_ORDER, "nothing", NO_ELEMENT),
    "an event that guards": (IN_ORDER, "late", NOT_WAITING),
    "a service task": (
        model(START + service("work") + END + flows("s -> work", "work -> e")),
        "work",
        NOT_WAITING,
    ),
    "repeated": (
        model(START + user("each", inside=many("=[1]")) + END + flows("s -> each", "each -> e")),
        "each",
        REPEATED,
    ),
}


@pytest.mark.parametrize("case", JUDGED)
def test_a_model_is_judged_before_anything_enters_it(case: str):
    file, element, reason = JUDGED[case]
    judged = judge_entry({"0.bpmn": file}, "p", element, set())
    assert (judged and judged[0]) == reason


def test_what_is_given_is_not_lacking():
    assert judge_entry({"0.bpmn": READING}, "p", "check", {"earlier"}) is None
