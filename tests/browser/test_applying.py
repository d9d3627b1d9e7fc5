"""A business applies, pays and gets its number; anybody can check it. With and without scripts."""

from pathlib import Path

import pytest

from tests.browser.application import answer_all, attach_all, pay, start
from tests.browser.conftest import DESKTOP, PHONE, Visitor


@pytest.mark.parametrize(
    ("javascript", "width"), [pytest.param(True, DESKTOP, marks=pytest.mark.slow), (False, PHONE)]
)
def test_an_applicant_gets_a_number_that_anybody_can_check(
    visitor: Visitor, paper: Path, *, javascript: bool, width: int
) -> None:
    visit = visitor(javascript=javascript, width=width)
    visit.sign_in("saomai")
    start(visit)
    answer_all(visit)
    attach_all(visit, paper)
    visit.look("check-answers")
    visit.press("Gửi hồ sơ")
    assert visit.sees("Hãy lưu lại mã tham chiếu")
    pay(visit)
    visit.reload_until("Kết quả đã được cấp")
    visit.look("tracking-delivered")
    assert visit.page.get_by_role("link", name="Thông báo số công bố").count() == 1

    number = visit.page.locator("main").inner_text().split("Số: ")[1].split()[0]
    stranger = visitor(javascript=javascript, width=width)
    stranger.open("/verify")
    stranger.look("verify-ask")
    stranger.fill({"number": number})
    stranger.page.get_by_role("button", name="Kiểm tra", exact=True).click()
    assert stranger.sees("Thông báo này có thật và đang có hiệu lực")
    assert not stranger.sees("Nguyễn Thị Mai")
    stranger.look("verify-valid")
    assert visit.faults + stranger.faults == []


def test_an_empty_page_is_refused_and_the_error_summary_takes_the_focus(visitor: Visitor) -> None:
    visit = visitor(width=PHONE)
    visit.sign_in("saomai")
    start(visit)
    visit.press("Tiếp tục")
    assert visit.page.title().startswith("Lỗi: ")
    focused = visit.page.evaluate("document.activeElement.className")
    assert "govuk-error-summary" in focused
    visit.look("question-with-errors")
    first = visit.page.locator(".govuk-error-summary__list a").first
    first.click()
    assert visit.page.evaluate("document.activeElement.id") == "organisation_number"
    assert visit.faults == []


def test_what_was_typed_survives_a_change_of_language(visitor: Visitor) -> None:
    visit = visitor(javascript=False)
    visit.sign_in("saomai")
    start(visit)
    visit.fill({"organisation_name": "Công ty Thử"})
    visit.press("English")
    assert visit.page.locator("html").get_attribute("lang") == "en"
    assert visit.page.locator('[name="organisation_name"]').input_value() == "Công ty Thử"
    assert visit.sees("Name of the organisation")


def test_the_enter_key_continues_and_does_not_change_the_language(visitor: Visitor) -> None:
    visit = visitor(javascript=False)
    visit.sign_in("saomai")
    start(visit)
    visit.page.locator('[name="organisation_number"]').press("Enter")
    assert visit.page.title().startswith("Lỗi: ")


def test_the_first_tab_leads_to_the_skip_link(visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/")
    visit.page.keyboard.press("Tab")
    assert "govuk-skip-link" in visit.page.evaluate("document.activeElement.className")
