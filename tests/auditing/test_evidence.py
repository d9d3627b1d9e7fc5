"""A case leaves as one archive, and a program without this system says whether it is genuine."""

import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

import signing
from auditing.audit import AuditingTag
from auditing.evidence.archive import write_evidence
from auditing.offline.packing import pack
from auditing.offline.program import main
from auditing.offline.words import LANGUAGES
from auditing.seals.operations import seal_record
from commands.record import audit
from core.audit import AuditEvent
from core.config import Settings
from core.database import Model, db
from dossiers.models import Dossier
from engine import run_due_jobs
from tests.web.house import furnished
from wsgi import create_app

Changed = Callable[..., Path]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A house with a submitted dossier whose record is sealed."""
    settings = Settings(data_directory=tmp_path_factory.mktemp("house"), embedded_workers=0)
    app = create_app(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
    house = furnished(app)
    reference = house.draft()
    assert house.visitor("saomai").post(f"/dossiers/{reference}/submit").status_code == 303
    with app.app_context():
        seal_record()
        run_due_jobs(app)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def exported(app: Flask) -> bytes:
    file = io.BytesIO()
    assert app
    write_evidence(file, db.session.query(Dossier).one(), "vi")
    db.session.rollback()
    return file.getvalue()


@pytest.fixture
def changed(exported: bytes, tmp_path: Path) -> Changed:
    """Writes the archive with some files changed, dropped (None) or added."""

    def write(**changes: bytes | None) -> Path:
        named = {name.replace("__", "."): content for name, content in changes.items()}
        path = tmp_path / "case.zip"
        with zipfile.ZipFile(io.BytesIO(exported)) as old, zipfile.ZipFile(path, "w") as new:
            whole = {name: old.read(name) for name in old.namelist()} | named
            for name, content in whole.items():
                if content is not None:
                    new.writestr(name, content)
        return path

    return write


def part(exported: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        return archive.read(name)


def said(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> list[str]:
    main([str(path), "--language", "en", *more])
    return capsys.readouterr().out.splitlines()


def test_the_program_runs_alone_and_finds_the_archive_genuine(
    exported: bytes, tmp_path: Path
) -> None:
    program, archive = tmp_path / "motcua-verify.pyz", tmp_path / "case.zip"
    pack(program)
    archive.write_bytes(exported)
    command = [sys.executable, "-I", "-S", program.name, archive.name, "--language", "vi"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "Tệp là thật."
    assert "nằm trong nội dung đã niêm phong" in done.stdout


def test_with_the_authority_s_own_root_nothing_is_left_to_compare(
    changed: Changed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "root.pem"
    root.write_bytes(signing.trust_anchor_pem())
    lines = said(changed(), capsys, "--root", str(root))
    assert lines[-1] == "The archive is genuine."
    assert not [line for line in lines if line.startswith("·")]


def test_everything_of_the_case_is_in_it(exported: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        names = archive.namelist()
        page = archive.read("index.html").decode()
        events = archive.read("events.jsonl").splitlines()
    assert {"index.html", "dossier.json", "proof.json", "root.pem", "manifest.tst"} <= set(names)
    assert [name for name in names if name.startswith("documents/")]
    assert "CÔNG TY TNHH THIẾT BỊ Y TẾ SAO MAI" in page
    assert orjson.loads(events[0])["position"] == 1


def test_a_changed_a_missing_and_an_added_file_are_named(
    changed: Changed, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(changed(dossier__json=b"{}", index__html=None, extra=b"x"), capsys)
    assert "✗ A file is not the one that the manifest names: dossier.json" in lines
    assert "✗ A file that the archive must hold is missing: index.html" in lines
    assert "✗ A file was put in that the manifest does not name: extra" in lines
    assert lines[-1] == "The archive is NOT genuine."


def relisted(exported: bytes, name: str, content: bytes) -> dict[str, bytes]:
    """A changed file, with a manifest that says so: a forger without our keys."""
    manifest = orjson.loads(part(exported, "manifest.json"))
    manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    return {name: content, "manifest.json": orjson.dumps(manifest)}


def test_a_forged_manifest_has_no_signature_and_no_timestamp(
    changed: Changed, exported: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(changed(**relisted(exported, "dossier.json", b"{}")), capsys)
    assert "✗ The timestamp does not belong to the manifest, or is not trusted." in lines
    assert "✗ The signature does not belong to the manifest, or is not trusted." in lines


def events_of(exported: bytes) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in part(exported, "events.jsonl").splitlines()]


def lines_of(events: list[dict[str, object]]) -> bytes:
    return b"".join(orjson.dumps(event) + b"\n" for event in events)


@pytest.mark.parametrize("field", ["actor", "at", "details"])
def test_an_altered_event_is_named(
    changed: Changed, exported: bytes, capsys: pytest.CaptureFixture[str], field: str
) -> None:
    events = events_of(exported)
    events[1][field] = "2020-01-01"
    lines = said(changed(events__jsonl=lines_of(events)), capsys)
    assert "✗ The record breaks at event 2: it was altered, removed or moved." in lines


def test_a_removed_event_is_named(
    changed: Changed, exported: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    events = events_of(exported)
    lines = said(changed(events__jsonl=lines_of(events[:1] + events[2:])), capsys)
    assert "✗ The record breaks at event 2: it was altered, removed or moved." in lines


def test_a_record_that_was_cut_off_is_not_what_was_sealed(
    changed: Changed, exported: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    events = events_of(exported)
    lines = said(changed(events__jsonl=lines_of(events[:-1])), capsys)
    assert f"✗ The proof does not lead from event {len(events)} to the sealed statement." in lines


def test_the_proof_of_another_root_is_not_trusted(
    changed: Changed, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    key = tmp_path / "foreign.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x"
    subprocess.run(
        [*command.split(), "-keyout", "/dev/null", "-out", str(key)],
        check=True,
        capture_output=True,
    )
    lines = said(changed(), capsys, "--root", str(key))
    assert "✗ The seal of the record" not in "".join(lines)
    assert "✗ The timestamp does not belong to the seal, or is not trusted." in lines


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert said(path, capsys)[-1] == "The archive is NOT genuine."


def test_strange_names_are_refused(
    exported: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(exported)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../up", b"x")
    assert "✗ The archive holds names twice, or names that no case has." in said(path, capsys)


def test_an_export_is_on_record_with_its_purpose(app: Flask, tmp_path: Path) -> None:
    reference = db.session.query(Dossier).one().reference
    db.session.rollback()
    path = tmp_path / "case.zip"
    asked = ["export", reference, str(path), "--purpose", "Tòa án yêu cầu"]
    done = app.test_cli_runner().invoke(audit, asked)
    assert done.exit_code == 0, done.output
    assert zipfile.is_zipfile(path)
    noted = select(AuditEvent.details).where(AuditEvent.tag == AuditingTag.CASE_EXPORTED)
    assert db.session.scalars(noted).all() == [{"purpose": "Tòa án yêu cầu"}]


def test_both_languages_say_the_same_things() -> None:
    english, vietnamese = LANGUAGES["en"], LANGUAGES["vi"]
    assert set(english) == set(vietnamese)
    assert [("{about}" in text) for text in english.values()] == [
        ("{about}" in text) for text in vietnamese.values()
    ]
