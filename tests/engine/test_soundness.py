"""Whether a process can get stuck, with the way that leads there."""

from pathlib import Path

import pytest

from engine.bpmn.reading import parse_xml
from engine.lint import Severity, lint
from engine.lint.model import Model
from engine.lint.soundness import Fault, Soundness, Verdict, soundness
from tests.engine.models import boundary, duration, flows, model, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
CATALOGUE = Path(__file__).parents[2] / "workflows" / "catalogue"


def judged(content: bytes, bound: int = 20_000) -> Soundness:
    return soundness(Model(parse_xml("m.bpmn", content)), bound)[0]


def diamond(split: str, join: str, *more: str, extra: str = "") -> bytes:
    body = START + f'<{split}Gateway id="x"/>' + user("a") + user("b") + f'<{join}Gateway id="j"/>'
    ways = ("s -> x", "x -> a", "x -> b", "a -> j", "b -> j", "j -> e", *more)
    return model(body + extra + END + flows(*ways))


@pytest.mark.parametrize(
    ("split", "join"),
    [
        ("parallel", "parallel"),
        ("exclusive", "exclusive"),
        ("inclusive", "inclusive"),
        ("parallel", "inclusive"),
        ("exclusive", "inclusive"),
    ],
)
def test_what_is_split_and_joined_alike_is_sound(split, join):
    assert judged(diamond(split, join)).verdict is Verdict.SOUND


@pytest.mark.parametrize("split", ["exclusive", "inclusive"])
def test_a_join_that_waits_for_a_way_not_taken_is_a_deadlock(split):
    found = judged(diamond(split, "parallel"))

    assert (found.verdict, found.fault) == (Verdict.UNSOUND, Fault.DEADLOCK)
    assert found.path == ("s", "x", "a")
    assert found.at == ("j",)


@pytest.mark.parametrize("split", ["parallel", "inclusive"])
def test_ways_that_are_not_joined_double_what_comes_after(split):
    found = judged(diamond(split, "exclusive"))

    assert found.fault is Fault.DOUBLED
    assert found.path == ("s", "x", "a", "j", "b", "j")
    assert found.at == ("e",)


def test_an_event_that_leaves_a_parallel_branch_is_a_deadlock():
    late = boundary("late", "a", duration("P1D")) + '<endEvent id="f"/>'
    found = judged(diamond("parallel", "parallel", "late -> f", extra=late))

    assert found.fault is Fault.DEADLOCK
    assert found.path[:3] == ("s", "x", "a")
    assert {"late", "f", "b"} == set(found.path[3:])

    beside = late.replace('cancelActivity="true"', 'cancelActivity="false"')
    found = judged(diamond("parallel", "parallel", "late -> f", extra=beside))
    assert found.verdict is Verdict.SOUND


def test_a_terminating_end_leaves_nobody_waiting():
    late = boundary("late", "a", duration("P1D"))
    late += '<endEvent id="f"><terminateEventDefinition/></endEvent>'
    found = judged(diamond("parallel", "parallel", "late -> f", extra=late))

    assert found.verdict is Verdict.SOUND


def test_a_loop_without_a_way_out_is_shown_with_the_way_into_it():
    body = START + user("a") + user("b") + END
    found = judged(model(body + flows("s -> a", "a -> b", "b -> a")))
    assert (found.fault, found.at) == (Fault.ENDLESS, ("s",))


def test_an_event_subprocess_may_end_a_loop():
    watch = '<subProcess id="w" triggeredByEvent="true"><startEvent id="w_s"/></subProcess>'
    body = START + user("a") + user("b") + watch
    found = judged(model(body + flows("s -> a", "a -> b", "b -> a")))
    assert found.verdict is Verdict.SOUND


def test_a_task_that_nothing_leads_to_is_stranded():
    body = START + user("a") + user("b") + END
    found = judged(model(body + flows("s -> a", "a -> e", "b -> e")))

    assert (found.fault, found.at) == (Fault.STRANDED, ("b",))


def test_loops_and_links_are_played_to_their_end():
    body = START + '<exclusiveGateway id="m"/>' + user("a") + '<exclusiveGateway id="x"/>'
    body += (
        '<intermediateThrowEvent id="t"><linkEventDefinition name="l"/></intermediateThrowEvent>'
    )
    body += (
        '<intermediateCatchEvent id="c"><linkEventDefinition name="l"/></intermediateCatchEvent>'
    )
    ways = flows("s -> m", "m -> a", "a -> x", "x -> m", "x -> t", "c -> e")

    assert judged(model(body + END + ways)).verdict is Verdict.SOUND


def test_what_is_too_large_is_undecided():
    branches = [f"t{number}" for number in range(12)]
    body = START + '<parallelGateway id="x"/><parallelGateway id="j"/>' + END
    body += "".join(user(name) for name in branches)
    ways = [way for name in branches for way in (f"x -> {name}", f"{name} -> j")]
    process = model(body + flows("s -> x", "j -> e", *ways))

    assert judged(process, bound=500).verdict is Verdict.UNDECIDED
    assert judged(process).verdict is Verdict.SOUND


@pytest.mark.parametrize("path", sorted(CATALOGUE.glob("*/*.bpmn")), ids=lambda path: path.name)
def test_our_own_processes_are_sound(path):
    found = soundness(Model(parse_xml(path.name, path.read_bytes())))

    assert {each.verdict for each in found} == {Verdict.SOUND}


def test_a_fault_is_a_finding_with_its_place_and_its_way():
    process = diamond("exclusive", "parallel")
    found = {finding.rule: finding for finding in lint({"m.bpmn": process}, play=True)}

    assert "deadlock" not in {finding.rule for finding in lint({"m.bpmn": process})}
    stuck = found["deadlock"]
    assert (stuck.severity, stuck.element_id, stuck.path) == (Severity.ERROR, "j", ("s", "x", "a"))
    assert stuck.title % stuck.params == "The process can get stuck at j, on the way s, x, a"
