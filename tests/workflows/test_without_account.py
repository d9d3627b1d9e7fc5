"""What a pack and a profile may say about use without an account."""

from datetime import date
from pathlib import Path

import pytest

import workflows
from workflows import gate
from workflows.errors import PackBroken
from workflows.pack import ServicePack, read_pack
from workflows.profiles import read_profile
from workflows.profiles.second_facts import FactKind, SecondFact, read_rules

pytestmark = pytest.mark.usefixtures("tables")
PACK = read_pack(Path(workflows.__file__).parent / "catalogue" / "device-declaration-b")
TODAY = date(2026, 11, 22)
BORN = SecondFact("born", FactKind.DATE, {}, {})
DIGITS = SecondFact("digits", FactKind.DIGITS, {}, {}, 6)
RULES = {
    "allowed": True,
    "link_days": 30,
    "second_fact": "born",
    "second_facts": {"born": {"kind": "date", "name": {"en": "Born"}}},
}


def saying(*lines: str) -> ServicePack:
    text = PACK.file("service.yaml").decode()
    text = text.replace("fresh_proof: [approve_withdrawal]", "")
    return ServicePack({**PACK.files, "service.yaml": "\n".join([text, *lines]).encode()})


def test_who_may_come_without_an_account_is_at_the_lowest_level():
    pack = saying("without_account: true")
    gate.check(pack)
    assert pack.manifest.assurance == 0
    assert PACK.manifest.assurance == 1


@pytest.mark.parametrize(
    "lines",
    [
        ("without_account: true", "assurance: 1"),
        ("without_account: true", "assurance: 2"),
        ("assurance: 0",),
        ("without_account: true", "fresh_proof: [supplement]"),
    ],
    ids=["level-1", "level-2", "level-0-with-account", "fresh-proof"],
)
def test_the_gate_refuses_what_contradicts_it(lines: tuple[str, ...]):
    with pytest.raises(PackBroken):
        gate.check(saying(*lines))


def test_tasks_of_the_staff_may_still_ask_for_a_fresh_proof():
    gate.check(saying("without_account: true", "fresh_proof: [approve_withdrawal]"))


@pytest.mark.parametrize("typed", ["27/3/1985", "27.03.1985", " 27-3-1985 ", "1985-03-27"])
def test_a_date_is_one_date_however_it_is_typed(typed: str):
    assert BORN.read(typed, today=TODAY) == "1985-03-27"


@pytest.mark.parametrize("typed", ["", "27/13/1985", "31/2/1985", "27/3/85", "22/11/2026", "x"])
def test_what_is_no_date_of_birth_is_not_taken_for_one(typed: str):
    assert BORN.read(typed, today=TODAY) is None


def test_digits_are_as_many_as_the_profile_says():
    assert DIGITS.read("123 456", today=TODAY) == "123456"
    assert [
        DIGITS.read(each, today=TODAY) for each in ("12345", "1234567", "12345x", "١٢٣٤٥٦")
    ] == [None] * 4


def test_a_profile_that_says_nothing_allows_nothing():
    assert not read_rules({}).allowed
    assert not read_profile("vn").guests.allowed


def test_a_profile_of_one_s_own_is_named_by_its_folder(tmp_path: Path):
    vn = Path(workflows.__file__).parent / "profiles" / "vn"
    for file in vn.glob("*.yaml"):
        text = file.read_text("utf-8").replace("allowed: false", "allowed: true")
        (tmp_path / file.name).write_text(text, "utf-8")
    assert read_profile(str(tmp_path)).guests.allowed


def test_a_profile_that_asks_for_a_fact_it_does_not_have_is_refused():
    assert read_rules(RULES).fact.kind is FactKind.DATE
    with pytest.raises(ValueError, match="lost"):
        read_rules({**RULES, "second_fact": "lost"})
