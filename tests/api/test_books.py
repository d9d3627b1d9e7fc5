"""Books of numbers over the API."""

import pytest
from sqlalchemy import select

from accounts import queries as accounts
from core.database import transaction
from dossiers.models import BookNumber, Dossier
from dossiers.numbers import operations
from dossiers.operations.locking import lock_dossier
from tests.api import rows
from tests.api.conftest import code_of
from tests.api.house import AGENCY, PACK, House
from tests.api.test_programs import freshly_proven


@pytest.fixture
def number(house: House) -> str:
    """The id of a number whose result could not be made."""
    draft = house.owner.draft()
    with house.app.app_context():
        rows.submitted(draft["id"], "H26.16-261121-0001")
        with transaction() as session:
            dossier = lock_dossier(session.scalars(select(Dossier.id)).one())
            agency = accounts.known_agency(AGENCY)
            taken = operations.reserve_number(dossier, PACK, agency)
            operations.note_trouble(taken, "seal_result: no key")
            return str(taken.id)


def test_clerks_and_auditors_list_books_and_numbers(house: House, number: str):
    for reader in (house.desk_clerk, house.auditor, house.director):
        (book,) = reader.get("/api/v1/books").get_json()["items"]
        assert (book["agency"], book["book"], book["given"], book["last"]) == (AGENCY, "pcbb", 1, 1)
        page = reader.get(f"/api/v1/books/numbers?agency={AGENCY}&book=pcbb&limit=1").get_json()
        assert [each["id"] for each in page["items"]] == [number]
        assert page["items"][0]["dossier"].startswith("HS-")
        assert page["next"] is None
    assert house.device_officer.get("/api/v1/books").status_code == 403
    assert house.auditor_elsewhere.get("/api/v1/books").get_json() == {"items": []}


def test_a_director_strikes_a_number_out_once(house: House, number: str):
    address = f"/api/v1/numbers/{number}/cancel"
    assert house.desk_clerk.post(address, {"reason": "x"}).status_code == 403
    told = freshly_proven(house, "director").post(address, {"reason": "Nhầm sổ"})
    assert (told.status_code, told.get_json()["state"]) == (200, "void")
    assert told.get_json()["voided_by"] == house.director.actor_id
    assert (
        code_of(freshly_proven(house, "director").post(address, {"reason": "x"})) == "number-void"
    )


def test_a_number_that_is_about_to_be_used_stays(house: House, number: str):
    with house.app.app_context(), transaction() as session:
        session.scalars(select(BookNumber)).one().reason = None
    answer = freshly_proven(house, "director").post(
        f"/api/v1/numbers/{number}/cancel", {"reason": "x"}
    )
    assert (answer.status_code, code_of(answer)) == (409, "number-awaited")


def test_another_agencys_number_is_not_there(house: House, number: str):
    answer = house.director_elsewhere.get(f"/api/v1/numbers/{number}")
    assert (answer.status_code, code_of(answer)) == (404, "number-not-found")
