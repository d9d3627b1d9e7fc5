"""What may come in, and what each refused file is told."""

import hashlib
import io
import tempfile
import zipfile
from dataclasses import dataclass
from typing import Any

import pikepdf
import pytest
from PIL import Image

from storage import InspectedFile, inspect_upload
from storage.inspection import DOCX, JPEG, PDF, PNG, errors, glance
from storage.inspection import chamber as chamber_rules
from storage.inspection.chamber import Chamber
from storage.inspection.pdf import look_into
from storage.inspection.zips import require_modest
from tests.storage import files

LIMIT = 1024 * 1024


@dataclass(frozen=True)
class Found:
    """What was found of a file, and the bytes that may be kept."""

    told: InspectedFile
    kept: bytes
    attached: list[bytes]


def looked(name: str, content: bytes, **options: Any) -> Found:
    with inspect_upload(name, io.BytesIO(content), LIMIT, **options) as told:
        inner = told.inner.read()
        attached = [inner[each.start : each.start + each.size] for each in told.attached]
        return Found(told, told.content.read(), attached)


def inspect(name: str, content: bytes, **options: Any) -> InspectedFile:
    return looked(name, content, **options).told


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


@pytest.mark.parametrize("change", [None, files.with_link, files.with_opening_destination])
def test_of_a_pdf_that_does_nothing_every_byte_is_kept(change: files.Change | None) -> None:
    content = files.pdf(change)
    assert looked("a.pdf", content).kept == content


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
        glance("a.pdf", stream, LIMIT)
    assert stream.given == LIMIT + 1


def test_a_file_of_exactly_the_limit_is_read() -> None:
    content = files.pdf()
    assert glance("a.pdf", io.BytesIO(content), len(content)).size == len(content)


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


ACTING = [
    (files.with_opening_script, "JavaScript, OpenAction"),
    (files.with_opening_link, "OpenAction"),
    (files.with_launch_link, "Launch"),
    (files.with_script_on_page, "JavaScript"),
    (files.with_attachment, "EmbeddedFiles"),
    (files.with_attached_note, "EmbeddedFiles, FileAttachment"),
    (files.with_film, "RichMedia"),
    (files.with_xfa, "XFA"),
]


@pytest.mark.parametrize(("change", "found"), ACTING)
@pytest.mark.parametrize("mode", list(pikepdf.ObjectStreamMode))
def test_what_acts_is_taken_out_of_a_pdf(
    change: files.Change, found: str, mode: pikepdf.ObjectStreamMode
) -> None:
    cleaned = looked("a.pdf", files.pdf(change, object_stream_mode=mode))

    assert ", ".join(cleaned.told.removed) == found
    again = look_into(io.BytesIO(cleaned.kept), "a.pdf")
    assert (again.found, again.attachments) == (frozenset(), ())


@pytest.mark.parametrize(
    ("change", "found"), [each for each in ACTING if "Embedded" not in each[1]]
)
def test_a_signed_pdf_that_acts_is_refused(change: files.Change, found: str) -> None:
    with pytest.raises(errors.ActivePdf) as refused:
        inspect("a.pdf", files.pdf(files.signed(change)))
    assert refused.value.params["found"] == found


def test_a_signed_pdf_is_kept_byte_by_byte() -> None:
    content = files.pdf(files.signed())
    assert looked("a.pdf", content).kept == content


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("facts.json", b'{"number": 1}'),
        ("facts.xml", b"<facts/>"),
        ("inner.pdf", files.pdf()),
        ("photo.jpg", files.picture("JPEG")),
    ],
)
def test_a_signed_pdf_may_carry_data_and_what_could_come_in_alone(name: str, inner: bytes) -> None:
    content = files.pdf(files.signed(files.carrying(name, inner)))
    found = looked("a.pdf", content)
    assert (found.kept, found.attached) == (content, [inner])


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("virus.exe", b"MZ"),
        ("page.html", b"<html><script>"),
        ("picture.xml", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("entities.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        ("binary.txt", b"a\0b"),
        ("inner.pdf", files.pdf(files.with_opening_script)),
        ("nested.pdf", files.pdf(files.with_attachment)),
        ("inner.zip", b"PK\x03\x04"),
        ("empty.pdf", b""),
    ],
)
def test_a_signed_pdf_may_carry_nothing_else(name: str, inner: bytes) -> None:
    with pytest.raises(errors.AttachmentRefused, match=name):
        inspect("a.pdf", files.pdf(files.signed(files.carrying(name, inner))))


def test_a_form_without_pages_of_its_own_is_refused() -> None:
    def dynamic(document: pikepdf.Pdf) -> None:
        files.with_xfa(document)
        document.Root.NeedsRendering = True

    with pytest.raises(errors.ActivePdf, match="XFA"):
        inspect("a.pdf", files.pdf(dynamic))


