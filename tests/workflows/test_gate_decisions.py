"""The gate refuses packs whose decision tables would fail a dossier, and names the place."""

from dataclasses import replace
from pathlib import Path

import pytest

import workflows
from engine.dmn import analyse, parse_bundle
from tests.tabled import with_fee_table
from workflows import gate
from workflows.errors import PackBroken
from workflows.pack import ServicePack, read_pack

CATALOGUE = Path(workflows.__file__).parent / "catalogue"
pytestmark = pytest.mark.usefixtures("tables")
PACK = with_fee_table()
DECISIONS = "decisions.dmn"


def changed(old: str, new: str) -> ServicePack:
    content = PACK.file(DECISIONS).decode()
    assert old in content
    return replace(PACK, files={**PACK.files, DECISIONS: content.replace(old, new).encode()})


@pytest.mark.parametrize("folder", sorted(CATALOGUE.iterdir()), ids=lambda folder: folder.name)
def test_our_own_tables_are_without_findings(folder: Path) -> None:
    pack = read_pack(folder)
    gate.check(pack)
    files = {path: content for path, content in pack.files.items() if path.endswith(".dmn")}
    assert [analyse(model) for model in parse_bundle(files).values()] == [[]] * len(files)


def test_rules_that_hold_at_once_are_refused_with_an_example() -> None:
    with pytest.raises(PackBroken) as caught:
        gate.check(changed('&gt; date("2026-12-31")', '&gt;= date("2026-12-31")'))
    assert caught.value.params["file"] == DECISIONS
    fault = caught.value.params["fault"]
    assert "table fee_table (halved_until_2026_12, full_from_2027)" in fault
    assert "The rules 2, 3 hold at the same time" in fault
    assert "Ngày nộp hồ sơ = 2026-12-31" in fault


def test_a_cell_that_is_no_feel_is_refused_with_the_file() -> None:
    with pytest.raises(PackBroken) as caught:
        gate.check(
            changed("<text>settings.reduced_fee</text>", "<text>settings.reduced_fee ==</text>")
        )
    assert caught.value.params["file"] == DECISIONS
    assert "FEEL writes = instead" in caught.value.params["fault"]


def test_a_gap_is_only_a_warning() -> None:
    gate.check(changed('&gt; date("2026-12-31")', '&gt; date("2027-12-31")'))


def test_decisions_may_lie_in_any_files_of_the_pack() -> None:
    rest = {path: content for path, content in PACK.files.items() if path != DECISIONS}
    moved = replace(PACK, files={**rest, "rules/fees-and-papers.dmn": PACK.file(DECISIONS)})
    gate.check(moved)
    assert moved.asked_documents == PACK.asked_documents
    assert moved.fee({"submitted_on": "2027-01-01"}) == PACK.fee({"submitted_on": "2027-01-01"})


def test_an_answer_that_no_question_asks_for_is_refused_with_the_nearest_one() -> None:
    form = PACK.manifest.application_form
    with pytest.raises(PackBroken) as caught:
        gate.check(changed("<text>dossier.submitted_on</text>", f"<text>{form}.single_used</text>"))
    assert caught.value.params["file"] == DECISIONS
    fault = caught.value.params["fault"]
    assert f"“{form}.single_used”, and the form has no such question. It has: single_use." in fault


@pytest.mark.parametrize("read", ["own_produkt", "settings.fee", "dossier.submitted_on"])
def test_the_table_of_papers_reads_the_answers_of_the_application_alone(read: str) -> None:
    with pytest.raises(PackBroken) as caught:
        gate.check(changed("<text>own_product</text>", f"<text>{read}</text>"))
    assert f"reads “{read.split('.', maxsplit=1)[0]}”" in caught.value.params["fault"]
