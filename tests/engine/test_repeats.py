"""Multi-instance: every item once, results in the order of the items."""

import pytest

from tests.engine.machine import Driver
from tests.engine.models import (
    boundary,
    duration,
    escape,
    flows,
    many,
    mapping,
    model,
    script,
    user,
)

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def repeated(task: str, extra: str = "") -> bytes:
    return model(START + task + extra + END + flows("s -> a", "a -> e"))


def test_parallel_runs_keep_the_order_of_the_items_whatever_ends_first():
    loop = many("=items", "item", "answers", "=answer")
    driver = Driver(repeated(user("a", inside=loop)), variables={"items": ["x", "y", "z"]})
    assert len(driver.open()) == 4

    driver.finish("a", 2, answer="Z").finish("a", 0, answer="X").finish("a", 0, answer="Y")

    assert driver.ended
    assert driver.data == {"items": ["x", "y", "z"], "answers": ["X", "Y", "Z"]}


def test_sequential_runs_come_one_after_the_other():
    loop = many("=items", "item", "sums", "=sum", sequential=True)
    task = script("a", "=item + loopCounter", "sum").replace(
        "</scriptTask>", loop + "</scriptTask>"
    )
    driver = Driver(repeated(task), variables={"items": [10, 20]})

    assert driver.data["sums"] == [11, 22]

    people = Driver(repeated(user("a", inside=loop)), variables={"items": [1, 2]})
    assert len(people.open()) == 2
    people.finish("a", sum=1)
    assert people.at("a").internal_data["run"]["item"] == 2


@pytest.mark.parametrize("sequential", [True, False])
def test_an_empty_collection_is_done_at_once(sequential):
    loop = many("=[]", "item", "results", "=x", sequential=sequential)
    driver = Driver(repeated(user("a", inside=loop)))

    assert driver.ended
    assert driver.data == {"results": []}


def test_no_collection_is_an_incident():
    driver = Driver(repeated(user("a", inside=many("=nothing"))))

    assert driver.incidents == ["the collection =nothing is None, not a list"]


@pytest.mark.parametrize("sequential", [True, False])
def test_a_completion_condition_leaves_the_rest_out(sequential):
    loop = many("=[1,2,3]", until="=numberOfCompletedInstances = 2", sequential=sequential)
    driver = Driver(repeated(user("a", inside=loop))).finish("a").finish("a")

    assert driver.ended


def test_a_completion_condition_reads_the_results_so_far():
    loop = many("=[1,2,3,4]", "item", "votes", "=vote", until='=count(votes[item = "yes"]) >= 2')
    driver = Driver(repeated(user("a", inside=loop)))
    driver.finish("a", vote="yes").finish("a", vote="no")
    assert "votes" not in driver.data

    driver.finish("a", vote="yes")
    assert driver.data == {"votes": ["yes", "no", "yes", None]}


def test_a_repeated_subprocess_has_a_scope_for_each_item():
    inside = '<startEvent id="is"/>' + script("in", "=item * 2", "twice") + user("u")
    inside += flows("is -> in", "in -> u")
    loop = many("=[1,2]", "item", "all", "=twice")
    task = f'<subProcess id="a">{loop}{inside}</subProcess>'
    driver = Driver(repeated(task)).finish("u").finish("u")

    assert driver.ended
    assert driver.data == {"all": [2, 4]}


def interrupted(task: str) -> bytes:
    late = boundary("late", "a", duration("P1D")) + user("chase")
    return model(START + task + late + END + flows("s -> a", "a -> e", "late -> chase"))


def test_a_boundary_timer_takes_all_runs_away():
    driver = Driver(interrupted(user("a", inside=many("=[1,2,3]")))).later(days=1)

    assert driver.open() == ["chase"]


def test_an_interrupted_repetition_gives_no_results():
    loop = many("=[1,2,3]", "item", "votes", "=vote")
    driver = Driver(interrupted(user("a", inside=loop))).finish("a", vote="yes").later(days=1)

    assert driver.open() == ["chase"]
    assert "votes" not in driver.data


def test_what_each_run_maps_out_of_it_outlives_the_interruption():
    kept = mapping(outputs={"votes": "=append(votes, vote)"})
    task = user("a", inside=many("=[1,2,3]"), extra=kept)
    driver = Driver(interrupted(task), variables={"votes": []})
    driver.finish("a", 2, vote="no").finish("a", vote="yes").later(days=1)

    assert driver.open() == ["chase"]
    assert driver.data == {"votes": ["no", "yes"]}


def test_an_output_mapping_stays_in_its_run_when_it_names_the_result():
    loop = many("=[1,2]", "item", "all", "=result")
    task = user("a", inside=loop, extra=mapping(outputs={"result": "=given * 10"}))
    driver = Driver(repeated(task)).finish("a", given=1).finish("a", given=2)

    assert driver.data == {"all": [10, 20]}


def test_a_thousand_runs_are_done_in_a_second():
    loop = many("=for i in 1..1000 return i", "item", "all", "=twice")
    task = script("a", "=item * 2", "twice").replace("</scriptTask>", loop + "</scriptTask>")
    driver = Driver(repeated(task))

    assert driver.data["all"][999] == 2000


def rounds(condition: str = "", attributes: str = "") -> str:
    asked = f"<loopCondition>{escape(condition)}</loopCondition>" if condition else ""
    return f"<standardLoopCharacteristics {attributes}>{asked}</standardLoopCharacteristics>"


def test_a_loop_goes_on_while_its_condition_holds():
    driver = Driver(repeated(user("a", inside=rounds("=not(done)"))))
    driver.finish("a", done=False)
    assert driver.open() == ["a", "a"]
    assert driver.at("a").internal_data["run"] == {"loopCounter": 2}

    assert driver.finish("a", done=True).ended
    assert driver.data == {"done": True}


def test_a_loop_that_asks_first_may_not_run_at_all():
    loop = rounds("=wanted", 'testBefore="true"')
    task = user("a", inside=loop)

    assert Driver(repeated(task), variables={"wanted": False}).ended
    assert Driver(repeated(task), variables={"wanted": True}).finish("a", wanted=False).ended


@pytest.mark.parametrize("condition", ["", "=true"])
def test_a_loop_ends_at_its_maximum(condition):
    loop = rounds(condition, 'loopMaximum="3"')
    task = script("a", "=(if n = null then 0 else n) + 1", "n")
    driver = Driver(repeated(task.replace("</scriptTask>", loop + "</scriptTask>")))

    assert driver.data == {"n": 3}
    assert driver.path.count("a") == 1


def test_an_interrupting_event_ends_a_loop():
    late = boundary("late", "a", duration("P1D")) + user("chase")
    body = START + user("a", inside=rounds("=true")) + late + END
    driver = Driver(model(body + flows("s -> a", "a -> e", "late -> chase")))

    assert driver.finish("a").finish("a").later(days=1).open() == ["chase"]


def test_a_loop_without_end_is_an_incident():
    task = script("a", "=1", "n").replace("</scriptTask>", rounds("=true") + "</scriptTask>")

    assert Driver(repeated(task)).incidents == ["more than 10000 rounds"]
