"""What a letter is: the same bytes for the same data, for every reader, in proper Vietnamese."""

import io
import subprocess
import unicodedata
from collections.abc import Callable

import pikepdf
import pytest
from flask import Flask

import letters
from letters.errors import LetterFileRefused, TemplateBroken
from tests.letters.conftest import HEAD, NOTICE


def text_of(pdf: bytes) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode()


def test_the_same_data_gives_the_same_bytes(notice: Callable[..., bytes]):
    assert notice() == notice()


def test_the_order_of_the_data_does_not_matter(app: Flask):
    template = HEAD + "#json(bytes(sys.inputs.data)).keys().join()"
    one = letters.render(template, data={"a": 1, "b": 2})
    assert letters.render(template, data={"b": 2, "a": 1}) == one


def test_the_document_is_dated_by_its_data_and_not_by_the_clock(notice: Callable[..., bytes]):
    with pikepdf.open(io.BytesIO(notice())) as pdf:
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261121010000Z"


def test_vietnamese_is_set_and_read_back_letter_by_letter(notice: Callable[..., bytes]):
    text = text_of(notice())
    assert unicodedata.is_normalized("NFC", text)
    assert "ẩn ẵ ẳ ợ ỹ ữ Ặ Ễ Ộ Ữ Ỡ" in text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text


def test_it_is_an_archivable_and_accessible_document(notice: Callable[..., bytes]):
    with pikepdf.open(io.BytesIO(notice())) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()
        assert "<pdfaid:part>3</pdfaid:part>" in metadata
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
        assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "vi-VN"
        assert "/OutputIntents" in pdf.Root
        assert "/StructTreeRoot" in pdf.Root


def test_every_font_is_ours_and_embedded(notice: Callable[..., bytes]):
    with pikepdf.open(io.BytesIO(notice())) as pdf:
        descriptors = [item for item in pdf.objects if _is_font_descriptor(item)]
        assert descriptors
        for descriptor in descriptors:
            assert "Tinos" in str(descriptor.FontName)
            assert "/FontFile2" in descriptor


def _is_font_descriptor(item: object) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"


def test_a_mistake_is_named_with_its_line(app: Flask):
    with pytest.raises(TemplateBroken) as refused:
        letters.render(HEAD + "\n#foo(3)", data={})
    assert refused.value.params["line"] == 4
    assert refused.value.params["message"] == "unknown variable: foo"


def test_a_mistake_in_a_file_beside_the_template_is_named_with_that_file(app: Flask):
    with pytest.raises(TemplateBroken) as refused:
        letters.render('#import "part.typ": *', data={}, files={"part.typ": b"\n#foo"})
    assert (refused.value.params["file"], refused.value.params["line"]) == ("part.typ", 2)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('#set text(font: "Arial")\nx', "unknown font family"),
        ("漢", "could not be displayed"),
        ('#image("qr.svg")', "missing alt text"),
    ],
    ids=["a font we do not have", "a character no font has", "a picture without description"],
)
def test_a_letter_that_not_everybody_could_read_is_refused(app: Flask, body: str, says: str):
    with pytest.raises(TemplateBroken) as refused:
        letters.render(HEAD + body, data={}, files={"qr.svg": letters.qr.svg("x")})
    assert says in refused.value.params["message"]


def test_a_letter_without_title_is_refused(app: Flask):
    with pytest.raises(TemplateBroken) as refused:
        letters.render('#set text(font: "Tinos")\nx', data={})
    assert "set document(title:" in refused.value.params["message"]


@pytest.mark.parametrize("name", ["../secret.typ", "/etc/motd", "", "a/../../b"])
def test_a_file_name_may_not_lead_elsewhere(app: Flask, name: str):
    with pytest.raises(LetterFileRefused):
        letters.render(HEAD, data={}, files={name: b""})


def test_text_from_applicants_is_never_code(notice: Callable[..., bytes]):
    rows = [{"label": "x", "value": '#read("/etc/passwd") $ * _ ` \\ <a> @b'}]
    assert '#read("/etc/passwd")' in text_of(notice(rows=rows))


def test_the_data_may_be_of_any_length(notice: Callable[..., bytes]):
    rows = NOTICE["rows"] * 200
    with pikepdf.open(io.BytesIO(notice(rows=rows))) as pdf:
        assert len(pdf.pages) > 5
