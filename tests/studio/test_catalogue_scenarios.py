"""Every scenario of every service in the catalogue comes out as it says."""

from pathlib import Path

import pytest

import workflows
from studio.scenarios import play, read_scenarios
from workflows.pack import read_pack

CATALOGUE = Path(workflows.__file__).parent / "catalogue"
PACKS = [read_pack(folder) for folder in sorted(CATALOGUE.iterdir()) if folder.is_dir()]
SCENARIOS = [
    pytest.param(pack, scenario, id=f"{pack.manifest.key}: {scenario.name}")
    for pack in PACKS
    for scenario in read_scenarios(pack)
]


@pytest.mark.parametrize(("pack", "scenario"), SCENARIOS)
def test_scenario_comes_out_as_written(pack, scenario):
    play(pack, scenario)
