"""Files from outside where a scanner is to be asked: quarantine, check, address, or a refusal."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.actor import Actor
from commands.sample.application import SAO_MAI, SERVICE, paper
from commands.sample.dossiers import _actor, draft
from core import clock
from core.config import Settings
from core.database import db, reading, transaction
from dossiers import operations, queries
from dossiers.errors import (
    DocumentNotFound,
    DocumentNotPassed,
    DocumentsMissing,
    PapersBeingChecked,
    PapersRefused,
)
from dossiers.models import Document, DocumentState, Dossier
from dossiers.opening import find_document
from engine import run_due_jobs
from engine.models import Job, JobBreaker, JobState
from storage import scanning, store
from storage.inspection.errors import EmptyFile, FileTypeNotAccepted
from tests.clamd import EICAR, Daemon, running_clamd
from tests.storage import files
from workflows.queries import service


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with running_clamd(tmp_path_factory.mktemp("clamd")) as started:
        yield started


@pytest.fixture
def house(installation: Flask, daemon: Daemon) -> Flask:
    """The installation with a scanner."""
    installation.extensions[scanning._EXTENSION] = scanning.Clamd(daemon.url)
    return installation


@pytest.fixture
def dossier(house: Flask) -> Dossier:
    return draft("saomai", SAO_MAI)


def kinds() -> list[str]:
    return list(service(SERVICE).required_documents(SAO_MAI))


def owner() -> Actor:
    return _actor("saomai")


def send(dossier: Dossier, content: bytes, name: str = "a.pdf", kind: str = "") -> Document:
    upload = operations.store_upload(dossier.id, name, io.BytesIO(content), limit_bytes=10**7)
    with transaction():
        return operations.attach_document(dossier.id, kind or kinds()[0], upload, actor=owner())


def as_it_is(document: Document) -> Document:
    with reading() as session:
        return session.get_one(Document, document.id, populate_existing=True)


def in_quarantine() -> list[str]:
    return list(store().keys("quarantine/"))


def content_of(document: Document) -> bytes:
    with store().open(document.storage_key, sha256=document.sha256) as stream:
        return stream.read()


def submit(dossier: Dossier) -> None:
    with transaction():
        operations.submit(dossier.id, actor=owner(), language="en")


def test_a_file_waits_in_quarantine_where_nobody_opens_it(dossier: Dossier) -> None:
    document = send(dossier, files.pdf())

    assert as_it_is(document).state is DocumentState.CHECKING
    assert len(in_quarantine()) == 1
    assert list(store().keys("dossiers/")) == []
    for actor in (owner(), _actor("motcua")):
        with pytest.raises((DocumentNotPassed, DocumentNotFound)):
            find_document(document.id, visible_to=actor)


def test_what_passes_is_moved_to_its_address(house: Flask, dossier: Dossier) -> None:
    content = files.pdf()
    document = send(dossier, content)

    run_due_jobs(house)

    found = as_it_is(document)
    assert (found.state, found.findings) == (DocumentState.THERE, {})
    assert content_of(found) == content
    assert in_quarantine() == []
    assert find_document(document.id, visible_to=owner()).id == document.id


def test_what_was_changed_by_its_check_says_so(house: Flask, dossier: Dossier) -> None:
    sent = files.pdf(files.with_opening_script)
    document = send(dossier, sent)
    first = document.sha256

    run_due_jobs(house)

    found = as_it_is(document)
    assert found.findings is not None
    assert found.findings["removed"] == ["JavaScript", "OpenAction"]
    assert found.findings["sent"] == {"sent_sha256": first, "sent_size": len(sent)}
    assert found.sha256 != first
    assert b"JavaScript" not in content_of(found)


@pytest.mark.parametrize(
    "content",
    [
        files.pdf(files.carrying("notes.txt", EICAR)),
        files.pdf(files.signed(files.carrying("notes.txt", EICAR))),
    ],
    ids=["attached", "attached and signed"],
)
def test_a_virus_is_named_and_nothing_of_the_file_is_kept(
    house: Flask, dossier: Dossier, content: bytes
) -> None:
    document = send(dossier, content)

    run_due_jobs(house)

    found = as_it_is(document)
    assert found.state is DocumentState.REFUSED
    assert found.findings is not None
    assert found.findings["refused"]["code"] == "virus-found"
    assert (in_quarantine(), list(store().keys("dossiers/"))) == ([], [])
    with pytest.raises(DocumentNotPassed):
        find_document(document.id, visible_to=owner())


def test_what_is_hidden_behind_a_pdf_does_not_come_in(house: Flask, dossier: Dossier) -> None:
    document = send(dossier, files.pdf() + EICAR)
    run_due_jobs(house)
    assert EICAR not in content_of(as_it_is(document))


def test_what_is_plainly_wrong_is_refused_at_once(dossier: Dossier) -> None:
    for content, error in ((b"", EmptyFile), (EICAR, FileTypeNotAccepted)):
        with pytest.raises(error):
            send(dossier, content)
    assert in_quarantine() == []


def test_nothing_is_sent_while_a_paper_is_being_checked(house: Flask, dossier: Dossier) -> None:
    for kind in kinds():
        send(dossier, paper(kind), kind=kind)
    with pytest.raises(PapersBeingChecked) as waits:
        submit(dossier)
    assert "still being checked" in str(waits.value)

    run_due_jobs(house)
    submit(dossier)
    with reading() as session:
        assert session.get_one(Dossier, dossier.id, populate_existing=True).submitted_at


def test_nothing_is_sent_with_a_paper_that_was_refused(house: Flask, dossier: Dossier) -> None:
    refused = send(dossier, files.pdf(files.carrying("notes.txt", EICAR)), kind=kinds()[0])
    for kind in kinds()[1:]:
        send(dossier, paper(kind), kind=kind)
    run_due_jobs(house)

    with pytest.raises(PapersRefused):
        submit(dossier)
    with transaction():
        operations.remove_document(refused.id, actor=owner())
    with pytest.raises(DocumentsMissing):
        submit(dossier)

    send(dossier, paper(kinds()[0]), kind=kinds()[0])
    run_due_jobs(house)
    submit(dossier)


def test_another_paper_of_the_kind_takes_the_place_of_a_refused_one(
    house: Flask, dossier: Dossier
) -> None:
    send(dossier, files.pdf(files.carrying("notes.txt", EICAR)), kind=kinds()[0])
    for kind in kinds():
        send(dossier, paper(kind), kind=kind)
    run_due_jobs(house)
    submit(dossier)


def test_a_paper_taken_out_while_it_is_checked_is_forgotten(house: Flask, dossier: Dossier) -> None:
    document = send(dossier, files.pdf())
    with transaction():
        operations.remove_document(document.id, actor=owner())
    run_due_jobs(house)
    assert (in_quarantine(), list(store().keys("dossiers/"))) == ([], [])
    assert as_it_is(document).state is DocumentState.CHECKING


def test_a_scanner_that_is_down_makes_files_wait_and_then_an_incident(
    house: Flask, dossier: Dossier, daemon: Daemon
) -> None:
    document = send(dossier, files.pdf())
    daemon.stop()
    try:
        run_due_jobs(house)
        assert as_it_is(document).state is DocumentState.CHECKING
        assert _job().attempts == 1

        for hour in range(1, 40):
            _rest_is_over()
            with clock.shifted(timedelta(hours=hour)):
                run_due_jobs(house)
        assert _job().state == JobState.INCIDENT
        assert "scanner" in (_job().last_error or "")
        assert as_it_is(document).state is DocumentState.CHECKING
        assert len(in_quarantine()) == 1
    finally:
        daemon.start()


def test_files_go_on_when_the_scanner_is_back(
    house: Flask, dossier: Dossier, daemon: Daemon
) -> None:
    document = send(dossier, files.pdf())
    daemon.stop()
    run_due_jobs(house)
    daemon.start()
    assert as_it_is(document).state is DocumentState.CHECKING

    with clock.shifted(timedelta(minutes=1)):
        run_due_jobs(house)
    assert as_it_is(document).state is DocumentState.THERE


def test_bytes_that_are_not_those_that_were_sent_are_an_incident(
    house: Flask, dossier: Dossier, settings: Settings
) -> None:
    document = send(dossier, files.pdf())
    (stored,) = (settings.data_directory / "documents" / "quarantine").rglob("*@")
    flipped = bytearray(stored.read_bytes())
    flipped[-1] ^= 1
    stored.write_bytes(flipped)

    run_due_jobs(house)

    assert "damaged" in (_job().last_error or "")
    assert as_it_is(document).state is DocumentState.CHECKING


def test_without_a_scanner_a_small_file_is_checked_at_once(
    installation: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = draft("saomai", SAO_MAI)
    assert send(dossier, files.pdf()).state is DocumentState.THERE
    monkeypatch.setattr(operations.documents, "AT_ONCE", 10)
    assert send(dossier, files.pdf(files.with_link)).state is DocumentState.CHECKING
    run_due_jobs(installation)
    assert len(queries.documents_there(dossier)) == 2


def _job() -> Job:
    with reading() as session:
        session.expire_all()
        return session.scalars(select(Job).where(Job.kind == "document.check")).one()


def _rest_is_over() -> None:
    with transaction():
        for breaker in db.session.scalars(select(JobBreaker)):
            breaker.opened_until = 0
