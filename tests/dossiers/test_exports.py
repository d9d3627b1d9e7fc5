"""A person gets a copy of everything kept about him: complete, his alone, and gone after some days."""

import hashlib
import io
import json
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

import engine
from accounts import operations as accounts
from accounts.actor import SYSTEM, Actor, Kind
from accounts.errors import ActionRefused, FreshProofNeeded, NotSignedIn
from accounts.models import Account
from accounts.notices import Mail
from accounts.runtime import post_by
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor, attach, draft, submitted
from commands.sample.people import account_of
from core import clock
from core.audit import AuditEvent
from core.clock import now
from core.database import db, transaction
from dossiers import operations
from dossiers.looks import note_look
from dossiers.operations import exports
from dossiers.operations.exports import ask_for_export, fetch_export, sweep_exports
from dossiers.privacy.copying.archive import write_copy
from dossiers.privacy.errors import EnoughExports, ExportNotFound, ExportNotReady
from dossiers.privacy.models import SubjectExport
from storage import store


def fresh(login: str) -> Actor:
    return replace(_actor(login), proven_at=now())


def asked(login: str = "saomai", language: str = "en") -> UUID:
    with transaction():
        return ask_for_export(by=fresh(login), language=language).id


def copy_of(app: Flask, login: str = "saomai", language: str = "en") -> zipfile.ZipFile:
    export_id = asked(login, language)
    engine.run_due_jobs(app)
    db.session.rollback()
    with transaction():
        _, file = fetch_export(export_id, by=fresh(login))
    with file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def told(archive: zipfile.ZipFile, name: str) -> str:
    return archive.read(name).decode()


def test_it_has_the_account_the_dossiers_and_their_documents(installation: Flask):
    dossier = submitted(installation, "saomai", SAO_MAI)
    archive = copy_of(installation)
    index = told(archive, "index.html")
    assert "Nguyễn Thị Mai" in index
    folder = f"dossiers/{dossier.reference}"
    assert f'href="{folder}/index.html"' in index
    page = told(archive, f"{folder}/index.html")
    assert SAO_MAI["contact_phone"] in page
    assert SAO_MAI["intended_use"] in page
    content = json.loads(told(archive, f"{folder}/dossier.json"))
    assert content["answers"]["contact_email"] == SAO_MAI["contact_email"]
    assert len(content["documents"]) > 4
    for each in content["documents"]:
        paper = archive.read(f"{folder}/{each['file']}")
        assert hashlib.sha256(paper).hexdigest() == each["sha256"]
        assert f'href="{each["file"]}"' in page


def test_it_tells_what_the_fees_are_for(installation: Flask):
    dossier = submitted(installation, "saomai", SAO_MAI)
    archive = copy_of(installation)
    folder = f"dossiers/{dossier.reference}"
    (fee,) = json.loads(told(archive, f"{folder}/dossier.json"))["fees"]
    assert sum(line["amount"] for line in fee["lines"]) == fee["amount"]
    assert "What the fees are for" in told(archive, f"{folder}/index.html")


def test_it_is_in_the_language_of_who_asked(installation: Flask):
    assert 'lang="vi"' in told(copy_of(installation, language="vi"), "index.html")
    assert "Everything that is kept about you" in told(copy_of(installation), "index.html")


def test_it_tells_who_looked_by_role_and_no_names_of_officers(installation: Flask):
    dossier = submitted(installation, "saomai", SAO_MAI)
    clerk = _actor("motcua")
    note_look(dossier, clerk)
    archive = copy_of(installation)
    everything = "".join(
        told(archive, name) for name in archive.namelist() if name.endswith(("html", "json"))
    )
    assert "Opened the dossier" in everything
    assert "Desk clerk" in everything
    assert clerk.name not in everything
    assert str(clerk.account_id) not in everything


def test_nothing_of_another_persons_dossiers_is_in_it(installation: Flask):
    other = submitted(installation, "dongxanh", {**SAO_MAI, "contact_name": "Người Khác"})
    archive = copy_of(installation)
    assert not [name for name in archive.namelist() if other.reference in name]
    assert "Người Khác" not in "".join(told(archive, name) for name in archive.namelist())


def test_a_colleagues_dossier_of_the_shared_organisation_is_in_it_as_long_as_one_belongs(
    installation: Flask,
):
    submitted(installation, "saomai", SAO_MAI)
    number = SAO_MAI["organisation_number"]
    with transaction():
        accounts.add_membership(account_of("dongxanh").id, number, by=SYSTEM, role="reader")
    assert [name for name in copy_of(installation, "dongxanh").namelist() if "dossier.json" in name]
    with transaction():
        accounts.end_membership(account_of("dongxanh").id, number, by=SYSTEM)
    left = copy_of(installation, "dongxanh").namelist()
    assert not [name for name in left if "dossier.json" in name]


def test_staff_get_their_own_data_and_no_dossier_of_their_office(installation: Flask):
    submitted(installation, "saomai", SAO_MAI)
    names = copy_of(installation, "lanhdao").namelist()
    assert "roles.json" in names
    assert not [name for name in names if name.startswith("dossiers/")]


