"""Years of the calendar over the API: what holds, drafts and their decision, what was believed."""

from collections.abc import Iterator

import pytest

from core import clock
from tests.api.conftest import code_of
from tests.api.house import House

YEAR, DRAFTS = "/api/v1/calendar?year=2028", "/api/v1/calendar/drafts"


@pytest.fixture(autouse=True)
def in_june(house: House) -> Iterator[None]:
    with clock.at(clock.now().replace(year=2027, month=6, day=7)):
        yield


def test_drafts_are_proposed_once_and_hold_once_they_are_decided(house: House):
    administrator = house.administrator
    assert administrator.get(YEAR).get_json()["days"] == []
    proposed = administrator.post(DRAFTS, {"year": 2028}).get_json()["proposed"]
    assert proposed > 5
    assert administrator.post(DRAFTS, {"year": 2028}).get_json() == {"proposed": 0}
    first, *rest = administrator.get(YEAR).get_json()["drafts"]
    assert len(rest) == proposed - 1
    decided = administrator.post(f"{DRAFTS}/decide", {"drafts": [first["id"]], "hold": True})
    assert decided.get_json() == {"decided": 1}
    year = administrator.get(YEAR).get_json()
    assert [(each["day"], each["official"]) for each in year["days"]] == [(first["day"], False)]
    assert year["standing"] == "unconfirmed"
    belief = administrator.get(f"/api/v1/calendar/beliefs?about={first['day']}").get_json()
    assert (belief["works"], belief["sort"]) == (False, "rest")
    before = f"/api/v1/calendar/beliefs?about={first['day']}&on=2027-06-01"
    assert administrator.get(before).get_json()["sort"] is None


def test_a_refusal_says_why_and_a_year_that_is_over_is_refused(house: House):
    administrator = house.administrator
    administrator.post(DRAFTS, {"year": 2028})
    first = administrator.get(YEAR).get_json()["drafts"][0]["id"]
    body = {"drafts": [first], "hold": False}
    assert administrator.post(f"{DRAFTS}/decide", body).status_code == 422
    refused = administrator.post(f"{DRAFTS}/decide", {**body, "note": "Chờ thông báo"})
    assert refused.get_json() == {"decided": 1}
    assert code_of(administrator.post(DRAFTS, {"year": 2026})) == "calendar-year"


def test_who_settles_nothing_reads_no_calendar_and_makes_no_drafts(house: House):
    for caller in (house.desk_clerk, house.owner):
        assert caller.get(YEAR).status_code == 403
        assert caller.post(DRAFTS, {"year": 2028}).status_code == 403
    assert house.auditor.get(YEAR).status_code == 200
    assert house.auditor.post(DRAFTS, {"year": 2028}).status_code == 403
