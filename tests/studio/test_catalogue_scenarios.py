"""Every scenario of every service comes out as it says, the gallery of work shapes among them."""

import pytest

from studio.coverage import coverage
from studio.scenarios import installation, perform, read_scenarios
from tests.studio.packs import CATALOGUE, PACK
from workflows.pack import read_pack
from workflows.shapes import GALLERY

FOLDERS = [*(each.parent for each in sorted(CATALOGUE.glob("*/service.yaml"))), GALLERY]


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_every_scenario_comes_out_and_together_they_walk_everything(folder):
    """Nodes, flows, rules, questions, conditions; one test a service, so that each is played once."""
    pack = read_pack(folder)
    with installation() as stage:
        witnesses = [perform(stage, pack, each).witness for each in read_scenarios(pack)]

    measures = coverage(pack, witnesses)
    assert [str(place) for each in measures for place in each.missed] == []


def test_one_scenario_alone_leaves_places_that_are_named():
    (unpaid,) = [each for each in read_scenarios(PACK) if each.file == "unpaid.yaml"]
    with installation() as stage:
        witness = perform(stage, PACK, unpaid).witness

    nodes, flows, rules, *_ = coverage(PACK, [witness])
    assert "process.bpmn:187 delivered “Đã trả kết quả”" in map(str, nodes.missed)
    assert nodes.percentage == pytest.approx(100 * 7 / 51)
    assert ("payment_overdue_to_stopped_unpaid",) not in [place.key for place in flows.missed]
    assert ("required_documents_table", "updates_need_proof") in [
        place.key for place in rules.missed
    ]
