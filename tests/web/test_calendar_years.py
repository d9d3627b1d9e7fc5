"""The page of a year's calendar: what holds, drafts to decide about, and what was believed when."""

import re

import pytest

from tests.web.house import House, Visitor

PAGE = "/administration/settings/calendar-day/years/2028"


@pytest.fixture
def administrator(house: House) -> Visitor:
    visitor = house.visitor("quantri")
    visitor.post("/language", change_language="en")
    return visitor


def test_drafts_are_made_by_a_button_and_hold_once_they_are_decided(administrator: Visitor):
    assert "No day of this year is known." in administrator.page(PAGE).text
    assert administrator.post(f"{PAGE}/drafts").status_code == 303
    page = administrator.page(PAGE).text
    assert "Nothing holds until somebody decides" in page
    drafts = re.findall(r'name="draft" type="checkbox" value="([^"]+)"', page)
    answer = administrator.post(f"{PAGE}/decide", draft=drafts[:2], decision="hold")
    assert answer.status_code == 303
    page = administrator.page(PAGE).text
    assert "2 drafts are decided." in page
    assert page.count("not confirmed") == 2


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({"decision": "hold"}, "Choose the days"),
        ({"decision": "refuse", "draft": "00000000-0000-7000-8000-000000000001"}, "Write why"),
    ],
    ids=["nothing-chosen", "no-reason"],
)
def test_a_decision_that_lacks_something_is_refused_in_words(
    administrator: Visitor, sent: dict[str, str], fault: str
):
    answer = administrator.post(f"{PAGE}/decide", **sent)
    assert answer.status_code == 400
    assert fault in answer.text


def test_a_year_that_is_over_is_refused_in_words(administrator: Visitor):
    answer = administrator.post(PAGE.replace("2028", "1999") + "/drafts")
    assert answer.status_code == 422
    assert "Drafts are made of this year and the next ones" in answer.text


def test_what_was_believed_is_told_beside_what_is_known_today(administrator: Visitor):
    asked = PAGE.replace("2028", "2026") + "?about=2026-01-02&on=2025-12-24"
    page = " ".join(administrator.page(asked).text.split())
    then, _, today = page.partition("Today</dt>")
    assert "As on every such day of the week" in then
    assert "Nghỉ hoán đổi Tết Dương lịch (national press), published on" in today


def test_an_impossible_day_is_refused_in_words(administrator: Visitor):
    page = administrator.page(f"{PAGE}?about=2026-02-30&on=mai").text
    assert page.count("There is no such day.") == 4


def test_administrators_are_warned_on_their_first_page(administrator: Visitor):
    assert "Some days rest on no official notice." in administrator.page("/administration/").text


def test_an_auditor_reads_and_is_offered_no_button(house: House):
    auditor = house.visitor("kiemtoan")
    auditor.post("/language", change_language="en")
    page = auditor.page(PAGE).text
    assert "Calendar of 2028" in page
    assert "Propose the days" not in page
    assert auditor.post(f"{PAGE}/drafts").status_code == 403
