"""What may come in, and what each refused file is told."""

import hashlib
import io
from typing import Any

import pikepdf
import pytest

from storage import InspectedFile, inspect_upload
from storage.inspection import DOCX, JPEG, PDF, PNG, errors, pictures
from storage.inspection import word as word_rules
from tests.storage import files

LIMIT = 1024 * 1024


def inspect(name: str, content: bytes, **options: Any) -> InspectedFile:
    return inspect_upload(name, io.BytesIO(content), LIMIT, **options)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("quyết định.pdf", files.pdf(), PDF),
        ("SCAN.PDF", files.pdf(), PDF),
        ("libreoffice.pdf", files.pdf(files.with_opening_destination), PDF),
        ("link.pdf", files.pdf(files.with_link), PDF),
        ("ảnh.jpg", files.picture("JPEG"), JPEG),
        ("photo.jpeg", files.picture("JPEG"), JPEG),
        ("photo.png", files.picture("PNG"), PNG),
    ],
)
def test_ordinary_files_come_in(name: str, content: bytes, media_type: str) -> None:
    inspected = inspect(name, content)
    assert inspected.media_type == media_type
    assert inspected.name == name
    assert inspected.size == len(content)
    assert inspected.sha256 == hashlib.sha256(content).hexdigest()


def test_the_stream_is_ready_to_be_stored_afterwards() -> None:
    content = files.pdf()
    stream = io.BytesIO(content)
    inspect_upload("a.pdf", stream, LIMIT)
    assert stream.read() == content


def test_word_documents_come_in_only_where_they_are_accepted() -> None:
    with pytest.raises(errors.FileTypeNotAccepted, match="PDF, JPG, PNG"):
        inspect("a.docx", files.word())
    assert inspect("a.docx", files.word(), accepted={PDF, DOCX}).media_type == DOCX


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(errors.EmptyFile):
        inspect("a.pdf", b"")


def test_reading_stops_at_the_limit() -> None:
    class Endless(io.BytesIO):
        given = 0

        def seek(self, position: int, whence: int = 0) -> int:
            return 0

        def read(self, size: int | None = -1) -> bytes:
            self.given += size or 0
            return bytes(size or 0)

    stream = Endless()
    with pytest.raises(errors.FileTooLarge, match="larger than 1 MB"):
        inspect_upload("a.pdf", stream, LIMIT)
    assert stream.given == LIMIT + 1


def test_a_file_of_exactly_the_limit_is_read() -> None:
    content = files.pdf()
    assert inspect_upload("a.pdf", io.BytesIO(content), len(content)).size == len(content)


@pytest.mark.parametrize("content", [b"<html>", b"MZ\x90", b"GIF89a", b"PK\x03\x04", b"%!PS"])
def test_other_types_are_refused_whatever_their_name(content: bytes) -> None:
    with pytest.raises(errors.FileTypeNotAccepted):
        inspect("a.pdf", content)


@pytest.mark.parametrize("name", ["photo.jpg", "a.pdf.exe", "noending", "a.html"])
def test_the_name_must_fit_the_contents(name: str) -> None:
    with pytest.raises(errors.FileNameMismatch, match=r"Give the file the ending \.pdf"):
        inspect(name, files.pdf())


@pytest.mark.parametrize("junk", [b"\n", b"<html><script>", b"GIF89a"])
def test_nothing_may_stand_before_a_pdf(junk: bytes) -> None:
    with pytest.raises(errors.MisplacedPdfStart):
        inspect("a.pdf", junk + files.pdf())


@pytest.mark.parametrize("password", ["", "needed to open it"])
def test_an_encrypted_pdf_is_refused(password: str) -> None:
    content = files.pdf(encryption=pikepdf.Encryption(owner="owner", user=password))
    with pytest.raises(errors.EncryptedPdf):
        inspect("a.pdf", content)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (files.with_opening_script, "JavaScript, OpenAction"),
        (files.with_opening_link, "OpenAction"),
        (files.with_launch_link, "Launch"),
        (files.with_script_on_page, "JavaScript"),
        (files.with_attachment, "EmbeddedFiles"),
        (files.with_xfa, "XFA"),
    ],
)
@pytest.mark.parametrize("mode", list(pikepdf.ObjectStreamMode))
def test_a_pdf_that_acts_is_refused(
    change: files.Change, found: str, mode: pikepdf.ObjectStreamMode
) -> None:
    with pytest.raises(errors.ActivePdf) as refused:
        inspect("a.pdf", files.pdf(change, object_stream_mode=mode))
    assert refused.value.params["found"] == found


@pytest.mark.parametrize("cut", [10, 200, -60])
def test_a_pdf_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(errors.FileUnreadable):
        inspect("a.pdf", files.pdf()[:cut])


def test_a_pdf_without_pages_is_refused() -> None:
    with pytest.raises(errors.FileUnreadable):
        inspect("a.pdf", files.pdf(files.without_pages))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_cut_short_is_refused(kind: str) -> None:
    content = files.picture(kind, (400, 300))
    with pytest.raises(errors.FileUnreadable):
        inspect(f"a.{kind.lower()}", content[: len(content) // 2])


def test_a_decompression_bomb_is_refused() -> None:
    bomb = files.picture("PNG", (20_000, 20_000))
    assert len(bomb) < LIMIT
    with pytest.raises(errors.ImageTooLarge, match="64 million"):
        inspect("a.png", bomb)


def test_a_picture_just_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 40 * 30 - 1)
    with pytest.raises(errors.ImageTooLarge):
        inspect("a.jpg", files.picture("JPEG"))


@pytest.mark.parametrize(
    "parts",
    [
        {"word__vbaProject.bin": b"x"},
        {"word__embeddings__oleObject1.bin": b"x"},
        {"word__activeX__activeX1.xml": b"x"},
        {"word___rels__settings.xml.rels": b'<R Type="http://x/attachedTemplate"/>'},
    ],
)
def test_a_word_document_that_acts_is_refused(parts: dict[str, bytes]) -> None:
    with pytest.raises(errors.ActiveWordDocument):
        inspect("a.docx", files.word(**parts), accepted=[DOCX])


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_rules, "MOST_BYTES", 10_000)
    with pytest.raises(errors.ArchiveTooLarge):
        inspect("a.docx", files.word(big=bytes(20_000)), accepted=[DOCX])


@pytest.mark.parametrize("length", [-30, 60])
def test_a_damaged_word_document_is_refused(length: int) -> None:
    with pytest.raises(errors.FileUnreadable):
        inspect("a.docx", files.word()[:length], accepted=[DOCX])


def test_a_zip_that_is_no_word_document_is_refused() -> None:
    archive = files.word().replace(b"word/document.xml", b"word/dokument.xml")
    with pytest.raises(errors.FileUnreadable):
        inspect("a.docx", archive, accepted=[DOCX])
