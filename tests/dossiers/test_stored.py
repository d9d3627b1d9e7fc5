"""What is stored is there and whole, or it is an incident; keys are rotated for all of it."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

import storage
from commands.doctor import doctor
from commands.documents import documents
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor, attach, draft
from core.config import Settings
from core.database import reading
from dossiers.models import Document, Dossier
from dossiers.stored.checking import check_documents, rewrap_documents
from dossiers.uploads import quarantine
from engine import queries, run_due_jobs
from storage import document_keys, store
from storage.encryption import DocumentKeys
from storage.folder import FolderStore
from workflows.queries import service

NEW = "e" * 64


@pytest.fixture
def dossier(installation: Flask) -> Dossier:
    assert installation
    return draft("saomai", SAO_MAI)


@pytest.fixture
def document(dossier: Dossier) -> Document:
    kind = service(dossier.service_key).required_documents(SAO_MAI)[0]
    attach(dossier, kind, _actor("saomai"))
    with reading() as session:
        return session.scalars(select(Document)).one()


def file_of(document: Document, settings: Settings) -> Path:
    return settings.data_directory / "documents" / f"{document.storage_key}@"


def test_everything_is_there_and_whole(document: Document) -> None:
    outcome = check_documents()
    assert (outcome.checked, outcome.orphans, outcome.holds) == (1, 0, True)


def test_a_changed_byte_is_named_and_is_an_incident_until_it_is_mended(
    document: Document, settings: Settings, installation: Flask
) -> None:
    path = file_of(document, settings)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert check_documents().damaged == [document.storage_key]
    run_due_jobs(installation)
    groups = queries.incident_groups(visible_to=queries.EVERYTHING, limit=10)
    assert [document.storage_key in each.message for each in groups] == [True]
    path.write_bytes(whole)
    assert check_documents().holds


def test_a_missing_file_is_named(document: Document, settings: Settings) -> None:
    file_of(document, settings).unlink()
    assert check_documents(content=False).missing == [document.storage_key]


def test_a_file_in_the_place_of_another_is_seen_without_reading_it(document: Document) -> None:
    store().put(document.storage_key, io.BytesIO(b"another"), "application/pdf")
    assert check_documents(content=False).damaged == [document.storage_key]


def test_files_that_nothing_refers_to_are_counted_and_stay(document: Document) -> None:
    store().put("dossiers/nobody", io.BytesIO(b"x"), "text/plain")
    quarantine.put_piece(document.id, io.BytesIO(b"on its way"))
    assert check_documents().orphans == 1
    assert "dossiers/nobody" in list(store().keys())


def rotated(installation: Flask, settings: Settings, *, with_old: bool = True) -> None:
    old = (settings.data_directory / "keys" / "documents.key").read_text()
    told = f"{NEW},{old}" if with_old else NEW
    made = storage.make_store(replace(settings, document_keys=told))
    installation.extensions["motcua.storage"] = made


def test_rewrapping_goes_on_where_it_stopped(
    document: Document, dossier: Dossier, installation: Flask, settings: Settings
) -> None:
    for number in range(3):
        store().put(f"dossiers/{dossier.id}/{number}", io.BytesIO(b"x"), "text/plain")
    rotated(installation, settings)
    begun = rewrap_documents()
    next(begun), next(begun)

    last = list(rewrap_documents())[-1]
    assert (last.envelopes, last.current, last.failed) == (2, 2, [])
    rotated(installation, settings, with_old=False)
    assert check_documents().holds


def test_names_of_files_outlive_a_rotation(dossier: Dossier, settings: Settings) -> None:
    old = (settings.data_directory / "keys" / "documents.key").read_text()
    newer = document_keys(replace(settings, document_keys=f"{NEW},{old}")).naming
    name = storage.naming().name_of(io.BytesIO(b"x"), within=str(dossier.id))
    assert newer.name_of(io.BytesIO(b"x"), within=str(dossier.id)) == name


def test_the_commands_count_and_end_with_1_when_something_is_wrong(
    document: Document, installation: Flask, settings: Settings
) -> None:
    run = installation.test_cli_runner().invoke
    good = run(documents, ["check"])
    assert (good.exit_code, "1 files were checked, 0 are nobody's." in good.output) == (0, True)
    assert "0 under the newest key now, 1 already" in run(documents, ["rewrap"]).output
    strange = FolderStore(settings.data_directory / "documents", DocumentKeys([b"s" * 32]))
    strange.put("dossiers/strange", io.BytesIO(b"x"), "text/plain")
    failed = run(documents, ["rewrap"])
    assert (failed.exit_code, "left as it was: dossiers/strange" in failed.output) == (1, True)
    file_of(document, settings).unlink()
    bad = run(documents, ["check", "--quick"])
    assert (bad.exit_code, f"missing: {document.storage_key}" in bad.output) == (1, True)


def test_the_doctor_tells_of_every_part_and_what_the_store_can_do(installation: Flask) -> None:
    told = installation.test_cli_runner().invoke(doctor).output
    assert "database: ok" in told
    assert "document store, legal hold: no" in told
    assert "copies of seals: in a folder, which locks nothing" in told
