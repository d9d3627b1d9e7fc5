"""Programs have files verified without a token; the report is that of the page, in plain values."""

import io
from collections.abc import Callable

import pytest

import signing
from tests.api.house import Answer, House
from tests.signing.conftest import XML, page

AGENCY = signing.Agency("H19", "Sở Y tế tỉnh Đồng Nai")
Verify = Callable[..., Answer]


@pytest.fixture
def verify(house: House) -> Verify:
    client = house.app.test_client()

    def ask(content: bytes, name: str = "notice.pdf", language: str = "en") -> Answer:
        return client.post(
            "/api/v1/verify",
            data={"file": (io.BytesIO(content), name)},
            headers={"Accept-Language": language},
        )

    return ask


def test_a_sealed_pdf_is_told_in_full(house: House, verify: Verify):
    with house.app.app_context():
        sealed = signing.seal_pdf(page(), agency=AGENCY)
    told = verify(sealed).json
    assert (told["answer"], told["valid"], told["valid_now"]) == ("signed", True, True)
    (signature,) = told["signatures"]
    assert signature["signer"] == AGENCY.name
    assert signature["level"] == "B-T"
    assert signature["time_proven_by"] == "Motcua Development Timestamps"
    assert signature["changes"] == "none"
    assert [each["code"] for each in told["notes"]] == ["development-authority"]
    assert told["register"] is None


def test_a_sealed_package_is_told_too(house: House, verify: Verify):
    with house.app.app_context():
        sealed = signing.seal_xml(XML, agency=AGENCY)
    told = verify(sealed, "notice.xml").json
    assert (told["kind"], told["answer"]) == ("xml", "signed")


def test_a_changed_file_is_an_answer_and_no_error(house: House, verify: Verify):
    with house.app.app_context():
        sealed = signing.seal_xml(XML, agency=AGENCY)
    answer = verify(sealed.replace(b"000000123", b"999999999"), language="vi")
    assert answer.status_code == 200
    assert answer.json["answer"] == "refused"
    assert answer.json["reasons"][0]["code"] == "changed"
    assert answer.json["reasons"][0]["sentence"] == "Tài liệu đã bị thay đổi sau khi đóng dấu."


def test_without_a_file_the_problem_says_so(house: House):
    answer = house.app.test_client().post(
        "/api/v1/verify", data={}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422


def test_asking_again_and_again_is_slowed_down(verify: Verify):
    statuses = [verify(b"x").status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
