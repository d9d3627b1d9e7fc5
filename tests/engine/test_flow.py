"""Tokens: splitting, joining, choosing, looping, ending."""

from itertools import pairwise

from engine.errors import ElementFailed
from engine.machine.advance import advance
from tests.engine.machine import PLENTY, Driver
from tests.engine.models import (
    duration,
    extended,
    flows,
    mapping,
    message,
    model,
    script,
    service,
    user,
)

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def test_a_plain_task_passes_its_token_on():
    driver = Driver(model(START + '<task id="t"/>' + END + flows("s -> t", "t -> e")))

    assert driver.ended
    assert driver.path == ["s", "t", "e"]


def test_an_exclusive_gateway_goes_the_first_way_that_holds():
    body = START + '<exclusiveGateway id="x" default="x_c"/>'
    body += "".join(f'<task id="{name}"/>' for name in "abc")
    process = model(body + flows("s -> x", "x -> a if =n > 10", "x -> b if =n > 5", "x -> c"))

    paths = [Driver(process, variables={"n": n}).path[-1] for n in (11, 6, 1)]

    assert paths == ["a", "b", "c"]


def test_a_gateway_without_a_way_is_an_incident_that_can_be_retried():
    body = START + '<exclusiveGateway id="x"/>' + user("a") + user("b")
    driver = Driver(model(body + flows("s -> x", "x -> a if =n = 1", "x -> b if =n = 2")))
    assert driver.incidents == ["no condition holds and there is no default flow"]

    driver.data["n"] = 2
    driver.retry("x")

    assert driver.open() == ["b"]
    assert driver.incidents == []


def test_a_condition_must_be_true_or_false():
    body = START + '<exclusiveGateway id="x" default="x_b"/>' + user("a") + user("b")
    driver = Driver(model(body + flows("s -> x", 'x -> a if ="yes"', "x -> b")))

    assert driver.open() == ["x"]
    assert "is 'yes'" in driver.incidents[0]


def test_parallel_branches_wait_for_each_other():
    body = START + '<parallelGateway id="f"/>' + user("a") + user("b")
    body += '<parallelGateway id="j"/>' + END
    ways = flows("s -> f", "f -> a", "f -> b", "a -> j", "b -> j", "j -> e")
    driver = Driver(model(body + ways))
    assert driver.open() == ["a", "b"]

    driver.finish("b")
    assert driver.open() == ["a", "j"]
    driver.finish("a")

    assert driver.ended
    assert driver.path.count("e") == 1


def test_a_parallel_join_inside_a_loop_joins_every_round_anew():
    body = START + '<exclusiveGateway id="m"/><parallelGateway id="f"/>'
    body += script("a", "=n + 1", "n") + script("b", "=true", "b") + '<parallelGateway id="j"/>'
    body += '<exclusiveGateway id="x" default="x_e"/>' + END
    ways = ["s -> m", "m -> f", "f -> a", "f -> b", "a -> j", "b -> j", "j -> x"]
    driver = Driver(model(body + flows(*ways, "x -> m if =n < 5", "x -> e")), variables={"n": 0})

    assert driver.ended
    assert driver.data["n"] == 5


def test_several_flows_out_of_a_task_split_like_a_gateway():
    body = START + user("a") + user("b") + user("c")
    driver = Driver(model(body + flows("s -> a", "a -> b", "a -> c"))).finish("a")

    assert driver.open() == ["b", "c"]


def test_an_exclusive_merge_lets_every_token_through():
    body = START + '<parallelGateway id="f"/><exclusiveGateway id="m"/>' + user("a")
    driver = Driver(
        model(
            body
            + flows("s -> f")
            + flows("f -> m").replace("f_m", "f1")
            + flows("f -> m", "m -> a")
        )
    )

    assert driver.open() == ["a", "a"]


def inclusive() -> bytes:
    body = START + '<inclusiveGateway id="f" default="f_c"/>' + user("a") + user("b") + user("c")
    body += '<inclusiveGateway id="j"/>' + user("after") + END
    ways = ["s -> f", "f -> a if =a", "f -> b if =b", "f -> c", "a -> j", "b -> j", "c -> j"]
    return model(body + flows(*ways, "j -> after", "after -> e"))


def test_an_inclusive_join_waits_only_for_the_branches_that_were_taken():
    driver = Driver(inclusive(), variables={"a": True, "b": True})
    assert driver.open() == ["a", "b"]
    driver.finish("a")
    assert driver.open() == ["j", "b"]
    driver.finish("b")
    assert driver.open() == ["after"]

    alone = Driver(inclusive(), variables={"a": True, "b": False}).finish("a")
    assert alone.open() == ["after"]


def test_an_inclusive_gateway_takes_its_default_when_nothing_holds():
    assert Driver(inclusive(), variables={"a": False, "b": False}).open() == ["c"]


