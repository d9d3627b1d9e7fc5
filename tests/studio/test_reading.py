"""A misspelt scenario is refused with its line and, where one is near, the word that was meant."""

import pytest

from studio.errors import ScenarioBroken
from studio.scenarios import read_scenarios
from tests.studio.packs import PACK, with_scenario

FAULTS = {
    "a step that is no word": (
        "  - submitt\n",
        "Line 4: There is no word “submitt”. Did you mean “submit”?",
    ),
    "an expectation that is no word": (
        "  - submit\n  - expect: {\n      staus: draft}\n",
        "Line 6: There is no word “staus”. Did you mean “status”?",
    ),
    "a task without its element": (
        "  - task: {by: desk-clerk}\n",
        "Line 4: “steps.0.task.element”: Missing data for required field.",
    ),
    "a queue that is no word": (
        "  - task: {element: desk_check, by: 7}\n",
        "Line 4: “steps.0.task.by”: Not a valid string",
    ),
    "two words in one step": (
        "  - submit:\n    pay:\n",
        "Line 4: A step has one word, but this one has 2.",
    ),
    "one word twice": (
        "  - expect: {status: draft, status: submitted}\n",
        "Line 4: “status” is there twice.",
    ),
    "a period that is none": ("  - wait: 3 days\n", "Line 4: “steps.0.wait”"),
    "a moment that is none": ("  - expect: {due: tomorrow}\n", "Line 4: “steps.0.expect.due”"),
    "a system that answers with a text": (
        "  - systems: {enterprise.lookup: yes}\n",
        "Line 4: “enterprise.lookup” must answer with variables",
    ),
    "a refusal that is neither code nor fields": (
        "  - submit:\n    refused: 3\n",
        "Line 5: “refused” is an error's code, or a list of fields.",
    ),
    "an alias": ("  - answer: &a {x: 1}\n  - answer: *a\n", "an alias: write the value out again"),
    "nothing to do": ("  []\n", "Line 3: “steps”"),
}


@pytest.mark.parametrize(("steps", "fault"), FAULTS.values(), ids=FAULTS)
def test_the_line_and_the_fault_are_named(steps, fault):
    with pytest.raises(ScenarioBroken) as caught:
        read_scenarios(with_scenario(steps))

    assert caught.value.params["scenario"] == "scenarios/story.yaml"
    assert fault in caught.value.params["fault"]


def test_a_moment_without_offset_is_refused():
    with pytest.raises(ScenarioBroken, match=r"needs its offset from UTC"):
        read_scenarios(with_scenario("  - submit\n", 'at: "2026-11-20T09:00:00"\nanswers: {}'))


def test_a_file_to_begin_from_must_be_there():
    with pytest.raises(ScenarioBroken, match=r"There is no file scenarios/_other.yaml"):
        read_scenarios(with_scenario("  - submit\n", "from: _other.yaml"))


def test_what_stands_in_the_file_wins_over_what_it_begins_from():
    head = 'from: _common.yaml\nat: "2027-02-01T09:00:00+07:00"\nanswers: {device_name: Other}'

    (scenario,) = read_scenarios(with_scenario("  - submit\n", head))

    assert scenario.at.isoformat() == "2027-02-01T09:00:00+07:00"
    assert scenario.answers["device_name"] == "Other"
    assert scenario.answers["manufacturer_country"] == "VN"


def test_shared_values_and_the_list_of_equivalents_are_no_scenarios():
    files = {scenario.file for scenario in read_scenarios(PACK)}

    assert "straight_through.yaml" in files
    assert not files & {"_common.yaml", "equivalent-mutants.yaml"}
