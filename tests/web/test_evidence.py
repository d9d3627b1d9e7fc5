"""A case as evidence, the seals and the program that checks both: on pages and by API."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select, update

from accounts import operations
from accounts.actor import SYSTEM, Kind, Role
from auditing.audit import AuditingTag
from auditing.evidence import asking
from auditing.evidence.models import EvidenceExport
from auditing.offline.packing import pack
from auditing.offline.program import main
from auditing.seals.operations import seal_record
from commands.sample.people import PASSWORD, first_agency
from core.audit import AuditEvent
from core.clock import now
from core.database import db, transaction
from dossiers.audit import DossierTag
from dossiers.models import Dossier
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier
from dossiers.privacy.grounds import retention
from dossiers.stored.checking import check_documents
from engine import run_due_jobs
from storage import store
from tests.web.house import House, Visitor


@pytest.fixture
def auditor(house: House) -> Visitor:
    with house.app.app_context(), transaction():
        account = operations.create_account(
            "kiemtra", "Phạm Kiểm Tra", kind=Kind.STAFF, by=SYSTEM, password=PASSWORD
        )
        operations.grant_role(account.id, Role.AUDITOR, agency_id=first_agency().id, by=SYSTEM)
    visitor = house.visitor("kiemtra")
    visitor.post("/language", change_language="en")
    return visitor


@pytest.fixture
def reference(house: House) -> str:
    """A case that was sent, on hold, and sealed."""
    made = house.draft()
    assert house.visitor("saomai").post(f"/dossiers/{made}/submit").status_code == 303
    with house.app.app_context():
        with transaction():
            dossier = lock_dossier(db.session.scalars(select(Dossier.id)).one())
            record(
                DossierTag.HOLD_PLACED,
                dossier.id,
                actor="account:lanhdao",
                subject="hold:1",
                details={"reason": "Tòa án yêu cầu"},
            )
        seal_record()
        run_due_jobs(house.app)
    return made


def work(house: House) -> None:
    with house.app.app_context():
        run_due_jobs(house.app)


def archive_of(house: House, visitor: Visitor, reference: str) -> zipfile.ZipFile:
    """Ask for the archive, let it be made, fetch it."""
    asked = visitor.post(f"/evidence/cases/{reference}", purpose="Khiếu nại")
    assert asked.status_code == 303, asked.text
    work(house)
    with house.app.app_context():
        newest = select(EvidenceExport.id).order_by(EvidenceExport.asked_at.desc())
        found = db.session.scalars(newest).first()
    answer = visitor.client.get(f"/evidence/archives/{found}")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(answer.data))


def events_of(archive: zipfile.ZipFile) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in archive.read("events.jsonl").splitlines()]


def said(archive: zipfile.ZipFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert archive.fp is not None
    archive.fp.seek(0)
    (tmp_path / "case.zip").write_bytes(archive.fp.read())
    main([str(tmp_path / "case.zip"), "--language", "en"])
    return capsys.readouterr().out


def test_an_auditor_takes_the_whole_case_and_it_is_genuine(
    house: House,
    auditor: Visitor,
    reference: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    archive = archive_of(house, auditor, reference)
    assert not [each for each in events_of(archive) if each.get("withheld")]
    told = said(archive, tmp_path, capsys)
    assert "is part of what was sealed" in told
    assert "The archive is genuine." in told


def test_a_citizen_takes_his_own_case_with_what_he_may_see(
    house: House, reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    owner = house.visitor("saomai")
    archive = archive_of(house, owner, reference)
    events = events_of(archive)
    hidden = [each for each in events if each.get("withheld")]
    assert len(hidden) == 1
    assert "tag" not in hidden[0]
    assert "Tòa án yêu cầu" not in archive.read("events.jsonl").decode()
    with house.app.app_context():
        sender = db.session.scalars(select(Dossier.submitted_by)).one()
    told_details = {each["actor"] for each in events if each.get("details") is not None}
    assert told_details == {sender}
    told = said(archive, tmp_path, capsys)
    assert "The archive is genuine." in told
    assert f"only the hashes are here: {hidden[0]['position']}" in told


def test_an_archive_is_asked_for_with_a_purpose_and_both_deeds_are_on_record(
    house: House, auditor: Visitor, reference: str
) -> None:
    refused = auditor.post(f"/evidence/cases/{reference}", purpose=" ")
    assert refused.status_code == 422
    archive_of(house, auditor, reference)
    with house.app.app_context():
        tags = (AuditingTag.CASE_EXPORTED, AuditingTag.CASE_FETCHED)
        found = select(AuditEvent).where(AuditEvent.tag.in_(tags)).order_by(AuditEvent.at)
        events = db.session.scalars(found).all()
    assert [each.tag for each in events] == list(tags)
    assert (events[0].details or {})["purpose"] == "Khiếu nại"


def test_nobody_fetches_what_another_has_asked_for(
    house: House, auditor: Visitor, reference: str
) -> None:
    archive_of(house, auditor, reference)
    with house.app.app_context():
        evidence_id = db.session.scalars(select(EvidenceExport.id)).one()
    assert (
        house.visitor("saomai").client.get(f"/evidence/archives/{evidence_id}").status_code == 404
    )


def test_after_its_days_an_archive_is_gone_and_until_then_it_is_accounted_for(
    house: House, auditor: Visitor, reference: str
) -> None:
    archive_of(house, auditor, reference)
    with house.app.app_context():
        outcome = check_documents()
        assert (outcome.holds, outcome.orphans) == (True, 0)
        with transaction() as session:
            session.execute(update(EvidenceExport).values(expires_at=now()))
        assert asking.sweep_evidence() == 1
        assert list(store().keys("evidence/")) == []


def test_an_archive_goes_with_its_dossier(house: House, auditor: Visitor, reference: str) -> None:
    archive_of(house, auditor, reference)
    with house.app.app_context():
        dossier_id = db.session.scalars(select(Dossier.id)).one()
        with transaction():
            for empty in retention().emptying:
                empty(dossier_id)
        asking.sweep_evidence()
        assert list(store().keys("evidence/")) == []
        assert db.session.scalars(select(EvidenceExport.purpose)).one() == ""


def test_the_seals_and_the_state_of_the_record_are_shown(
    house: House, auditor: Visitor, reference: str
) -> None:
    assert reference
    assert "It was not checked yet." in auditor.client.get("/auditor/seals").text
    assert auditor.post("/auditor/seals/check").status_code == 303
    assert "is still running" in auditor.client.get("/auditor/seals").text
    work(house)
    page = auditor.client.get("/auditor/seals").text
    assert "the record holds" in page
    assert "there, not locked" in page


def test_what_was_altered_is_named_on_the_page(
    house: House, auditor: Visitor, reference: str
) -> None:
    assert reference
    with house.app.app_context():
        with transaction() as session:
            changed = update(AuditEvent).where(AuditEvent.tag == DossierTag.HOLD_PLACED)
            session.execute(changed.values(actor="somebody else"))
        chain = db.session.scalars(select(Dossier.id)).one()
    auditor.post("/auditor/seals/check")
    work(house)
    page = auditor.client.get("/auditor/seals").text
    assert "the record is not what was sealed" in page
    assert f"/auditor/chains/{chain}" in page


def test_a_seal_is_shown_with_its_parts_which_openssl_accepts(
    auditor: Visitor, reference: str, tmp_path: Path
) -> None:
    assert reference
    assert "Signature and timestamp are good." in auditor.client.get("/auditor/seals/1").text
    for kind in ("json", "p7s", "tst"):
        (tmp_path / kind).write_bytes(auditor.client.get(f"/auditor/seals/1/{kind}").data)
    (tmp_path / "root").write_bytes(auditor.client.get("/evidence/root.pem").data)
    verify = "openssl cms -verify -binary -inform DER -in p7s -content json -CAfile root"
    for command in (
        f"{verify} -purpose any",
        "openssl ts -verify -data json -in tst -token_in -CAfile root",
    ):
        done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
    assert auditor.client.get("/auditor/seals/2").status_code == 404


def test_a_chain_s_proof_is_fetched(house: House, auditor: Visitor, reference: str) -> None:
    assert reference
    with house.app.app_context():
        chain = db.session.scalars(select(Dossier.id)).one()
    proof = orjson.loads(auditor.client.get(f"/auditor/chains/{chain}/proof").data)
    assert orjson.loads(proof["end"])["chain"] == str(chain)


def test_everybody_fetches_the_program_that_runs_alone(house: House, tmp_path: Path) -> None:
    anybody = house.app.test_client()
    assert "motcua-verify.pyz" in anybody.get("/evidence/").text
    (tmp_path / "verify.pyz").write_bytes(anybody.get("/evidence/motcua-verify.pyz").data)
    command = [sys.executable, "-I", "-S", "verify.pyz", "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "motcua-verify" in done.stdout
    pack(tmp_path / "again.pyz")
    assert (tmp_path / "again.pyz").read_bytes() == (tmp_path / "verify.pyz").read_bytes()
    assert anybody.get("/evidence/root.pem").data.startswith(b"-----BEGIN CERTIFICATE-----")
