"""A clerk asks for more, the applicant answers, the clerk accepts. With and without scripts."""

from pathlib import Path

import pytest

from tests.browser.application import answer_all, attach_all, pay, reference, start
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.visit import Visit


@pytest.mark.parametrize(
    ("javascript", "width"), [(True, PHONE), pytest.param(False, DESKTOP, marks=pytest.mark.slow)]
)
def test_a_supplement_is_asked_given_and_accepted(
    visitor: Visitor, paper: Path, *, javascript: bool, width: int
) -> None:
    applicant = visitor(javascript=javascript, width=width)
    applicant.sign_in("saomai")
    start(applicant)
    answer_all(applicant, organisation_name="Công ty Sao Mai viết sai")
    attach_all(applicant, paper)
    applicant.press("Gửi hồ sơ")
    code = reference(applicant)
    pay(applicant)

    clerk = visitor(javascript=javascript, width=width)
    clerk.sign_in("motcua")
    clerk.open("/desk/?queue=desk-clerk")
    clerk.reload_until(code)
    clerk.look("desk-queue")
    clerk.press(code)
    clerk.look("desk-task-free")
    clerk.press("Nhận việc")
    clerk.look("desk-task-mine")
    clerk.choose({"decision": "supplement"})
    clerk.fill({"note": "Tên tổ chức chưa khớp với đăng ký doanh nghiệp."})
    clerk.press("Hoàn thành")
    assert clerk.sees("Đã hoàn thành")

    applicant.open(f"/dossiers/{code}")
    applicant.reload_until("Tên tổ chức chưa khớp")
    applicant.look("tracking-supplement")
    applicant.press("Bổ sung hồ sơ")
    applicant.look("supplement")
    applicant.fill({"answer": "Tên đã khai là tên viết tắt, xin giữ nguyên."})
    applicant.press("Gửi bổ sung")

    clerk.open("/desk/?queue=desk-clerk")
    clerk.reload_until(code)
    clerk.press(code)
    clerk.press("Nhận việc")
    clerk.choose({"decision": "accept"})
    clerk.press("Hoàn thành")
    applicant.open(f"/dossiers/{code}")
    applicant.reload_until("Kết quả đã được cấp")
    assert applicant.faults + clerk.faults == []


def test_a_decision_under_an_old_claim_is_refused(visitor: Visitor) -> None:
    clerk = visitor()
    clerk.sign_in("motcua")
    clerk.open("/desk/?queue=desk-clerk")
    clerk.page.get_by_role("row", name="Đồng Xanh").get_by_role("link").click()
    clerk.press("Nhận việc")
    address = clerk.page.url
    other_tab = Visit(clerk.page.context.new_page(), javascript=True)
    other_tab.open(address)
    other_tab.press("Trả lại việc")
    other_tab.open(address)
    other_tab.press("Nhận việc")

    clerk.choose({"decision": "accept"})
    clerk.press("Hoàn thành")
    assert clerk.page.url.endswith("/complete")
    assert not clerk.sees("Đã hoàn thành")
    clerk.look("desk-stale-claim")
    other_tab.press("Trả lại việc")
    assert other_tab.sees("Đã trả việc về hàng chờ")
    assert clerk.faults + other_tab.faults == []


@pytest.mark.slow
def test_a_withdrawn_application_ends(visitor: Visitor, paper: Path) -> None:
    visit = visitor()
    visit.sign_in("saomai")
    start(visit)
    answer_all(visit)
    attach_all(visit, paper)
    visit.press("Gửi hồ sơ")
    visit.press("Rút hồ sơ")
    visit.look("withdraw")
    visit.fill({"reason": "Nộp nhầm dịch vụ."})
    visit.press("Rút hồ sơ")
    visit.reload_until("Bạn đã rút hồ sơ này")
    visit.look("tracking-withdrawn")
    assert visit.faults == []
