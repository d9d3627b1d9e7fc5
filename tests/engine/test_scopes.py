"""Variables: what is local, what goes up, what branches see of each other."""

from decimal import Decimal
from itertools import pairwise

from tests.engine.machine import Driver
from tests.engine.models import extended, flows, mapping, model, script, service, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def line(*elements: str) -> bytes:
    """A process of elements one after the other; each names itself in its id."""
    ids = ["s", *[element.split('id="')[1].split('"')[0] for element in elements], "e"]
    ways = [f"{one} -> {other}" for one, other in pairwise(ids)]
    return model(START + "".join(elements) + END + flows(*ways))


def test_inputs_are_gone_after_their_element():
    driver = Driver(line(script("a", "=x * 2", "y", mapping({"x": "=n + 1"}))), variables={"n": 1})

    assert driver.data == {"n": 1, "y": Decimal(4)}


def test_with_outputs_only_what_they_map_goes_up():
    process = line(service("a", extra=mapping(outputs={"kept": "=one", "deep.er": "=two"})))
    driver = Driver(process, variables={"deep": {"old": 1}})
    driver.finish("a", one=1, two=2, three=3)

    assert driver.data == {"deep": {"old": 1, "er": 2}, "kept": 1}


def test_without_outputs_all_of_the_result_goes_up():
    driver = Driver(line(user("a"))).finish("a", one=1, two=2)

    assert driver.data == {"one": 1, "two": 2}


def test_an_output_never_changes_the_object_that_others_hold():
    shared = {"list": [1]}
    process = line(service("a", extra=mapping(outputs={"box.more": "=1"})))
    driver = Driver(process, variables={"box": shared, "same": shared}).finish("a")

    assert driver.data == {"box": {"list": [1], "more": 1}, "same": {"list": [1]}}


def test_parallel_branches_share_one_scope_and_joins_merge_nothing():
    body = START + '<parallelGateway id="f"/>' + script("a", "=[1]", "list") + user("wait")
    body += script("b", "=append(list, 2)", "list") + '<parallelGateway id="j"/>' + END
    ways = ["s -> f", "f -> a", "f -> wait", "wait -> b", "a -> j", "b -> j", "j -> e"]
    driver = Driver(model(body + flows(*ways))).finish("wait")

    assert driver.data == {"list": [1, 2]}


def subprocess(inside: str, extra: str = "") -> str:
    body = '<startEvent id="is"/>' + inside + flows("is -> in")
    held = f"<extensionElements>{extra}</extensionElements>" if extra else ""
    return f'<subProcess id="sub">{held}{body}</subProcess>'


def test_inputs_of_a_subprocess_are_its_own_and_unknown_names_go_outside():
    scope = subprocess(script("in", "=own + n", "sum"), mapping({"own": "=10"}))
    driver = Driver(line(scope), variables={"n": 1})

    assert driver.data == {"n": 1, "sum": 11}


def test_a_name_of_the_subprocess_stays_in_it_unless_an_output_maps_it():
    kept = subprocess(script("in", "=own + 1", "own"), mapping({"own": "=10"}))
    mapped = subprocess(
        script("in", "=own + 1", "own"), mapping({"own": "=10"}, {"result": "=own"})
    )

    assert Driver(line(kept)).data == {}
    assert Driver(line(mapped)).data == {"result": 11}


def called(*extensions: str, **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    element = f'<zeebe:calledElement processId="child"{written}/>'
    return extended("callActivity", "call", element, *extensions)


CHILD = model(
    START + script("in", "=n + 1", "m") + user("u") + END + flows("s -> in", "in -> u", "u -> e"),
    process_id="child",
)


def test_what_no_variable_can_hold_stops_its_element_only():
    driver = Driver(line(script("a", "=function(x) x + 1", "f")))

    assert "of a kind that cannot be kept" in driver.incidents[0]


def test_a_called_process_works_on_a_copy_and_gives_back_what_it_has():
    driver = Driver(line(called()), CHILD, variables={"n": 1})
    assert driver.open() == ["call", "u"]
    assert driver.data == {"n": 1}

    driver.finish("u", more=True)

    assert driver.data == {"n": 1, "m": 2, "more": True}


def test_a_called_process_sees_and_gives_only_what_is_mapped():
    closed = {"propagateAllParentVariables": "false", "propagateAllChildVariables": "false"}
    call = called(mapping({"n": "=secret - 1"}, {"sum": "=m"}), **closed)
    driver = Driver(line(call), CHILD, variables={"secret": 5})
    assert driver.at("u").workflow.data == {"n": 4, "m": 5}

    driver.finish("u", more=True)

    assert driver.data == {"secret": 5, "sum": 5}


def test_processes_that_call_each_other_for_ever_are_stopped():
    call = extended("callActivity", "call", '<zeebe:calledElement processId="p"/>')
    driver = Driver(line(call))

    assert driver.incidents == ["processes call each other more than 50 deep"]
