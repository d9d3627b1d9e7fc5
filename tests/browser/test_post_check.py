"""The post-check of an issued number: an officer proposes, the director decides, the public sees."""

import pytest

from tests.browser.conftest import Visitor
from tests.browser.visit import Visit


def _open_task(visit: Visit, login: str, queue: str) -> None:
    visit.sign_in(login)
    visit.open(f"/desk/?queue={queue}")
    visit.reload_until("/PCBB-")
    visit.page.locator("main table a").first.click()
    visit.press("Nhận việc")


@pytest.mark.slow
def test_a_withdrawn_number_is_shown_as_withdrawn(visitor: Visitor) -> None:
    officer, director, stranger = visitor(), visitor(), visitor(width=390)
    _open_task(officer, "chuyenvien", "device-officer")
    number = officer.page.locator("main a[href^='/verify/']", has_text="/PCBB-").inner_text()
    officer.choose({"outcome": "withdraw"})
    officer.fill({"findings": "Giấy chứng nhận ISO 13485 đã hết hiệu lực."})
    officer.press("Hoàn thành")  # what the answer calls for is asked now
    officer.choose({"ground": "false-papers"})
    officer.look("desk-post-check")
    officer.press("Hoàn thành")
    assert officer.sees("Đã hoàn thành")

    _open_task(director, "lanhdao", "director")
    assert director.sees("Giấy chứng nhận ISO 13485 đã hết hiệu lực.")
    director.choose({"approved": "yes"})
    director.look("desk-approval")
    director.press("Hoàn thành")

    stranger.open(f"/verify/{number}")
    stranger.reload_until("Thông báo này đã bị thu hồi")
    assert stranger.sees("Giấy chứng nhận ISO 13485 đã hết hiệu lực.")
    stranger.look("verify-withdrawn")
    stranger.open("/register")
    stranger.look("register")
    assert officer.faults + director.faults + stranger.faults == []