def test_the_own_deeds_are_told_and_who_else_acted_is_not(installation: Flask):
    dossier = submitted(installation, "saomai", SAO_MAI)
    deeds = json.loads(told(copy_of(installation), "record.json"))
    assert {
        "what": "dossier:application:submitted",
        "about": dossier.reference,
        "by": "yourself",
    } in [{name: each[name] for name in ("what", "about", "by")} for each in deeds]
    assert {each["by"] for each in deeds} <= {"yourself", "the system", "the authority"}


def test_only_the_person_fetches_it_freshly_proven_and_once_it_is_ready(installation: Flask):
    export_id = asked()
    with pytest.raises(ExportNotReady), transaction():
        fetch_export(export_id, by=fresh("saomai"))
    engine.run_due_jobs(installation)
    db.session.rollback()
    with pytest.raises(ExportNotFound), transaction():
        fetch_export(export_id, by=fresh("dongxanh"))
    with pytest.raises(ExportNotFound), transaction():
        fetch_export(export_id, by=fresh("quantri"))
    with pytest.raises(FreshProofNeeded), transaction():
        fetch_export(export_id, by=_actor("saomai"))


def test_asking_needs_a_fresh_proof_of_a_person(installation: Flask):
    with pytest.raises(FreshProofNeeded), transaction():
        ask_for_export(by=_actor("saomai"), language="vi")
    program = replace(fresh("saomai"), id="client:x", kind=Kind.CLIENT)
    with pytest.raises(NotSignedIn), transaction():
        ask_for_export(by=program, language="vi")
    narrowed = replace(fresh("saomai"), scopes=frozenset({"dossier.view"}))
    with pytest.raises(ActionRefused), transaction():
        ask_for_export(by=narrowed, language="vi")


def test_one_is_made_at_a_time_and_three_a_day(installation: Flask):
    first = asked()
    assert asked() == first
    for _ in range(2):
        engine.run_due_jobs(installation)
        db.session.rollback()
        asked()
    engine.run_due_jobs(installation)
    db.session.rollback()
    with pytest.raises(EnoughExports):
        asked()
    with clock.shifted(timedelta(days=1, hours=1)):
        asked()


def test_after_its_days_the_file_is_gone_and_each_step_is_on_record(installation: Flask):
    export_id = asked()
    engine.run_due_jobs(installation)
    db.session.rollback()
    with transaction():
        fetch_export(export_id, by=fresh("saomai"))[1].close()
    assert sweep_exports() == 0
    with clock.shifted(timedelta(days=8)):
        with pytest.raises(ExportNotFound), transaction():
            fetch_export(export_id, by=fresh("saomai"))
        assert sweep_exports() == 1
        assert sweep_exports() == 0
    assert list(store().keys("exports/")) == []
    tags = db.session.scalars(
        select(AuditEvent.tag)
        .where(AuditEvent.tag.startswith("dossier:export:"))
        .order_by(AuditEvent.at)
    ).all()
    assert [each.rpartition(":")[2] for each in tags] == ["asked", "made", "fetched", "swept"]


def test_a_mail_says_that_it_is_ready_and_nothing_of_what_is_in_it(installation: Flask):
    sent: list[Mail] = []
    post_by(installation, sent.append)
    with transaction() as session:
        session.get_one(Account, account_of("saomai").id).email = "mai@saomai.example"
    asked()
    engine.run_due_jobs(installation)
    (mail,) = sent
    assert mail.to == "mai@saomai.example"
    assert "/account/copies" in mail.text
    assert SAO_MAI["contact_phone"] not in mail.text


def test_a_worker_that_dies_while_writing_leaves_one_copy(
    installation: Flask, monkeypatch: pytest.MonkeyPatch
):
    export_id = asked()

    def dying(file: BinaryIO, actor: Actor, language: str) -> None:
        write_copy(file, actor, language)
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(exports, "write_copy", dying)
        engine.run_due_jobs(installation)
    db.session.rollback()
    assert db.session.get_one(SubjectExport, export_id).ready_at is None
    with clock.shifted(timedelta(hours=1)):
        engine.run_due_jobs(installation)
    db.session.rollback()
    assert db.session.get_one(SubjectExport, export_id, populate_existing=True).ready_at is not None
    assert list(store().keys("exports/")) == [f"exports/{export_id}"]


def test_documents_are_not_held_in_memory(installation: Flask, tmp_path):
    dossier, actor = draft("saomai", SAO_MAI), _actor("saomai")
    large = io.BytesIO(b"%PDF-1.7\n" + bytes(30_000_000))
    upload = operations.documents.keep_file(dossier.id, "large.pdf", large, "application/pdf")
    with transaction():
        operations.attach_document(dossier.id, "iso_13485", upload, actor=actor)
    attach(dossier, "warranty", actor)
    del large
    write_copy(io.BytesIO(), actor, "en")
    tracemalloc.start()
    with (tmp_path / "copy.zip").open("wb") as file:
        write_copy(file, actor, "en")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "copy.zip").stat().st_size > 30_000_000
    assert peak < 8_000_000
