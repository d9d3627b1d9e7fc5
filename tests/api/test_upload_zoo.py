"""Every animal of the upload zoo, sent to the real house with a real scanner: none is ever opened."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from core.database import reading
from dossiers.models import Document
from engine import run_due_jobs
from storage import scanning, store
from tests.api.house import House
from tests.clamd import EICAR, Daemon, running_clamd
from tests.storage import files


def zipped(*layers: bytes) -> bytes:
    """A zip of a zip of … of the first."""
    content = layers[0]
    for number in range(3):
        saved = io.BytesIO()
        with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"layer{number}", content)
        content = saved.getvalue()
    return content


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
# Refused at the door: name, content, what the caller is told.
AT_THE_DOOR = {
    "zip bomb": ("a.zip", files.word(big=bytes(3_000_000)), "file-type-not-accepted"),
    "zip bomb named pdf": ("a.pdf", files.word(big=bytes(3_000_000)), "file-type-not-accepted"),
    "nested zip": ("a.docx", zipped(b"x"), "file-type-not-accepted"),
    "polyglot of script and PDF": (
        "a.pdf",
        b"/*" + files.pdf() + b"*/alert(1)",
        "pdf-misplaced-start",
    ),
    "polyglot of page and PDF": ("a.pdf", b"<html>" + files.pdf(), "pdf-misplaced-start"),
    "virus": ("a.pdf", EICAR, "file-type-not-accepted"),
    "virus named com": ("a.com", EICAR, "file-type-not-accepted"),
    "picture with a script": ("a.svg", SVG, "file-type-not-accepted"),
    "picture with a script named png": ("a.png", SVG, "file-type-not-accepted"),
    "right to left": ("photo\u202efdp.exe", files.pdf(), "file-name-mismatch"),
    "nothing": ("a.pdf", b"", "file-empty"),
    "wrong first bytes": ("a.pdf", files.picture("PNG"), "file-name-mismatch"),
    "program": ("a.pdf", b"MZ\x90\x00", "file-type-not-accepted"),
}
# Let into quarantine and refused there.
IN_QUARANTINE = {
    "virus attached": ("a.pdf", files.pdf(files.carrying("a.txt", EICAR)), "virus-found"),
    "virus attached and signed": (
        "a.pdf", files.pdf(files.signed(files.carrying("a.txt", EICAR))), "virus-found",
    ),
    "signed and acting": (
        "a.pdf", files.pdf(files.signed(files.with_opening_script)), "pdf-active-content",
    ),
    "program attached and signed": (
        "a.pdf", files.pdf(files.signed(files.carrying("a.exe", b"MZ"))), "pdf-attachment-refused",
    ),
    "picture bomb": ("a.png", files.picture("PNG", (8_100, 8_100)), "image-too-large"),
    "cut short": ("a.pdf", files.pdf()[:-60], "file-unreadable"),
    "encrypted": ("a.pdf", files.encrypted(), "pdf-encrypted"),
}  # fmt: skip
# Harmless once the name or the contents are put right.
TAMED = {
    "path in its name": ("../../etc/passwd.pdf", files.pdf(), "passwd.pdf", b"passwd/"),
    "turned name": ("a\u202e.pdf", files.pdf(), "a.pdf", b"\xe2\x80\xae"),
    "script behind the end": ("b.pdf", files.pdf() + b"<script>", "b.pdf", b"<script>"),
    "virus behind the end": ("c.pdf", files.pdf() + EICAR, "c.pdf", EICAR),
}


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with running_clamd(tmp_path_factory.mktemp("clamd")) as started:
        yield started


@pytest.fixture
def scanned(house: House, daemon: Daemon) -> House:
    house.app.extensions[scanning._EXTENSION] = scanning.Clamd(daemon.url)
    return house


def test_no_animal_of_the_zoo_is_ever_opened(scanned: House) -> None:
    draft = scanned.owner.draft()
    kind = draft["missing_documents"][0]

    for animal, (name, content, code) in AT_THE_DOOR.items():
        answer = scanned.owner.upload(draft["id"], kind, content, name=name)
        assert (answer.status_code // 100, answer.get_json()["code"]) == (4, code), animal
    for animal, (name, content, _code) in IN_QUARANTINE.items():
        answer = scanned.owner.upload(draft["id"], kind, content, name=name)
        assert answer.get_json()["state"] == "checking", animal
    with scanned.app.app_context():
        run_due_jobs(scanned.app)
        assert list(store().keys()) == []
        with reading() as session:
            found = session.scalars(select(Document).order_by(Document.id)).all()
            told = [each.findings["refused"]["code"] for each in found if each.findings]
            ids = [each.id for each in found]
    assert told == [code for _name, _content, code in IN_QUARANTINE.values()]
    for document_id in ids:
        for caller in (scanned.owner, scanned.desk_clerk, scanned.device_officer):
            assert caller.get(f"/api/v1/documents/{document_id}/content").status_code in {404, 409}


def test_what_can_be_put_right_comes_in_tame(scanned: House) -> None:
    draft = scanned.owner.draft()
    kind = draft["missing_documents"][0]
    for animal, (name, content, tame, gone) in TAMED.items():
        told = scanned.owner.upload(draft["id"], kind, content, name=name).get_json()
        with scanned.app.app_context():
            run_due_jobs(scanned.app)
        answer = scanned.owner.get(f"/api/v1/documents/{told['id']}/content")
        assert (answer.status_code, told["file_name"]) == (200, tame), animal
        assert gone not in answer.data, animal
        assert gone.decode("utf-8", "replace") not in answer.headers["Content-Disposition"], animal


def test_with_the_scanner_down_nothing_passes(scanned: House, daemon: Daemon) -> None:
    draft = scanned.owner.draft()
    kind = draft["missing_documents"][0]
    daemon.stop()
    told = scanned.owner.upload(draft["id"], kind, files.pdf()).get_json()
    with scanned.app.app_context():
        run_due_jobs(scanned.app)
    daemon.start()

    answer = scanned.owner.get(f"/api/v1/documents/{told['id']}/content")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "document-not-passed")
