"""Anybody brings a file to the check and reads who signed it; no account, no scripts."""

import io

import pytest
from werkzeug.test import TestResponse

import signing
from tests.signing.conftest import page
from tests.web.forms import token
from tests.web.house import House, Visitor

AGENCY = signing.Agency("H19", "Sở Y tế tỉnh Đồng Nai")


@pytest.fixture
def sealed(house: House) -> bytes:
    with house.app.app_context():
        return signing.seal_pdf(page(), agency=AGENCY)


def brought(
    visitor: Visitor, content: bytes, name: str = "notice.pdf", language: str = "vi"
) -> TestResponse:
    sent = {
        "csrf_token": token(visitor.page("/verify").text),
        "file": (io.BytesIO(content), name),
    }
    spoken = {"Accept-Language": language}
    return visitor.client.post("/verify", data=sent, headers=spoken)


def test_a_signed_file_is_told_in_plain_words(house: House, sealed: bytes):
    answer = brought(house.visitor(), sealed)
    assert answer.status_code == 200
    for words in (
        "Chữ ký hợp lệ, nội dung không bị sửa đổi.",
        "Sở Y tế tỉnh Đồng Nai",
        "Motcua Development Timestamps",
        "Không có thay đổi nào sau chữ ký này.",
        "không có giá trị pháp lý",
    ):
        assert words in answer.text


def test_the_other_language_tells_the_same(house: House, sealed: bytes):
    answer = brought(house.visitor(), sealed, language="en")
    assert "Signed well and unchanged." in answer.text
    assert "Nothing was changed after it." in answer.text


def test_a_changed_file_is_refused_with_the_reason(house: House, sealed: bytes):
    answer = brought(
        house.visitor(), sealed.replace(b"/MediaBox [ 0 0 595", b"/MediaBox [ 0 0 594")
    )
    assert "Không đáng tin cậy." in answer.text
    assert "Tài liệu đã bị thay đổi sau khi đóng dấu." in answer.text


def test_what_carries_no_signature_is_told_what_to_bring(house: House):
    answer = brought(house.visitor(), b"%PDF-1.7 nothing")
    assert "Không đáng tin cậy." in answer.text
    assert "Hãy dùng đúng tệp đã nhận" in answer.text


def test_without_a_file_the_question_comes_back_with_its_error(house: House):
    answer = brought(house.visitor(), b"", "")
    assert answer.status_code == 422
    assert "Hãy chọn tệp PDF hoặc XML mà bạn đã nhận" in answer.text
    assert "<title>Lỗi: " in answer.text


def test_the_name_of_a_file_is_shown_as_text_only(house: House, sealed: bytes):
    answer = brought(house.visitor(), sealed, "<script>alert(1)</script>.pdf")
    assert "<script>alert" not in answer.text


def test_bringing_files_is_slowed_down(house: House):
    visitor = house.visitor()
    statuses = [brought(visitor, b"x").status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_the_list_of_revoked_certificates_is_open_to_programs(house: House):
    with house.app.app_context():
        key = signing.signing_desk().seal_key(AGENCY)
        issuer = key.intermediates[0].serial_number
    answer = house.visitor().page(f"/revocation/{issuer:x}.crl")
    assert answer.mimetype == "application/pkix-crl"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answer.headers
    assert house.visitor().page("/revocation/00.crl").status_code == 404


def test_questions_about_certificates_need_no_form(house: House):
    answer = house.visitor().client.post("/revocation/ocsp", data=b"nonsense")
    assert answer.mimetype == "application/ocsp-response"
