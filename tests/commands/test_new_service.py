"""The how-to of a new service does what it says, from an empty folder on."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from commands.new_service import make_service, new_service
from studio.coverage import coverage
from studio.errors import ScenarioFailed
from studio.scenarios import Installation, installation, perform, read_scenarios
from workflows.errors import PackBroken
from workflows.pack import read_pack

KEY = "first-aid-point"
PAGE = (Path(__file__).parents[2] / "docs" / "howto-new-service.md").read_text("utf-8")


@pytest.fixture(scope="module")
def stage():
    with installation() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_service(KEY, tmp_path)


def block(language: str, about: str) -> str:
    """The code of that language on the page in which a word stands."""
    blocks = [part.split("```")[0] for part in PAGE.split(f"```{language}\n")[1:]]
    (found,) = [text for text in blocks if about in text]
    return found


def played(stage: Installation, folder: Path) -> list[str]:
    """The names of the scenarios that came out as they say."""
    pack = read_pack(folder)
    scenarios = read_scenarios(pack)
    for each in scenarios:
        perform(stage, pack, each)
    return [each.file for each in scenarios]


def test_it_begins_with_five_scenarios_that_walk_everything(stage, folder: Path):
    pack = read_pack(folder)
    witnesses = [perform(stage, pack, each).witness for each in read_scenarios(pack)]

    assert len(witnesses) == 5
    assert "*5 scenarios passed*" in PAGE
    assert pack.manifest.key == KEY
    assert [str(place) for each in coverage(pack, witnesses) for place in each.missed] == []


def test_nothing_of_the_skeletons_name_is_left(folder: Path):
    texts = [path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()]
    assert not any("new-service" in text or "new_service" in text for text in texts)


def test_another_limit_changes_the_promise_as_the_page_tells(stage, folder: Path):
    manifest = folder / "service.yaml"
    stated = yaml.safe_load(manifest.read_text("utf-8"))
    manifest.write_text(
        yaml.safe_dump(stated | yaml.safe_load(block("yaml", "variants")), allow_unicode=True)
    )

    with pytest.raises(ScenarioFailed) as failed:
        played(stage, folder)

    assert failed.value.params["expected"] == "due = 2026-12-02T17:00:00+07:00"
    assert failed.value.params["actual"] == "2026-11-25T17:00:00+07:00"


def test_another_question_needs_its_label_in_english_and_an_answer(stage, folder: Path):
    form = folder / "forms" / "application.form"
    drawn = json.loads(form.read_text("utf-8"))
    drawn["components"][1]["components"].append(json.loads(block("json", '"type"')))
    form.write_text(json.dumps(drawn, ensure_ascii=False), "utf-8")
    with pytest.raises(PackBroken, match="Form “application”, “beds” lacks: label"):
        played(stage, folder)

    texts = folder / "i18n" / "en.json"
    told = json.loads(texts.read_text("utf-8"))
    told["forms"]["application"] |= json.loads("{" + block("json", "Beds") + "}")
    texts.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    common = folder / "scenarios" / "_common.yaml"
    common.write_text(common.read_text("utf-8") + "  beds: 2\n", "utf-8")
    assert "`beds: 2`" in PAGE
    assert len(played(stage, folder)) == 5


def test_the_command_tells_what_it_made(tmp_path: Path):
    told = CliRunner().invoke(new_service, [KEY, "--into", str(tmp_path)])
    assert told.exit_code == 0, told.output
    assert "  process.bpmn" in told.output
    assert f"motcua test {tmp_path / KEY}" in told.output


def test_it_overwrites_nothing(folder: Path):
    told = CliRunner().invoke(new_service, [KEY, "--into", str(folder.parent)])
    assert told.exit_code == 1
    assert "exists already. Choose another key" in told.output


@pytest.mark.parametrize("key", ["First-Aid", "first aid", "điểm", "../up", "-a", "a--b", "1st"])
def test_a_key_that_no_service_can_have_is_refused(tmp_path: Path, key: str):
    told = CliRunner().invoke(new_service, ["--into", str(tmp_path), "--", key])
    assert told.exit_code == 1
    assert "such as first-aid-point" in told.output
    assert list(tmp_path.iterdir()) == []
