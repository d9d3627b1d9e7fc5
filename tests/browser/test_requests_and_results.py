"""Requests, results of the register and the store of documents, walked on phone and desktop."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest

from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.serving import app_in, served
from tests.browser.visit import Visit
from tests.dossiers.kept import kept
from tests.dossiers.registered import published, ruled
from tests.sandboxes import Sandbox
from tests.web.house import House, furnished
from tests.web.test_requests import accept, later, request_of

# The pages are tested without a browser at every change; walking them takes its time.
pytestmark = pytest.mark.slow

WALKS = pytest.mark.parametrize(("javascript", "width"), [(True, PHONE), (False, DESKTOP)])


class HouseWithWorker(House):
    """Works its jobs in a thread of their own: pyHanko cannot seal beside the browser's event loop."""

    def work(self) -> None:
        worker = Thread(target=super().work)
        worker.start()
        worker.join()


@pytest.fixture
def house(tmp_path: Path, register_sandbox: Sandbox, payment_sandbox: Sandbox) -> House:
    neighbours = {
        "enterprise_register_url": register_sandbox.address,
        "payment_gateway_url": payment_sandbox.address,
    }
    return HouseWithWorker(furnished(app_in(tmp_path, **neighbours)).app)


@pytest.fixture
def site(house: House) -> Iterator[str]:
    with served(house.app) as address:
        yield address


def in_procedure(house: House) -> str:
    """The reference of a dossier of the sample company that a clerk accepted."""
    reference = house.draft(organisation_name="Công ty khác tên")
    assert house.visitor("saomai").post(f"/dossiers/{reference}/submit").status_code == 303
    house.work()
    house.pay(reference)
    house.work()
    accept(house, reference)
    return reference


@WALKS
def test_a_correction_and_a_stop_are_asked_for_and_answered(
    visitor: Visitor, house: House, *, javascript: bool, width: int
) -> None:
    reference = in_procedure(house)
    owner = visitor(javascript=javascript, width=width)
    owner.sign_in("saomai")
    officer = visitor(javascript=javascript, width=width)
    officer.sign_in("chuyenvien")
    _corrected(owner, officer, house, reference)
    director = visitor(javascript=javascript, width=width)
    director.sign_in("lanhdao")
    _not_stopped(owner, director, house, reference)
    assert owner.faults + officer.faults + director.faults == []


def _corrected(owner: Visit, officer: Visit, house: House, reference: str) -> None:
    owner.open(f"/dossiers/{reference}/requests/correction")
    owner.page.locator('[name="fields"][value="organisation_address"]').check()
    owner.fill({"reason": "Đã chuyển trụ sở"})
    owner.look("ask-correction")
    owner.page.locator("main form button").first.click()
    officer.open("/desk/requests")
    officer.look("requests")
    officer.open(f"/desk/requests/{request_of(house, reference)}")
    officer.look("request")
    officer.page.locator('button[name="grant"]').click()
    owner.open(f"/dossiers/{reference}")
    owner.look("tracking-correction-granted")
    owner.open(f"/dossiers/{reference}/requests/{request_of(house, reference)}/correct")
    owner.fill({"organisation_address": ""})
    owner.page.locator("main form button").first.click()
    owner.look("correct-refused")
    owner.fill({"organisation_address": "Số 2 phố Huế"})
    owner.page.locator("main form button").first.click()
    officer.open(f"/desk/dossiers/{reference}")
    assert officer.sees("Số 2 phố Huế")
    officer.look("dossier-corrected")


def _not_stopped(owner: Visit, director: Visit, house: House, reference: str) -> None:
    owner.open(f"/dossiers/{reference}/requests/stop")
    owner.fill({"reason": "Không cần nữa"})
    owner.look("ask-stop")
    owner.page.locator("main form button").first.click()
    director.open(f"/desk/requests/{request_of(house, reference)}")
    director.page.locator('button[name="deny"]').click()
    director.look("request-denied-without-reason")
    director.fill({"reason": "Kết quả đã trình ký"})
    director.page.locator('button[name="deny"]').click()
    owner.open(f"/dossiers/{reference}")
    assert owner.sees("Kết quả đã trình ký")
    owner.look("tracking-stop-denied")


@WALKS
def test_an_extension_is_proposed_granted_and_excused(
    visitor: Visitor, house: House, *, javascript: bool, width: int
) -> None:
    reference = in_procedure(house)
    officer = visitor(javascript=javascript, width=width)
    officer.sign_in("chuyenvien")
    officer.open(f"/desk/dossiers/{reference}/propose/extension")
    officer.fill({"until": later(house, reference), "reason": "Chờ ý kiến chuyên gia"})
    officer.look("propose-extension")
    officer.page.locator("main form button").first.click()
    director = visitor(javascript=javascript, width=width)
    director.sign_in("lanhdao")
    director.open(f"/desk/requests/{request_of(house, reference)}")
    director.look("request-extension")
    director.page.locator('button[name="grant"]').click()
    house.work()
    owner = visitor(javascript=javascript, width=width)
    owner.sign_in("saomai")
    owner.open(f"/dossiers/{reference}")
    assert owner.sees("cơ quan xin lỗi và gia hạn")
    owner.look("tracking-extended")
    assert officer.faults + director.faults + owner.faults == []


@WALKS
def test_a_result_is_copied_and_revoked(
    visitor: Visitor, house: House, *, javascript: bool, width: int
) -> None:
    with house.app.app_context():
        ruled()
        result = published()
    holder = visitor(javascript=javascript, width=width)
    holder.sign_in("saomai")
    holder.open("/results/")
    holder.look("results")
    holder.open(f"/results/{result}")
    _copy(holder, house)
    holder.look("result")
    officer = visitor(javascript=javascript, width=width)
    officer.sign_in("chuyenvien")
    _revoked(officer, result)
    holder.page.reload()
    holder.look("result-revoked")
    anybody = visitor(javascript=javascript, width=width)
    anybody.open("/verify/000000001/PCBB-HN")
    assert anybody.sees("đã bị thu hồi")
    anybody.look("verify-revoked")
    anybody.open("/register")
    anybody.look("register")
    assert holder.faults + officer.faults + anybody.faults == []


def _copy(holder: Visit, house: House) -> None:
    holder.page.locator('form[action$="/copies"] button').click()
    house.work()
    holder.page.reload()


def _revoked(officer: Visit, result: UUID) -> None:
    officer.open("/desk/entries")
    officer.look("entries")
    officer.open(f"/desk/entries/{result}")
    officer.look("entry")
    officer.page.locator("form", has=officer.page.locator('[value="revocation"]')).locator(
        "button"
    ).click()
    officer.open(f"/desk/entries/{result}")
    officer.look("entry-revoked")


@WALKS
def test_a_kept_paper_is_used_again_and_hidden(
    visitor: Visitor, house: House, *, javascript: bool, width: int
) -> None:
    with house.app.app_context():
        holding = kept()
    owner = visitor(javascript=javascript, width=width)
    owner.sign_in("saomai")
    owner.open("/store/")
    owner.look("store")
    owner.open(f"/dossiers/{house.draft()}/documents")
    owner.look("documents-kept-offered")
    owner.page.locator('form[action$="/reuse"] button').first.click()
    owner.open(f"/store/{holding}")
    owner.look("store-document")
    owner.page.locator(f'form[action="/store/{holding}/hide"] button').click()
    assert owner.sees("không hiển thị")
    owner.look("store-document-hidden")
    assert owner.faults == []
