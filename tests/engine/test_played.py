"""What is said of a process before it runs is what happens when it runs."""

from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.bpmn.reading import parse_xml
from engine.lint.model import Model
from engine.lint.soundness import Fault, Soundness, Verdict, soundness
from engine.machine.advance import Budget, advance
from tests.engine.exploring import explore, first_marking, nets
from tests.engine.machine import Driver
from tests.engine.nets import Net
from tests.engine.processes import processes
from tests.engine.writing import written

CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
QUICK = settings(max_examples=150, suppress_health_check=CHECKS, derandomize=True)
HALF, LONGEST = 0.5, 300
ONE = Budget(elements=1, seconds=60)
DEEP = settings(max_examples=10_000, suppress_health_check=CHECKS)


def judged(net: Net) -> Soundness:
    """The verdict on the process itself."""
    return soundness(Model(parse_xml("m.bpmn", written(net))))[0]


def check_verdict(net: Net) -> None:
    seen, said = explore(net), judged(net)
    assume(seen is not None)
    stranded = {name for name, node in net.nodes.items() if node.kind != "start"} - seen.moved
    bad = bool(seen.stuck or seen.doubled or seen.endless or stranded)
    assert said.verdict is (Verdict.UNSOUND if bad else Verdict.SOUND)
    if said.fault is Fault.STRANDED:
        assert not seen.stuck
        assert set(said.at) == stranded
        return
    # The first element is the start, whose token is on its way already.
    reached = seen.after(first_marking(net), said.path[1:])
    places = {
        marking: [flow.target for name in marking for flow in net.flows if flow.id == name]
        for marking in reached
    }
    if said.fault is Fault.ENDLESS:
        caught = [m for m in reached if m in seen.endless]
        assert not said.path or any(sorted(places[m]) == sorted(said.at) for m in caught)
    if said.fault is Fault.DEADLOCK:
        assert any(m in seen.stuck and sorted(places[m]) == sorted(said.at) for m in reached)
    if said.fault is Fault.DOUBLED:
        assert any(m in seen.doubled and set(said.at) <= set(places[m]) for m in reached)


@QUICK
@given(nets())
def test_the_verdict_on_a_net_is_what_playing_every_way_shows(net):
    check_verdict(net)


@pytest.mark.slow
@pytest.mark.timeout(900)
@DEEP
@given(nets())
def test_the_verdict_on_many_nets_is_what_playing_every_way_shows(net):
    check_verdict(net)


def choices(net: Net, lots: Random) -> dict[str, bool]:
    """One way out of each gateway by lot, and of an inclusive one perhaps more."""
    variables: dict[str, bool] = {}
    for node in net.nodes.values():
        names = [flow.when.variable for flow in net.out_of(node.id) if flow.when is not None]
        if names:
            others = {name: node.kind == "or" and lots.random() < HALF for name in names}
            variables |= others | {lots.choice(names): True}
    return variables


def run(net: Net, lots: Random) -> Driver:
    """Run a net by itself, each choice by lot; what does not end is stopped."""
    driver = Driver(written(net), begin=False)
    driver.instance.begin()
    for _ in range(LONGEST):
        driver.data.update(choices(net, lots))
        if advance(driver.instance, ONE):
            break
    driver.effects.extend(driver.instance.drain())
    return driver


@QUICK
@given(nets(), st.integers(0, 1000))
def test_a_sound_net_comes_to_its_end_whatever_is_chosen(net, seed):
    assume(judged(net).verdict is Verdict.SOUND)
    driver = run(net, Random(seed))

    assert driver.ended


@settings(QUICK, max_examples=25)
@given(nets(), st.integers(0, 1000))
def test_a_net_that_stops_where_it_should_not_was_called_unsound(net, seed):
    driver = run(net, Random(seed))
    assume(not driver.ended and not driver.instance.ready)

    assert judged(net).verdict is Verdict.UNSOUND


@settings(QUICK, max_examples=15)
@given(processes())
def test_random_processes_that_cannot_get_stuck_are_not_said_to(drawn):
    found = soundness(Model(parse_xml("m.bpmn", written(drawn.net))))

    # An event that interrupts nothing may come again while its way is still gone.
    assert {each.fault for each in found} <= {None, Fault.DOUBLED}
