"""What the national portal reads."""

from typing import Any

import pytest

from dossiers.models import DossierStatus
from tests.api import rows
from tests.api.conftest import code_of
from tests.api.house import House

FEED = "/api/v1/portal/status-changes"
CODE = "H26.16-261121-0001"


@pytest.fixture
def dossier(house: House) -> dict[str, Any]:
    draft = house.owner.draft()
    with house.app.app_context():
        rows.submitted(draft["id"], CODE)
        rows.changed(draft["id"], DossierStatus.SUBMITTED, DossierStatus.RECEIVED, first_position=1)
    return draft


def test_the_feed_tells_every_change_once_in_order(house: House, dossier: dict[str, Any]):
    other = house.stranger.draft()
    with house.app.app_context():
        rows.submitted(other["id"], "H26.16-261121-0002")
        rows.changed(other["id"], DossierStatus.SUBMITTED, first_position=3)
    address, seen = f"{FEED}?limit=2", []
    for _ in range(3):
        page = house.portal.get(address).get_json()
        seen += page["items"]
        address = page["next"]
    assert [change["position"] for change in seen] == [1, 2, 3]
    assert [change["code"] for change in seen] == [CODE, CODE, "H26.16-261121-0002"]
    assert seen[1]["status"] == "received"
    assert {change["procedure_code"] for change in seen} == {"1.003029"}
    assert seen[1]["national_status"] == {"code": "2", "name": "Được tiếp nhận"}


def test_an_exhausted_feed_keeps_its_cursor(house: House, dossier: dict[str, Any]):
    page = house.portal.get(f"{FEED}?after=2").get_json()
    assert (page["items"], page["cursor"]) == ([], 2)
    assert "after=2" in page["next"]


@pytest.mark.parametrize("after", ["-1", "x", str(2**63), "1.5"])
def test_a_cursor_that_is_none_is_refused(house: House, after: str):
    answer = house.portal.get(f"{FEED}?after={after}")
    assert (answer.status_code, code_of(answer)) == (422, "invalid-request")


@pytest.mark.parametrize("by", ["code", "reference"])
def test_the_portal_asks_for_one_dossier(house: House, dossier: dict[str, Any], by: str):
    known_by = CODE if by == "code" else dossier["reference"]
    told = house.portal.get(f"/api/v1/portal/dossiers/{known_by}").get_json()
    assert (told["code"], told["status"]) == (CODE, "received")
    assert told["national_status"]["code"] == "2"
    assert told["procedure_code"] == "1.003029"
    assert not {"answers", "organisation_name", "owner_id"} & told.keys()


def test_the_portal_is_not_told_of_drafts(house: House):
    draft = house.owner.draft()
    answer = house.portal.get(f"/api/v1/portal/dossiers/{draft['reference']}")
    assert (answer.status_code, code_of(answer)) == (404, "dossier-not-found")


def test_nobody_else_reads_the_feed(house: House, dossier: dict[str, Any]):
    for name, caller in house.callers.items():
        expected = 200 if name == "portal" else 403
        assert caller.get(FEED).status_code == expected
        assert caller.get(f"/api/v1/portal/dossiers/{CODE}").status_code == expected


def test_the_portal_reads_nothing_else(house: House, dossier: dict[str, Any]):
    for address in ("/api/v1/dossiers", f"/api/v1/dossiers/{dossier['id']}", "/api/v1/tasks"):
        assert house.portal.get(address).status_code == 403
