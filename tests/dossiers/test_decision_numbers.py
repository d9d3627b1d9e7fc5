"""Decisions about entries take numbers of a book of their own, in the order in which they are taken."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import yaml
from flask import Flask
from sqlalchemy import select

from commands.sample.application import SERVICE
from core import clock
from core.clock import now
from core.database import db, transaction
from dossiers import register
from dossiers.models import BookNumber
from dossiers.operations.proceedings import open_proceeding
from dossiers.queries import documents
from dossiers.register_entries.operations import lock_entry
from engine import run_due_jobs
from storage import store
from tests.dossiers.registered import changes, dossier_of, entry, published, ruled
from tests.dossiers.test_letters import text_of
from tests.engine.models import flows, mapping, model
from tests.engine.models import service as task
from workflows.errors import PackBroken
from workflows.operations import deploy_pack
from workflows.pack import ServicePack
from workflows.queries import service

DECISIONS = {"book": "decisions", "setting": "decision_pattern"}

ENDED = b"""#let data = json(bytes(sys.inputs.data))
#set document(title: "Ended")
#data.request.number
"""
REVOKED_BY_LETTER = model(
    '<startEvent id="s"/>'
    + task("revoke", "register.revoke", mapping({"ground": '="false-papers"', "note": '="told"'}))
    + task("tell", "letter.make", mapping({"letter": "ended"}))
    + '<endEvent id="e"/>'
    + flows("s -> revoke", "revoke -> tell", "tell -> e"),
    process_id="revocation",
)
LETTER = {"letters/ended.typ": ENDED, "revocation.bpmn": REVOKED_BY_LETTER}


@pytest.fixture(autouse=True)
def first_of_june(installation: Flask) -> Iterator[None]:
    with clock.at(now().replace(year=2027, month=6, day=1, hour=3)):
        yield


def keep_book(pattern: str = "{sequence:04d}/{year}/QĐ-{agency}", **rules: object) -> None:
    """Let the sample service number its decisions, and tell a revocation by letter."""
    pack = ruled()
    manifest = yaml.safe_load(pack.file("service.yaml"))
    manifest["register"]["decisions"] = {**DECISIONS, **rules}
    manifest["settings"]["decision_pattern"] = {"value": pattern, "verified": False, "source": "-"}
    text = yaml.safe_dump(manifest, allow_unicode=True).encode()
    with transaction():
        deploy_pack(ServicePack({**pack.files, **LETTER, "service.yaml": text}), by="system")


def revoked() -> UUID:
    """A new entry that a process revoked, by id."""
    found = published()
    with transaction():
        open_proceeding(lock_entry(found), "revocation", {}, version=service(SERVICE).version)
    return found


def test_each_decision_has_the_next_number_and_everybody_reads_it(installation: Flask):
    keep_book()
    found = [revoked(), revoked()]
    numbers = ["0001/2027/QĐ-HN", "0002/2027/QĐ-HN"]
    assert [changes(each)[-1].decision_number for each in found] == numbers
    assert register.changes_of(entry(found[1]))[-1].decision_number == numbers[1]
    kept = db.session.scalars(select(BookNumber).where(BookNumber.book == "decisions")).all()
    assert [(each.number, each.purpose, each.state) for each in kept] == [
        (number, "decision", "issued") for number in numbers
    ]


@pytest.mark.parametrize("of", [["suspend"], None], ids=["others", "none"])
def test_what_is_no_numbered_decision_takes_no_number(installation: Flask, of: list[str] | None):
    keep_book(of=of) if of else ruled()
    assert changes(revoked())[-1].decision_number == ""
    assert not db.session.scalars(select(BookNumber).where(BookNumber.book == "decisions")).all()


def test_a_letter_made_by_the_process_prints_the_number(installation: Flask):
    keep_book()
    found = revoked()
    run_due_jobs(installation)
    (letter,) = [each for each in documents(dossier_of(found)) if each.document_type == "ended"]
    with store().open(letter.storage_key, sha256=letter.sha256) as stream:
        assert "0001/2027/QĐ-HN" in text_of(stream.read())


FAULTS = [
    ({"book": "pcbb"}, "book of other papers"),
    ({"setting": "nothing"}, "lacks “nothing”"),
    ({"pattern": "{sequence:04d}/QĐ-{agency}"}, "decision_pattern"),
]


@pytest.mark.parametrize(("changed", "told"), FAULTS, ids=["book", "setting", "pattern"])
def test_a_book_that_could_not_be_kept_is_refused(
    installation: Flask, changed: dict[str, str], told: str
):
    with pytest.raises(PackBroken, match=told):
        keep_book(**changed)
