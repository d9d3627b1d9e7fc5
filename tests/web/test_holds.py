"""On the desk: a director finds a dossier, holds it and lets it go; others only read it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.database import db
from dossiers.models import Dossier
from tests.api import rows
from tests.web.house import House


@pytest.fixture
def address(house: House) -> str:
    reference = house.draft()
    with house.app.app_context():
        named = Dossier.reference == reference
        dossier_id = str(db.session.scalars(select(Dossier.id).where(named)).one())
        rows.submitted(dossier_id, "H26.16-261121-0001")
    return f"/desk/dossiers/{reference}"


def test_a_director_finds_a_dossier_by_its_code_and_holds_it(house: House, address: str):
    director = house.visitor("lanhdao")
    director.post("/language", change_language="en")
    found = director.page("/desk/dossiers?reference=H26.16-261121-0001")
    assert found.location == address
    assert director.post(f"{address}/hold", reason=" ").status_code == 400
    assert director.post(f"{address}/hold", reason="Thanh tra 12").status_code == 303
    page = director.page(address).text
    assert "On legal hold since" in page
    assert "Thanh tra 12" in page
    assert director.post(f"{address}/hold/lift", reason="Đã xong").status_code == 303
    page = director.page(address).text
    assert "On legal hold since" not in page
    assert "Đã xong" in page


def test_an_old_session_proves_itself_before_it_is_asked_for_a_reason(house: House, address: str):
    director = house.visitor("lanhdao")
    with clock.shifted(timedelta(minutes=30)):
        answer = director.page(f"{address}/hold")
    assert "/prove" in str(answer.location)


def test_a_clerk_reads_that_it_is_held_and_cannot_change_it(house: House, address: str):
    house.visitor("lanhdao").post(f"{address}/hold", reason="Thanh tra 12")
    clerk = house.visitor("motcua")
    page = clerk.page(address).text
    assert "Thanh tra 12" in page
    assert f"{address}/hold" not in page
    assert clerk.page(f"{address}/hold").status_code == 403


def test_applicants_have_no_part_in_it(house: House, address: str):
    assert house.visitor("saomai").page(address).status_code == 403
