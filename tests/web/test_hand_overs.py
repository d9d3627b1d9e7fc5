"""Hand-overs on the desk: who sends, who takes, what the sheet and the register show."""

import pytest
from sqlalchemy import select

from accounts import departments
from accounts.actor import SYSTEM
from commands.sample.people import first_agency
from core.clock import now
from core.database import transaction
from dossiers.models import Dossier, DossierStatus
from tests.web.house import House


@pytest.fixture
def reference(house: House) -> str:
    """A received dossier."""
    made = house.draft()
    with house.app.app_context(), transaction() as session:
        found = session.scalars(select(Dossier).where(Dossier.reference == made)).one()
        found.status, found.submitted_at = DossierStatus.PROCESSING, now()
        found.received_at = found.submitted_at
    return str(made)


@pytest.fixture
def place(house: House) -> str:
    """A unit of the agency, as the form names it."""
    with house.app.app_context(), transaction():
        agency_id = first_agency().id
        unit = departments.create_unit(agency_id, "NV", {"vi": "Phòng NV"}, by=SYSTEM)
        return f"{agency_id}/{unit.id}"


def test_a_dossier_goes_to_a_unit_and_comes_back(house: House, reference: str, place: str):
    clerk = house.visitor("motcua")
    sheet = f"/desk/dossiers/{reference}/control-sheet"
    sending = sheet.replace("control-sheet", "hand-over")
    assert "Phòng NV" in clerk.page(sending).text
    assert clerk.post(sending, to=place, purpose=" ").status_code == 400
    assert clerk.post(sending, to="", purpose="x").status_code == 400
    assert clerk.post(sending, to=place, purpose="Thẩm định", days="0").status_code == 400
    assert clerk.post(sending, to=place, purpose="Thẩm định", days="2").location == sheet
    director = house.visitor("lanhdao")
    waiting = director.page("/desk/hand-overs").text
    address = waiting.partition('href="/desk/hand-overs/')[2].partition('"')[0]
    own = f"/desk/hand-overs/{address}"
    assert "Thẩm định" in director.page(own).text
    assert director.post(f"{own}/acknowledge").location == "/desk/hand-overs"
    assert director.post(f"{own}/acknowledge").status_code == 409
    assert director.post(f"{own}/answer", answer="return", reason=" ").status_code == 400
    assert director.post(f"{own}/answer", answer="return", reason="Đạt yêu cầu").status_code == 303
    shown = clerk.page(sheet).text
    assert "Đạt yêu cầu" in shown
    assert "Phòng NV" in shown


def test_the_sheet_and_the_register_are_read_as_pdf_and_as_table(house: House, reference: str):
    clerk = house.visitor("motcua")
    made = clerk.page(f"/desk/dossiers/{reference}/control-sheet.pdf")
    assert (made.mimetype, made.data[:5]) == ("application/pdf", b"%PDF-")
    assert reference in clerk.page("/desk/register").text
    assert clerk.page("/desk/register/export").data[:5] == b"%PDF-"
    assert reference.encode() in clerk.page("/desk/register/export?as=csv").data
    assert clerk.page("/desk/register?first=2026-12-01&last=2026-11-01").status_code == 422
    assert clerk.page("/desk/register?first=x&last=y").status_code == 422
    assert house.visitor("saomai").page("/desk/register").status_code == 403


def test_the_applicant_reads_the_stages(house: House, reference: str):
    page = house.visitor("saomai").page(f"/dossiers/{reference}/stages")
    assert "<h1" in page.text
    assert page.status_code == 200
