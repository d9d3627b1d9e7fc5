"""Large cases: costs grow with what is open, never with what is done; measured against a small case."""

import gc
import time
from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest

from engine import operations
from engine.machine import state
from engine.machine.advance import Budget, advance, start
from engine.machine.effects import Effect, Entered
from engine.machine.process import Instance
from engine.projection import Projection
from tests.engine.conftest import Engine
from tests.engine.machine import PLENTY, Driver
from tests.engine.models import extended, flows, many, model, script, user
from tests.engine.test_cost import statements

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
ROUNDS = '<standardLoopCharacteristics loopMaximum="{most}"/>'
# A case ten times as large may cost this many times as much: quadratic would be a hundred.
TEN_TIMES = 30


def kept(process: bytes, **variables: object) -> Driver:
    """An instance that stays in memory: what is measured is running."""
    driver = Driver(process, begin=False)
    driver.settle = lambda: settled(driver)  # type: ignore[method-assign]
    start(driver.instance, variables)
    return driver.settle()


def settled(driver: Driver) -> Driver:
    assert advance(driver.instance, PLENTY)
    driver.effects.extend(driver.instance.drain())
    return driver


def seconds(deed: Callable[[], object], times: int = 3) -> float:
    """The best of a few measurements, in time of the processor: others use the machine too."""
    measured = []
    gc.disable()
    try:
        for _ in range(times):
            began = time.process_time()
            deed()
            measured.append(time.process_time() - began)
    finally:
        gc.enable()
    return min(measured)


def repeated(task: str) -> bytes:
    return model(START + task + END + flows("s -> a", "a -> e"))


def chain(count: int) -> bytes:
    names = [f"n{number}" for number in range(count)]
    tasks = "".join(f'<task id="{name}"/>' for name in names)
    ways = [f"{one} -> {other}" for one, other in pairwise(names)]
    return model(START + tasks + END + flows("s -> n0", *ways, f"{names[-1]} -> e"))


