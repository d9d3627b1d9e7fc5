"""What applicants see of a file that is being checked, was changed, or was refused."""

import io
import re
from collections.abc import Iterator

import pytest

from storage import scanning
from storage.address import S3Address
from storage.encryption import DocumentKeys
from storage.s3 import S3Store
from tests.clamd import EICAR, Daemon, running_clamd
from tests.storage import files
from tests.web.house import House, Visitor


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with running_clamd(tmp_path_factory.mktemp("clamd")) as started:
        yield started


@pytest.fixture
def scanned(house: House, daemon: Daemon) -> House:
    house.app.extensions[scanning._EXTENSION] = scanning.Clamd(daemon.url)
    return house


def attach(visitor: Visitor, reference: str, kind: str, content: bytes, name: str) -> str:
    """The page of the documents after a file was sent."""
    sent = visitor.post(f"/dossiers/{reference}/documents/{kind}", file=(io.BytesIO(content), name))
    assert sent.status_code == 303, sent.text
    return str(visitor.page(f"/dossiers/{reference}/documents").text)


def kind_in(page: str) -> str:
    return str(re.findall(r'id="([^"]+)-title"', page)[0])


def test_the_page_says_that_a_file_is_being_checked_and_offers_to_look_again(
    scanned: House,
) -> None:
    visitor, reference = scanned.visitor("saomai"), scanned.draft()

    page = visitor.page(f"/dossiers/{reference}/documents").text
    assert "Đang kiểm tra" in page
    assert "Tệp đang được kiểm tra. Đề nghị xem lại sau ít phút." in page
    assert 'href="/documents/' not in page

    scanned.work()
    page = visitor.page(f"/dossiers/{reference}/documents").text
    assert "Đang kiểm tra" not in page


def test_nothing_is_sent_meanwhile_and_the_page_says_so(scanned: House) -> None:
    visitor, reference = scanned.visitor("saomai"), scanned.draft()

    waits = visitor.post(f"/dossiers/{reference}/submit")
    assert waits.status_code == 409
    assert "còn đang được kiểm tra" in waits.text

    scanned.work()
    assert visitor.post(f"/dossiers/{reference}/submit").status_code == 303


def test_a_refused_file_is_told_with_its_reason_and_can_be_removed(scanned: House) -> None:
    visitor, reference = scanned.visitor("saomai"), scanned.draft()
    scanned.work()
    kind = kind_in(visitor.page(f"/dossiers/{reference}/documents").text)
    infected = files.pdf(files.carrying("notes.txt", EICAR))
    attach(visitor, reference, kind, infected, "đơn.pdf")
    scanned.work()

    page = visitor.page(f"/dossiers/{reference}/documents").text
    assert "Tệp “đơn.pdf” chứa phần mềm độc hại" in page
    assert "Bị từ chối" in page
    (removal,) = re.findall(r'action="([^"]+/remove)"(?:(?!action=).)*? đơn\.pdf<', page, re.DOTALL)
    assert visitor.post(removal).status_code == 303
    assert "đơn.pdf" not in visitor.page(f"/dossiers/{reference}/documents").text


def test_what_was_taken_out_of_a_file_is_said(house: House) -> None:
    visitor, reference = house.visitor("saomai"), house.draft()
    kind = kind_in(visitor.page(f"/dossiers/{reference}/documents").text)
    page = attach(visitor, reference, kind, files.pdf(files.with_opening_script), "đơn.pdf")
    assert "đã được loại bỏ (JavaScript, OpenAction)" in page


def test_a_store_that_is_down_makes_the_sending_wait(house: House) -> None:
    visitor, reference = house.visitor("saomai"), house.draft()
    kept = house.app.extensions["motcua.storage"]
    down = S3Address("127.0.0.1:9", "bucket", "key", "secret", secure=False)
    house.app.extensions["motcua.storage"] = S3Store(down, DocumentKeys([bytes(32)]))

    waits = visitor.post(f"/dossiers/{reference}/submit")
    assert waits.status_code == 503
    assert "Kho tài liệu không phản hồi" in waits.text

    house.app.extensions["motcua.storage"] = kept
    assert visitor.post(f"/dossiers/{reference}/submit").status_code == 303
