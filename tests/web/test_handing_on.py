"""On the desk, without JavaScript: keeping answers for later, a colleague's help, another holder."""

import re

import pytest
from sqlalchemy import select

from core.database import db
from dossiers.models import Dossier
from tests.api import rows
from tests.web.house import House, Visitor

OFFICER, DIRECTOR = "chuyenvien", "lanhdao"


@pytest.fixture
def address(house: House) -> str:
    reference = house.draft()
    with house.app.app_context():
        named = Dossier.reference == reference
        dossier_id = str(db.session.scalars(select(Dossier.id).where(named)).one())
        rows.submitted(dossier_id, "H26.16-261121-0001")
        task_id = rows.task(dossier_id, "device-officer", "desk_check")
        return f"/desk/tasks/{task_id}"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found.group(1)


def holding(house: House, address: str) -> tuple[Visitor, str]:
    officer = house.visitor(OFFICER)
    officer.post(f"{address}/claim")
    return officer, officer.page(address).text


def test_answers_are_kept_and_stand_in_the_form_again(house: House, address: str):
    officer, page = holding(house, address)
    field = re.search(r'<textarea[^>]* name="([^"]+)"', page)
    assert field
    kept = {field.group(1): "đang xem lại", "draft": hidden(page, "draft")}
    assert officer.post(f"{address}/draft", **kept).status_code == 303
    assert "đang xem lại" in officer.page(address).text

    other = officer.post(f"{address}/draft", **{**kept, field.group(1): "cửa sổ thứ hai"})
    assert other.status_code == 412
    assert "đang xem lại" in other.text
    assert "cửa sổ thứ hai" in other.text
    again = {field.group(1): "cửa sổ thứ hai", "draft": hidden(other.text, "draft")}
    assert officer.post(f"{address}/draft", **again).status_code == 303


def test_a_director_gives_a_task_back_to_its_queue(house: House, address: str):
    officer, page = holding(house, address)
    director = house.visitor(DIRECTOR)
    assert address in director.page("/desk/?overseen=1").text
    seen = hidden(director.page(address).text, "version")
    assert director.post(f"{address}/reassign", version=seen, to="").status_code == 303

    assert director.post(f"{address}/reassign", version=seen, to="").status_code == 409
    claim = hidden(page, "claim")
    assert officer.post(f"{address}/release", claim=claim).status_code == 409
    assert "/reassign" not in officer.page(address).text