def wide(count: int, length: int = 10) -> bytes:
    """Parallel branches of `length` elements each, `count` elements in all."""
    body, ways = START + '<parallelGateway id="f"/><parallelGateway id="j"/>' + END, []
    for branch in range(count // length):
        names = [f"n{branch}_{number}" for number in range(length)]
        body += "".join(f'<task id="{name}"/>' for name in names)
        ways += [f"{one} -> {other}" for one, other in pairwise(["f", *names, "j"])]
    return model(body + flows("s -> f", *ways, "j -> e"))


@pytest.mark.parametrize(("draw", "large"), [(chain, 500), (wide, 2000)])
def test_thousands_of_elements_cost_as_much_as_their_number(draw, large):
    def cost(count: int) -> float:
        driver = Driver(draw(count), begin=False)
        spec = driver.instance.spec

        def run() -> None:
            driver.instance = Instance(spec, driver.instance.id, "", driver.host)
            start(driver.instance, {})
            assert settled(driver).ended

        return seconds(run)

    assert cost(large) < TEN_TIMES * cost(large // 10)


def test_a_standard_loop_of_a_thousand_rounds_costs_as_much_as_its_rounds():
    counting = script("a", "=(if n = null then 0 else n) + 1", "n")

    def run(most: int) -> int:
        loop = ROUNDS.format(most=most) + "</scriptTask>"
        return int(kept(repeated(counting.replace("</scriptTask>", loop))).data["n"])

    assert run(1000) == 1000
    assert seconds(lambda: run(1000)) < TEN_TIMES * seconds(lambda: run(100))


@pytest.mark.parametrize("sequential", [True, False])
def test_a_state_does_not_grow_while_a_thousand_items_are_done(sequential):
    loop = many("=for i in 1..1000 return i", "item", "all", "=answer", sequential=sequential)
    driver = kept(repeated(user("a", inside=loop)))
    before = len(state.dump(driver.instance))
    for number in range(500):
        driver.finish("a", answer=number)
    half = len(state.dump(driver.instance))

    answers = 500 * len('{"\\u0001n":"499"},')
    assert half < (before + answers if sequential else before)
    # A parallel run that is open is its token, its item and its task.
    assert before < 1000 * (30 if sequential else 150)


@pytest.mark.parametrize("sequential", [True, False])
def test_an_item_among_a_thousand_costs_no_more_than_reading_what_is_open(sequential):
    """Measured as a step does it: restore, complete one, save."""
    loop = many("=for i in 1..n return i", "item", "all", "=answer", sequential=sequential)
    process = repeated(user("a", inside=loop))

    def cost(items: int) -> float:
        driver = kept(process, n=items)

        def step() -> None:
            saved = state.dump(driver.instance)
            was = driver.instance
            driver.instance = state.load(saved, was.spec, was.id, "", was.host)
            driver.finish("a", answer=1)

        return seconds(step, 9)

    assert cost(1000) < TEN_TIMES * cost(100)


def test_ten_thousand_finished_tokens_leave_nothing_in_the_state():
    body = START + '<exclusiveGateway id="m"/>' + script("a", "=n + 1", "n") + '<task id="t"/>'
    body += '<exclusiveGateway id="x" default="x_u"/>' + user("u") + END
    ways = flows("s -> m", "m -> a", "a -> t", "t -> x", "x -> m if =n < most", "x -> u", "u -> e")
    fresh = kept(model(body + ways), n=2499, most=2500)
    worn = kept(model(body + ways), n=0, most=2500)

    assert worn.path.count("t") == 2500
    assert len(worn.path) > 10_000
    assert abs(len(state.dump(worn.instance)) - len(state.dump(fresh.instance))) < 20
    assert [token.task_spec.name for token in worn.tokens()] == ["u"]


def counting_to_a_thousand() -> bytes:
    body = START + '<exclusiveGateway id="m"/>' + script("a", "=n + 1", "n")
    body += '<exclusiveGateway id="x" default="x_e"/>' + END
    ways = flows("s -> m", "m -> a", "a -> x", "x -> m if =n < 1000", "x -> e")
    return model(body + ways)


def test_a_loop_of_a_thousand_turns_goes_on_by_jobs_within_its_budget(on: Engine, monkeypatch):
    monkeypatch.setattr("engine.step.BUDGET", Budget(elements=500, seconds=60))
    longest = spy_on_steps(monkeypatch)
    instance_id = on.start(counting_to_a_thousand(), n=0)
    assert on.state(instance_id) == "active"

    assert on.run_due() == 3002 // 500
    assert on.state(instance_id) == "completed"
    assert on.variables(instance_id)["n"] == 1000
    assert max(longest) <= 500 + 2


def spy_on_steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many elements each step entered."""
    counts: list[int] = []
    absorb = Projection.absorb

    def counted(projection: Projection, effects: Iterable[Effect]) -> None:
        noted = list(effects)
        counts.append(sum(isinstance(effect, Entered) for effect in noted))
        absorb(projection, noted)

    monkeypatch.setattr(Projection, "absorb", counted)
    return counts


def test_a_step_ends_by_the_clock_too(on: Engine, monkeypatch):
    monkeypatch.setattr("engine.step.BUDGET", Budget(elements=100_000, seconds=0.01))
    instance_id = on.start(counting_to_a_thousand(), n=0)

    assert on.state(instance_id) == "active"
    assert on.run_due() > 1
    assert on.state(instance_id) == "completed"


def calling(depth: int) -> bytes:
    called = '<zeebe:calledElement processId="p"/>'
    body = START + script("a", "=n + 1", "n") + '<exclusiveGateway id="x" default="x_u"/>'
    body += user("u") + extended("callActivity", "c", called) + '<exclusiveGateway id="m"/>' + END
    ways = flows("s -> a", "a -> x", f"x -> c if =n < {depth}", "x -> u", "c -> m", "u -> m")
    return model(body + ways + flows("m -> e"))


def test_processes_that_call_each_other_fifty_deep_come_back(on: Engine):
    instance_id = on.start(calling(50), n=0)
    on.complete(instance_id, "u", found=True)

    assert on.state(instance_id) == "completed"
    assert on.variables(instance_id) == {"n": 50, "found": True}


def test_processes_that_call_each_other_without_end_are_stopped(on: Engine):
    instance_id = on.start(calling(1000), n=0)

    (incident,) = on.incidents(instance_id)
    assert "deep" in incident.message


def nested(depth: int) -> str:
    if not depth:
        return f'<startEvent id="s0"/>{user("u")}<endEvent id="e0"/>' + flows("s0 -> u", "u -> e0")
    inside = f'<subProcess id="sub{depth}">{nested(depth - 1)}</subProcess>'
    ends = f'<startEvent id="s{depth}"/>{inside}<endEvent id="e{depth}"/>'
    return ends + flows(f"s{depth} -> sub{depth}", f"sub{depth} -> e{depth}")


def test_the_deepest_subprocesses_in_the_deepest_calls_come_back(on: Engine):
    called = model(nested(20), process_id="inner")
    caller = calling(49).replace(
        user("u").encode(),
        b'<callActivity id="u"><extensionElements>'
        b'<zeebe:calledElement processId="inner"/></extensionElements></callActivity>',
    )
    definition = on.act(operations.deploy, {"a.bpmn": caller, "b.bpmn": called})
    instance_id = on.act(operations.start, definition, "p", {"n": 0})
    on.complete(instance_id, "u")

    assert on.state(instance_id) == "completed"


@pytest.mark.parametrize(
    "count", [60, pytest.param(1000, marks=[pytest.mark.slow, pytest.mark.timeout(300)])]
)
def test_each_of_many_tasks_in_a_row_costs_the_same_statements(on: Engine, count):
    body = START + '<exclusiveGateway id="m"/>' + user("u")
    body += '<exclusiveGateway id="x" default="x_e"/>' + END
    ways = flows("s -> m", "m -> u", "u -> x", "x -> m if =not(done)", "x -> e")
    instance_id, counts = on.start(model(body + ways), done=False), []
    for number in range(count):
        with statements() as sent:
            on.complete(instance_id, "u", done=number == count - 1)
        counts.append(len(sent))

    assert on.state(instance_id) == "completed"
    assert len(set(counts[:-1])) == 1