@pytest.mark.parametrize("behind", [b"<script>alert(1)</script>", files.word()])
def test_what_follows_a_pdf_is_cut_off(behind: bytes) -> None:
    cleaned = looked("a.pdf", files.pdf() + behind)
    assert cleaned.told.removed == ("TrailingData",)
    assert behind not in cleaned.kept


def test_a_signed_pdf_followed_by_something_is_refused() -> None:
    with pytest.raises(errors.ActivePdf, match="TrailingData"):
        inspect("a.pdf", files.pdf(files.signed()) + b"PK")


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


def test_of_a_picture_only_what_one_sees_is_kept() -> None:
    placed, behind = "Nguyễn Huệ 21.0285N".encode(), b"<script>alert(1)</script>"
    details = Image.Exif()
    details[0x010E], details[0x0112] = placed.decode(), 6  # description; held upright
    source = io.BytesIO()
    Image.new("RGB", (40, 30)).save(source, "JPEG", exif=details, dpi=(300, 300), comment=behind)

    kept = looked("a.jpg", source.getvalue() + behind).kept

    assert placed not in kept
    assert behind not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.size, dict(picture.getexif()), picture.info["dpi"]) == (
            (30, 40),
            {},
            (300, 300),
        )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_sort_keep_what_they_show(mode: str) -> None:
    source, picture = io.BytesIO(), Image.linear_gradient("L").convert(mode)
    picture.save(source, "PNG")
    with Image.open(io.BytesIO(looked("a.png", source.getvalue()).kept)) as kept:
        assert (kept.mode, kept.convert("RGB").tobytes()) == (
            mode,
            picture.convert("RGB").tobytes(),
        )


def test_a_picture_of_exactly_the_limit_is_read_without_the_house_growing() -> None:
    assert inspect("a.png", files.picture("PNG", (8_000, 8_000))).changed


def test_a_file_whose_reader_would_take_all_memory_is_refused() -> None:
    small = Chamber(size=1, memory_bytes=250_000_000)
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as out:
        Image.new("RGB", (8_000, 8_000)).save(source, "PNG")
        source.flush()
        asked: dict[str, Any] = {"name": "a.png", "media_type": PNG, "size": 1}
        fewer: dict[str, Any] = {**asked, "media_type": PDF}
        assert small.read(source.fileno(), out, out, **fewer)["refused"] == "file-unreadable"
        refused = small.read(source.fileno(), out, out, **asked)["refused"]
    small.close()
    assert refused == "file-too-demanding"


def test_a_reader_that_breaks_refuses_its_file_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chamber_rules, "SECONDS", 0.0)
    monkeypatch.setattr(chamber_rules, "BYTES_A_SECOND", 10**12)
    with pytest.raises(errors.FileTooDemanding):
        inspect("a.png", files.picture("PNG", (6_000, 6_000)))
    monkeypatch.undo()
    assert inspect("a.pdf", files.pdf()).media_type == PDF


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


@pytest.mark.parametrize(
    "content",
    [
        files.word(big=bytes(2_000_000)),
        files.word(**{f"part{number}": b"" for number in range(2_000)}),
    ],
    ids=["packs too well", "too many parts"],
)
def test_a_zip_bomb_is_refused_before_it_is_unpacked(content: bytes) -> None:
    with pytest.raises(errors.ArchiveTooLarge):
        inspect("a.docx", content, accepted=[DOCX])


@pytest.mark.parametrize(
    "part", ["../../etc/passwd", "/etc/passwd", "a\\..\\b", "C:evil", "inner.zip", "a/" * 11 + "b"]
)
def test_a_part_that_leads_out_or_is_an_archive_is_refused(part: str) -> None:
    with pytest.raises(errors.ArchiveUnsafe):
        inspect("a.docx", files.word(**{part: b"x"}), accepted=[DOCX])


def test_parts_that_share_their_bytes_are_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(files.word(one=b"x" * 99, two=b"y" * 99))) as archive:
        require_modest(archive, "a.docx")
        first, second = archive.infolist()[:2]
        second.header_offset = first.header_offset
        with pytest.raises(errors.ArchiveUnsafe):
            require_modest(archive, "a.docx")


@pytest.mark.parametrize("length", [-30, 60])
def test_a_damaged_word_document_is_refused(length: int) -> None:
    with pytest.raises(errors.FileUnreadable):
        inspect("a.docx", files.word()[:length], accepted=[DOCX])


def test_a_zip_that_is_no_word_document_is_refused() -> None:
    archive = files.word().replace(b"word/document.xml", b"word/dokument.xml")
    with pytest.raises(errors.FileUnreadable):
        inspect("a.docx", archive, accepted=[DOCX])
