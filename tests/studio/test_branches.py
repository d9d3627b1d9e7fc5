"""A branch of a performance goes on from where it stands; the performance knows nothing of it."""

from functools import partial
from typing import Any

import pytest

from studio.errors import ScenarioFailed
from studio.mutation import mutants_of
from studio.mutation.branches import branching
from studio.scenarios import perform, read_scenarios
from tests.studio.packs import PACK

(UNPAID,) = [each for each in read_scenarios(PACK) if each.file == "unpaid.yaml"]
(OTHER_STATUS,) = [
    each.applied(PACK)
    for each in mutants_of(PACK)
    if (each.element, each.what, each.new) == ("stopped_unpaid", "status", "–")
]
LATE = 5


def with_branches(stage, *deeds):
    """The scenario in which nobody pays, and what branches before the fee lapses say."""
    said: list[Any] = []

    def branch_off(played):
        if played.number == LATE:
            with branching(stage) as branch:
                said.extend(branch(partial(deed, played)) for deed in deeds)

    return perform(stage, PACK, UNPAID, branch_off), said


def go_on(played):
    played.go_on(played.number)
    return {"walked": played.witness.walked[-1]}


def go_on_with_another_status(played):
    played.stage.exchange(OTHER_STATUS)
    with pytest.raises(ScenarioFailed) as caught:
        played.go_on(played.number)
    return {"place": str(caught.value.params["expected"]), "step": str(played.number)}


def test_branches_go_on_each_in_its_own_way_and_leave_no_trace(stage):
    played, said = with_branches(stage, go_on_with_another_status, go_on)

    assert said == [
        {"place": "status = stopped", "step": str(LATE + 1)},
        {"walked": "stopped_unpaid"},
    ]
    assert (played.number, played.witness.walked[-1]) == (len(UNPAID.steps), "stopped_unpaid")
    assert stage.pack == PACK.version


def test_a_branch_that_breaks_is_told(stage, capfd):
    with pytest.raises(ChildProcessError, match="without an answer"):
        with_branches(stage, lambda _: 1 / 0)

    assert "ZeroDivisionError" in capfd.readouterr().err
