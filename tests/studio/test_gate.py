"""A pack whose scenarios fail is refused before it is deployed; what was played is left alone."""

import pytest

from commands import prepare
from core.database import db, transaction
from studio.errors import ScenarioBroken, ScenarioFailed
from studio.gate import play_ahead, require_scenarios
from studio.scenarios import installation, perform
from tests.studio.packs import PAPERS, with_scenario
from workflows.models import Service
from workflows.operations import deploy_pack

GOOD = f"  - attach: {PAPERS}\n  - submit\n  - expect: {{status: awaiting-payment}}\n"
BAD = f"  - attach: {PAPERS}\n  - submit\n  - expect: {{status: delivered}}\n"


@pytest.fixture
def site():
    """An application with the rooms of a site and nothing deployed."""
    with installation() as stage:
        yield stage


@pytest.fixture(autouse=True)
def playing(monkeypatch):
    """As an installation does by default."""
    monkeypatch.setenv("MOTCUA_PLAY_SCENARIOS", "1")


@pytest.fixture
def plays(monkeypatch):
    """How many performances the gate asked for."""
    asked = []

    def counted(*given):
        asked.append(given)
        return perform(*given)

    monkeypatch.setattr("studio.gate.perform", counted)
    monkeypatch.setattr("studio.gate._passed", set())
    return asked


def catalogue_of(pack, folder, name="service"):
    for path, content in pack.files.items():
        place = folder / name / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


@pytest.mark.usefixtures("site")
def test_a_pack_whose_scenario_fails_is_not_deployed():
    with pytest.raises(ScenarioFailed) as caught:
        require_scenarios(with_scenario(BAD))

    assert caught.value.params["scenario"] == "A story"
    assert caught.value.params["expected"] == "status = delivered"
    assert caught.value.params["actual"] == "awaiting-payment"


@pytest.mark.usefixtures("site")
def test_broken_services_are_named_and_keep_no_other_one_from_being_offered(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(prepare, "CATALOGUE", catalogue_of(with_scenario(GOOD), tmp_path))
    catalogue_of(with_scenario(BAD), tmp_path, "failing")
    catalogue_of(with_scenario(GOOD), tmp_path, "unreadable")
    (tmp_path / "unreadable" / "service.yaml").write_text("key: [")

    assert prepare.deploy_catalogue() == ["failing", "unreadable"]

    told = capsys.readouterr()
    assert "Playing the scenarios of device-declaration-b" in told.out
    assert "“failing” is not offered" in told.err
    assert "“unreadable” is not offered. The service cannot be deployed: service.yaml" in told.err
    assert [each.key for each in db.session.query(Service)] == ["device-declaration-b"]


@pytest.mark.usefixtures("site")
def test_a_pack_whose_scenarios_pass_is_deployed(tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "CATALOGUE", catalogue_of(with_scenario(GOOD), tmp_path))

    prepare.deploy_catalogue()

    assert [each.key for each in db.session.query(Service)] == ["device-declaration-b"]


@pytest.mark.usefixtures("site")
def test_what_was_played_is_not_played_again(plays):
    for _ in range(2):
        require_scenarios(with_scenario(GOOD))

    assert len(plays) == 1


@pytest.mark.usefixtures("site")
def test_what_is_deployed_is_not_played_at_the_next_start(plays):
    with transaction():
        deploy_pack(with_scenario(GOOD), by="system")

    require_scenarios(with_scenario(GOOD))

    assert plays == []


@pytest.mark.usefixtures("site")
def test_a_changed_scenario_is_played_again(plays):
    require_scenarios(with_scenario(GOOD))

    with pytest.raises(ScenarioFailed):
        require_scenarios(with_scenario(BAD))

    assert len(plays) == 2


@pytest.mark.usefixtures("site")
def test_a_scenario_that_cannot_be_read_refuses_the_pack():
    with pytest.raises(ScenarioBroken, match="Did you mean “submit”"):
        require_scenarios(with_scenario("  - submitt\n"))


@pytest.mark.usefixtures("site")
def test_services_are_played_ahead_at_once_and_not_again(plays):
    good, bad, other = (with_scenario(steps) for steps in (GOOD, BAD, f"{GOOD}  - pay\n"))

    play_ahead([good, bad, other])
    for pack in (good, other):
        require_scenarios(pack)

    assert plays == []
    with pytest.raises(ScenarioFailed, match="awaiting-payment"):
        require_scenarios(bad)
