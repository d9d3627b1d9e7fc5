"""Hand-overs, control sheet and register over the API."""

from uuid import UUID

import pytest

from accounts import departments, queries
from accounts.actor import SYSTEM
from core.database import db, transaction
from dossiers.models import Dossier
from tests.api import rows
from tests.api.house import AGENCY, House


@pytest.fixture
def dossier_id(house: House) -> str:
    """A received dossier of the agency."""
    made = house.owner.draft()["id"]
    with house.app.app_context():
        rows.submitted(made, "H26.16-261121-0001")
        with transaction():
            found = db.session.get_one(Dossier, UUID(made))
            found.received_at = found.submitted_at
    return str(made)


@pytest.fixture
def unit_id(house: House) -> str:
    with house.app.app_context(), transaction():
        agency = queries.known_agency(AGENCY)
        return str(departments.create_unit(agency.id, "NV", {"vi": "Phòng NV"}, by=SYSTEM).id)


@pytest.fixture
def agency_id(house: House) -> str:
    with house.app.app_context():
        return str(queries.known_agency(AGENCY).id)


def handed(house: House, dossier_id: str, **given: object) -> dict[str, object]:
    answer = house.desk_clerk.post(
        f"/api/v1/dossiers/{dossier_id}/hand-overs", {"purpose": "Thẩm định", **given}
    )
    assert answer.status_code == 201, answer.get_json()
    return dict(answer.get_json())


def test_a_dossier_is_sent_acknowledged_and_returned(house, dossier_id, agency_id, unit_id):
    hand_over = handed(house, dossier_id, agency_id=agency_id, unit_id=unit_id)
    address = f"/api/v1/hand-overs/{hand_over['id']}"
    waiting = house.desk_clerk.get("/api/v1/hand-overs").get_json()["items"]
    assert [each["id"] for each in waiting] == [hand_over["id"]]
    assert house.desk_clerk.post(f"{address}/acknowledge").get_json()["answers"] == ["acknowledged"]
    assert house.desk_clerk.get("/api/v1/hand-overs").get_json() == {"items": []}
    returned = house.desk_clerk.post(f"{address}/return", {"reason": "Xong"})
    assert returned.get_json()["answers"] == ["acknowledged", "returned"]
    again = house.desk_clerk.post(f"{address}/misroute", {"reason": "x"})
    assert (again.status_code, again.get_json()["code"]) == (409, "hand-over-answered")
    sheet = house.desk_clerk.get(f"/api/v1/dossiers/{dossier_id}/control-sheet").get_json()
    (row,) = (each for each in sheet["items"] if each["hand_over_id"])
    assert (row["outcome"], row["note"], row["stage"]) == ("returned", "Xong", "Thẩm định")
    assert row["receiver"]["unit"] == "Phòng NV"


def test_a_receiver_that_cannot_be_is_told_in_words(house, dossier_id, agency_id):
    given = {"purpose": "x", "agency_id": agency_id}
    refused = house.desk_clerk.post(f"/api/v1/dossiers/{dossier_id}/hand-overs", given)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "receiver-wrong")


def test_the_register_of_a_period_is_paged(house, dossier_id):
    query = f"/api/v1/dossier-register?agency={AGENCY}&first=2026-01-01&last=2026-12-31"
    (line,) = house.desk_clerk.get(query).get_json()["items"]
    assert (line["number"], line["code"]) == (1, "H26.16-261121-0001")
    assert line["outcome"] == "open"
    refused = house.desk_clerk.get(query.replace("2026-12-31", "2025-12-31"))
    assert refused.get_json()["code"] == "period-wrong"
    assert house.auditor_elsewhere.get(query).status_code == 404
    assert house.owner.get(query).status_code == 404
