"""Pages of what another system answered: for who has taken the task; others see that it is there."""

import re

import pytest

from accounts import operations as accounts
from accounts.actor import SYSTEM, Role
from commands.sample.people import account_of
from core.database import db, transaction
from dossiers.models import Dossier
from tests.dossiers.enquired import KIND, SAID, asked, deliver, send_paper
from tests.web.house import House, Visitor

NAME = "Phiếu lý lịch tư pháp"


@pytest.fixture
def dossier(house: House) -> Dossier:
    """A dossier that asks another system, and two officers who may work its tasks."""
    with house.app.app_context():
        found = asked(house.app)
        with transaction():
            for login in ("motcua", "lanhdao"):
                who = account_of(login).id
                place = found.agency_id
                accounts.grant_role(who, Role.OFFICER, agency_id=place, queue="officer", by=SYSTEM)
        db.session.expunge_all()
        return found


def take(visitor: Visitor) -> str:
    """Take the task that reads it; returns its page."""
    (address,) = set(
        re.findall(r'href="(/desk/tasks/[0-9a-f-]+)"', visitor.page("/desk/?queue=officer").text)
    )
    visitor.post(f"{address}/claim")
    return str(visitor.page(address).text)


def test_who_has_taken_the_task_reads_it_on_a_page_that_is_not_stored(
    house: House, dossier: Dossier
):
    with house.app.app_context():
        deliver(dossier)
    officer = house.visitor("motcua")
    task = take(officer)
    assert SAID.text not in task
    (link,) = re.findall(r'href="([^"]+/confidential/[^"]+)"', task)
    page = officer.page(link)
    assert all(each in page.text for each in (SAID.text, SAID.reference, SAID.issuer))
    assert "no-store" in page.headers["Cache-Control"]
    colleague = house.visitor("lanhdao")
    assert colleague.page(link).status_code == 404
    assert link not in colleague.page(link.partition("/confidential")[0]).text


def test_the_applicant_is_told_what_was_asked_and_who_read_it_not_what_it_says(
    house: House, dossier: Dossier
):
    with house.app.app_context():
        deliver(dossier)
    officer = house.visitor("motcua")
    (link,) = re.findall(r'href="([^"]+/confidential/[^"]+)"', take(officer))
    officer.page(link)
    applicant = house.visitor("saomai")
    page = applicant.page(f"/dossiers/{dossier.reference}").text
    assert "Minh họa" in page
    assert "Not a procedure." in page
    assert SAID.text not in page
    assert applicant.page(link).status_code == 403
    looks = applicant.page(f"/dossiers/{dossier.reference}/looks").text
    assert "Đọc dữ liệu mật về bạn" in looks


def test_the_applicant_finds_the_paper_that_is_asked_for_and_sends_it(
    house: House, dossier: Dossier
):
    with house.app.app_context():
        deliver(dossier, None)
    applicant = house.visitor("saomai")
    page = applicant.page(f"/dossiers/{dossier.reference}").text
    assert "Không lấy được dữ liệu từ hệ thống đang lưu giữ." in page
    assert "Ý kiến của cơ quan" not in page
    documents = applicant.page(f"/dossiers/{dossier.reference}/documents").text
    assert f'id="{KIND}-title"' in documents
    assert NAME in documents


def test_of_a_paper_others_see_that_it_is_there(house: House, dossier: Dossier):
    with house.app.app_context():
        deliver(dossier, None)
        send_paper(dossier)
    applicant, clerk = house.visitor("saomai"), house.visitor("lanhdao")
    assert "an-tich.pdf" in applicant.page(f"/dossiers/{dossier.reference}").text
    seen = clerk.page(f"/desk/dossiers/{dossier.reference}").text
    assert NAME in seen
    assert "an-tich.pdf" not in seen
    assert "Mật: chỉ người thẩm định mở được" in seen
    assert "an-tich.pdf" in take(house.visitor("motcua"))
