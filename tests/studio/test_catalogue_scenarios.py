"""Every scenario of every service comes out as it says, the gallery of work shapes among them."""

import pytest

from core.errors import MotcuaError
from studio.coverage import coverage
from studio.scenarios import installation, perform, read_scenarios
from studio.scenarios.witness import Witness
from tests.studio.packs import CATALOGUE, PACK
from workflows.pack import read_pack
from workflows.shapes import GALLERY

FOLDERS = [*(each.parent for each in sorted(CATALOGUE.glob("*/service.yaml"))), GALLERY]
PACKS = [read_pack(folder) for folder in FOLDERS]
NAMES = [(pack.manifest.key, each.file) for pack in PACKS for each in read_scenarios(pack)]


@pytest.fixture(scope="module")
def played():
    """What came of each scenario, by service and file: a witness, or what went wrong."""
    outcomes: dict[tuple[str, str], Witness | MotcuaError] = {}
    with installation() as stage:
        for pack in PACKS:
            for scenario in read_scenarios(pack):
                try:
                    outcomes[pack.manifest.key, scenario.file] = perform(
                        stage, pack, scenario
                    ).witness
                except MotcuaError as error:
                    outcomes[pack.manifest.key, scenario.file] = error
    return outcomes


@pytest.mark.parametrize("name", NAMES, ids=[f"{key}: {file}" for key, file in NAMES])
def test_scenario_comes_out_as_written(played, name):
    assert not isinstance(played[name], MotcuaError), played[name]


@pytest.mark.parametrize("pack", PACKS, ids=[pack.manifest.key for pack in PACKS])
def test_together_they_walk_every_node_flow_rule_question_and_condition(played, pack):
    measures = coverage(
        pack, [played[pack.manifest.key, each.file] for each in read_scenarios(pack)]
    )

    assert [str(place) for each in measures for place in each.missed] == []


def test_one_scenario_alone_leaves_places_that_are_named(played):
    nodes, flows, rules, *_ = coverage(PACK, [played[PACK.manifest.key, "unpaid.yaml"]])

    assert "process.bpmn:121 delivered “Đã trả kết quả”" in map(str, nodes.missed)
    assert nodes.percentage == pytest.approx(100 * 7 / 35)
    assert ("payment_overdue_to_stopped_unpaid",) not in [place.key for place in flows.missed]
    assert ("fee_table", "full_from_2027") in [place.key for place in rules.missed]
