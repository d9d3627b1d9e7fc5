"""Requests on the pages, without JavaScript: lists of defects, corrections, proposals and answers."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.database import db, transaction
from dossiers.models import Dossier, DossierStatus
from dossiers.requests.models import DossierRequest
from dossiers.settled import clock_for
from engine.models import Task
from tests.web.house import House, Visitor

APPLICANT, CLERK, OFFICER, DIRECTOR = "saomai", "motcua", "chuyenvien", "lanhdao"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found.group(1)


@pytest.fixture
def reference(house: House) -> str:
    """A paid dossier whose name the register knows otherwise: a clerk must look."""
    reference = house.draft(APPLICANT, organisation_name="Công ty khác tên")
    assert house.visitor(APPLICANT).post(f"/dossiers/{reference}/submit").status_code == 303
    house.work()
    house.pay(reference)
    house.work()
    return reference


def task_of(house: House, reference: str) -> str:
    with house.app.app_context():
        named = select(Task.id).join(Dossier, Dossier.instance_id == Task.instance_id)
        found = db.session.scalars(
            named.where(Dossier.reference == reference, Task.state == "open")
        )
        return f"/desk/tasks/{found.one()}"


def claimed(house: House, reference: str) -> tuple[Visitor, str, str]:
    """A clerk at his task, with the token of his claim."""
    clerk, task = house.visitor(CLERK), task_of(house, reference)
    clerk.post(f"{task}/claim")
    return clerk, task, hidden(clerk.page(task).text, "claim")


LIST = {
    "part": ["organisation_name", "document:instructions"],
    "defect": ["Tên khác đăng ký", "Nhãn mờ"],
    "remedy": ["Ghi đúng tên", ""],
    "legal_basis": ["", "Điều 26"],
    "basis": "",
}


def asked(house: House, reference: str) -> None:
    clerk, task, claim = claimed(house, reference)
    assert clerk.post(f"{task}/supplement", claim=claim, **LIST).status_code == 303


def test_a_list_grows_and_shrinks_row_by_row(house: House, reference: str):
    clerk, task, claim = claimed(house, reference)
    assert f"{task}/supplement" in clerk.page(task).text
    page = clerk.page(f"{task}/supplement").text
    assert page.count('name="defect"') == 1
    longer = clerk.post(f"{task}/supplement", claim=claim, add="1", **LIST)
    assert [longer.text.count('name="defect"'), "Nhãn mờ" in longer.text] == [3, True]
    shorter = clerk.post(f"{task}/supplement", claim=claim, remove="0", **LIST)
    assert ["Tên khác đăng ký" in shorter.text, "Nhãn mờ" in shorter.text] == [False, True]


def test_an_empty_list_is_explained_beside_the_field(house: House, reference: str):
    clerk, task, claim = claimed(house, reference)
    answer = clerk.post(
        f"{task}/supplement", claim=claim, part="", defect="", remedy="", legal_basis=""
    )
    assert answer.status_code == 422
    assert "Danh sách chưa nêu điểm nào cần bổ sung" in answer.text
    assert 'id="defect-0-error"' in answer.text


def test_the_applicant_finds_each_point_where_it_is_mended(house: House, reference: str):
    asked(house, reference)
    owner, home = house.visitor(APPLICANT), f"/dossiers/{reference}"
    page = owner.page(f"{home}/supplement").text
    assert [text in page for text in ("Tên khác đăng ký", "Ghi đúng tên", "Điều 26")] == [True] * 3
    question = re.search(rf'href="({home}/questions/[^"?]+)[^"]*#organisation_name"', page)
    assert question
    assert "Tên khác đăng ký" in owner.page(question.group(1)).text
    documents = owner.page(f"{home}/documents").text
    assert ["Nhãn mờ" in documents, "Tên khác đăng ký" in documents] == [True, False]


def test_what_is_not_ticked_is_shown_to_the_officer(house: House, reference: str):
    asked(house, reference)
    owner, home = house.visitor(APPLICANT), f"/dossiers/{reference}"
    form = {"list": "1", "answer": "Đã sửa tên"}
    assert owner.post(f"{home}/supplement/ticks", done="1", **form).status_code == 303
    assert re.search(r'value="1"[^>]*checked', owner.page(f"{home}/supplement").text)
    assert owner.post(f"{home}/supplement", done="1", **form).status_code == 303
    house.work()
    page = house.visitor(CLERK).page(task_of(house, reference)).text
    assert [page.count("đã bổ sung"), page.count("chưa trả lời")] == [1, 1]


def accept(house: House, reference: str) -> None:
    clerk, task, claim = claimed(house, reference)
    assert clerk.post(f"{task}/complete", claim=claim, decision="accept").status_code == 303


def request_of(house: House, reference: str) -> str:
    with house.app.app_context():
        named = select(DossierRequest.id).join(Dossier).where(Dossier.reference == reference)
        return str(db.session.scalars(named.order_by(DossierRequest.id.desc())).first())


def test_too_late_to_supplement_is_said_in_words(house: House, reference: str):
    asked(house, reference)
    with house.app.app_context(), transaction():
        db.session.execute(update(Task).values(state="completed"))
        db.session.execute(update(Dossier).values(status=DossierStatus.FINISHED))
    answer = house.visitor(APPLICANT).page(f"/dossiers/{reference}/supplement")
    assert [answer.status_code, "Hồ sơ này đã có quyết định" in answer.text] == [409, True]


def test_a_correction_goes_from_request_to_changed_answer(house: House, reference: str):
    accept(house, reference)
    owner, home = house.visitor(APPLICANT), f"/dossiers/{reference}"
    assert f"{home}/requests/correction" in owner.page(home).text
    wish = {"fields": ["organisation_address", "device_name"], "reason": "Đã chuyển trụ sở"}
    assert owner.post(f"{home}/requests/correction", **wish).status_code == 303
    officer, request = house.visitor(OFFICER), request_of(house, reference)
    assert request in officer.page("/desk/requests").text
    page = officer.page(f"/desk/requests/{request}").text
    granting = {"grant": "1", "version": hidden(page, "version"), "fields": "organisation_address"}
    assert officer.post(f"/desk/requests/{request}", **granting).status_code == 303
    correcting = f"{home}/requests/{request}/correct"
    assert correcting in owner.page(home).text
    page = owner.page(correcting).text
    assert ["organisation_address" in page, "device_name" in page] == [True, False]
    wrong = owner.post(correcting, version=hidden(page, "version"), organisation_address="")
    assert [wrong.status_code, "organisation_address" in wrong.text] == [400, True]
    sent = {"version": hidden(page, "version"), "organisation_address": "Số 2 phố Huế"}
    assert owner.post(correcting, **sent).status_code == 303
    told = officer.page(f"/desk/dossiers/{reference}").text
    assert "Số 2 phố Huế" in told


def test_a_denial_without_words_is_explained(house: House, reference: str):
    accept(house, reference)
    owner, home = house.visitor(APPLICANT), f"/dossiers/{reference}"
    owner.post(f"{home}/requests/stop", reason="Không cần nữa")
    director, request = house.visitor(DIRECTOR), request_of(house, reference)
    page = director.page(f"/desk/requests/{request}").text
    denying = {"deny": "1", "version": hidden(page, "version")}
    answer = director.post(f"/desk/requests/{request}", **denying)
    assert [answer.status_code, 'id="reason-error"' in answer.text] == [422, True]
    reason = "Kết quả đã trình ký"
    assert director.post(f"/desk/requests/{request}", reason=reason, **denying).status_code == 303
    assert reason in owner.page(home).text


def test_a_second_answer_finds_the_first(house: House, reference: str):
    accept(house, reference)
    house.visitor(APPLICANT).post(f"/dossiers/{reference}/requests/stop", reason="Không cần nữa")
    director, request = house.visitor(DIRECTOR), request_of(house, reference)
    version = hidden(director.page(f"/desk/requests/{request}").text, "version")
    denying = {"deny": "1", "version": version, "reason": "Đã trình ký"}
    director.post(f"/desk/requests/{request}", **denying)
    answer = director.post(f"/desk/requests/{request}", **denying)
    assert [answer.status_code, "đã thay đổi" in answer.text] == [412, True]


def test_an_applicant_takes_his_request_back(house: House, reference: str):
    accept(house, reference)
    owner, home = house.visitor(APPLICANT), f"/dossiers/{reference}"
    owner.post(f"{home}/requests/stop", reason="Không cần nữa")
    taking = f"{home}/requests/{request_of(house, reference)}/take-back"
    assert taking in owner.page(home).text
    assert owner.post(taking).status_code == 303
    assert "đã rút lại" in owner.page(home).text


def later(house: House, reference: str) -> str:
    """The second working day after the promised one."""
    with house.app.app_context():
        dossier = db.session.scalars(select(Dossier).where(Dossier.reference == reference)).one()
        calendar = clock_for(dossier.agency_id).calendar
        assert dossier.due_at is not None
        day = calendar.next_working_day(calendar.local_date(dossier.due_at) + timedelta(days=1))
        return day.isoformat()


def test_an_extension_is_proposed_by_one_and_granted_by_another(house: House, reference: str):
    accept(house, reference)
    officer, day = house.visitor(OFFICER), later(house, reference)
    address = f"/desk/dossiers/{reference}/propose/extension"
    assert address in officer.page(f"/desk/dossiers/{reference}").text
    wrong = officer.post(address, until="2020-01-01", reason="Chờ ý kiến chuyên gia")
    assert [wrong.status_code, 'id="until-error"' in wrong.text] == [422, True]
    made = officer.post(address, until=day, reason="Chờ ý kiến chuyên gia")
    assert made.status_code == 303
    owner = house.visitor(APPLICANT)
    assert "Chờ ý kiến chuyên gia" not in owner.page(f"/dossiers/{reference}").text
    director, request = house.visitor(DIRECTOR), request_of(house, reference)
    version = hidden(director.page(f"/desk/requests/{request}").text, "version")
    director.post(f"/desk/requests/{request}", grant="1", version=version)
    page = owner.page(f"/dossiers/{reference}").text
    assert ["Chờ ý kiến chuyên gia" in page, "cơ quan xin lỗi và gia hạn" in page] == [True, True]