def event_gateway() -> bytes:
    body = START + '<eventBasedGateway id="g"/>' + END
    body += (
        '<intermediateCatchEvent id="paid"><messageEventDefinition messageRef="m_paid"/>'
        "</intermediateCatchEvent>"
        f'<intermediateCatchEvent id="late">{duration("P3D")}</intermediateCatchEvent>'
    )
    ways = flows("s -> g", "g -> paid", "g -> late", "paid -> e", "late -> e")
    return model(body + ways, message("paid"))


def test_an_event_based_gateway_goes_the_way_of_the_first_event():
    paid = Driver(event_gateway(), variables={"key": "k"}).deliver("paid", amount=5)
    late = Driver(event_gateway(), variables={"key": "k"}).later(days=3)

    assert paid.path == ["s", "g", "paid", "e"]
    assert paid.data["amount"] == 5
    assert late.path == ["s", "g", "late", "e"]
    assert not late.waits()


def test_a_terminate_end_ends_its_own_process_only():
    inside = '<startEvent id="is"/><parallelGateway id="if"/>' + user("iu")
    inside += '<endEvent id="it"><terminateEventDefinition/></endEvent>'
    inside += flows("is -> if", "if -> iu", "if -> it")
    body = START + f'<subProcess id="sub">{inside}</subProcess>' + user("after")
    driver = Driver(model(body + flows("s -> sub", "sub -> after")))

    assert driver.open() == ["after"]


def test_a_link_jumps_to_its_other_end():
    body = START + '<intermediateThrowEvent id="out"><linkEventDefinition name="A"/>'
    body += '</intermediateThrowEvent><intermediateCatchEvent id="in">'
    body += '<linkEventDefinition name="A"/></intermediateCatchEvent>' + END
    driver = Driver(model(body + flows("s -> out", "in -> e")))

    assert driver.path == ["s", "out", "in", "e"]


def test_a_loop_of_a_thousand_rounds_loses_nothing_and_leaves_a_small_state():
    body = START + '<exclusiveGateway id="m"/>' + script("a", "=n + 1", "n") + user("u")
    body += '<exclusiveGateway id="x" default="x_e"/>' + END
    ways = flows("s -> m", "m -> a", "a -> u", "u -> x", "x -> m if =n < 1000", "x -> e")
    driver = Driver(model(body + ways), variables={"n": 0})
    driver.settle = lambda: driver  # type: ignore[method-assign]  # restoring is tested elsewhere
    for _ in range(999):
        step(driver)
    assert driver.data["n"] == 1000
    assert [token.task_spec.name for token in driver.tokens()] == ["u"]

    step(driver)

    assert driver.instance.completed


def step(driver: Driver) -> None:
    driver.finish("u")
    advance(driver.instance, PLENTY)


def test_a_chain_of_a_thousand_nodes_parses_and_runs():
    names = [f"n{number}" for number in range(1000)]
    chain = [f"{one} -> {other}" for one, other in pairwise(names)]
    body = START + "".join(f'<task id="{name}"/>' for name in names)
    driver = Driver(model(body + flows("s -> n0", *chain)))

    assert driver.ended
    assert len(driver.path) == 1001


def test_an_action_runs_inside_and_a_job_waits_outside():
    body = START + service("inside", "double", mapping(outputs={"twice": "=result"}))
    body += service("outside", "ask") + END
    driver = Driver(
        model(body + flows("s -> inside", "inside -> outside", "outside -> e")),
        variables={"n": 4},
        actions={"double": lambda token: {"result": token.workflow.data["n"] * 2}},
    )
    assert driver.open() == ["outside"]
    assert driver.data == {"n": 4, "twice": 8}

    driver.finish("outside", answer="yes")

    assert driver.ended
    assert driver.data["answer"] == "yes"


def test_a_business_rule_task_keeps_the_outcome():
    called = '<zeebe:calledDecision decisionId="fee" resultVariable="fee"/>'
    body = START + extended("businessRuleTask", "rule", called) + END
    driver = Driver(
        model(body + flows("s -> rule", "rule -> e")),
        variables={"kind": "new"},
        decisions={"fee": lambda context: 100 if context["kind"] == "new" else 50},
    )

    assert driver.data["fee"] == 100


def test_what_raises_stops_alone_and_the_other_branches_go_on():
    body = START + '<parallelGateway id="f"/>' + service("bad", "boom") + script("good", "=1", "n")
    body += user("u") + END
    ways = flows("s -> f", "f -> bad", "f -> good", "good -> u", "bad -> e")
    calls = []

    def boom(token):
        calls.append(1)
        if len(calls) == 1:
            raise ElementFailed("the register is closed")
        return {}

    driver = Driver(model(body + ways), actions={"boom": boom})
    assert sorted(driver.open()) == ["bad", "u"]
    assert driver.incidents == ["the register is closed"]

    driver.retry("bad")

    assert driver.open() == ["u"]
