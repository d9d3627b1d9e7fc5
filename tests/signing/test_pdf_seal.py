"""A sealed PDF: who, when, where it stands on the page, and what stays as it was."""

import io
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont

import signing
from core import clock
from signing import Agency, Finding, SigningDesk
from signing.appearance import STAMP_FONT, wrapped
from signing.errors import DocumentRefused
from tests.signing.conftest import AGENCY, APPEARANCE, page

# Every letter of Vietnamese, precomposed.
VIETNAMESE = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyàằầèềìòồờùừỳảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹáắấéếíóốớúứýạặậẹệịọộợụựỵ"
)


def test_the_report_names_agency_time_and_authority(sealed_pdf: bytes, desk: SigningDesk):
    report = signing.verify_pdf(sealed_pdf)
    assert report.valid
    assert (report.signer, report.agency) == (AGENCY.name, AGENCY.id)
    assert report.timestamp is not None
    assert report.timestamp.authority == "Motcua Development Timestamps"
    assert report.signed_at == report.timestamp.at
    assert Finding.DEVELOPMENT in report.notes
    assert report.valid_now


def test_the_time_is_that_of_the_clock(desk: SigningDesk):
    moment = datetime(2027, 3, 1, 2, 30, tzinfo=UTC)
    with clock.at(moment):
        report = signing.verify_pdf(signing.seal_pdf(page(), agency=AGENCY))
    assert report.signed_at is not None
    assert abs((report.signed_at - moment).total_seconds()) < 60


def test_nothing_that_was_there_is_rewritten(desk: SigningDesk):
    plain = page()
    assert signing.seal_pdf(plain, agency=AGENCY, appearance=APPEARANCE).startswith(plain)


def test_the_seal_shows_agency_and_local_time(desk: SigningDesk):
    with clock.at(datetime(2026, 11, 21, 1, 15, 30, tzinfo=UTC)):
        sealed = signing.seal_pdf(page(), agency=AGENCY, appearance=APPEARANCE)
    text = shown(sealed)
    assert "Cơ quan ký: Sở Y tế tỉnh Đồng Nai" in text
    assert re.search(r"Thời gian ký: 21/11/2026 08:15:3\d \+07:00", text)


def test_the_letters_of_the_seal_stand_close_together_inside_its_box(sealed_pdf: bytes):
    """The stamp library sets letters of ordinary fonts twice as far apart and out of the box."""
    left, _, right, _ = APPEARANCE.box
    line = r'xMin="([\d.]+)".*?xMax="([\d.]+)".*?>(.*?)</word>'
    spans = {text: (float(x), float(y)) for x, y, text in re.findall(line, shown_boxes(sealed_pdf))}
    first = f"Cơ quan ký: {AGENCY.name}"
    assert spans[first][1] - spans[first][0] < len(first) * 9 * 0.5
    assert all(left <= start and end <= right for start, end in spans.values())


def test_a_long_name_is_broken_between_words():
    lines = wrapped("Trung tâm Phục vụ hành chính công thành phố Hồ Chí Minh", 20)
    assert len(lines) == 2
    assert " ".join(lines) == "Trung tâm Phục vụ hành chính công thành phố Hồ Chí Minh"


def test_a_name_with_a_percent_sign_is_shown_as_it_is(desk: SigningDesk):
    sealed = signing.seal_pdf(page(), agency=Agency("X", "100% %(time)s"), appearance=APPEARANCE)
    assert "100% %(time)s" in shown(sealed)


def test_the_stamp_font_has_every_vietnamese_letter_and_the_unit_that_pyhanko_expects():
    font = TTFont(STAMP_FONT)
    assert font["head"].unitsPerEm == 1000
    assert {ord(letter) for letter in VIETNAMESE + VIETNAMESE.upper()} <= set(font.getBestCmap())


def test_a_seal_without_appearance_leaves_no_mark(desk: SigningDesk):
    assert shown(signing.seal_pdf(page(), agency=AGENCY)).strip() == ""


def test_a_document_is_sealed_once(sealed_pdf: bytes, desk: SigningDesk):
    with pytest.raises(DocumentRefused):
        signing.seal_pdf(sealed_pdf, agency=AGENCY)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"hello", b"%PDF-1.7\n" + b"\0" * 5000])
def test_what_is_no_pdf_is_refused(desk: SigningDesk, content: bytes):
    with pytest.raises(DocumentRefused):
        signing.seal_pdf(content, agency=AGENCY)


def test_a_sealed_letter_keeps_the_marks_of_an_archivable_document(desk: SigningDesk):
    letter = (Path(__file__).parent / "letter.pdf").read_bytes()
    sealed = signing.seal_pdf(letter, agency=AGENCY, appearance=APPEARANCE)
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()
        widget = pdf.pages[-1].Annots[-1]
        assert "<pdfaid:part>3</pdfaid:part>" in metadata
        assert "/StructTreeRoot" in pdf.Root
        assert int(widget.F) & 4, "a widget of an archivable document is printed"
        assert str(widget.TU) == "Con dấu điện tử"
        assert str(pdf.docinfo["/ModDate"])[2:6] in metadata


def shown(pdf: bytes) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode()


def shown_boxes(pdf: bytes) -> str:
    done = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode()
