"""Pages of a dossier that is settled together with another agency."""

import pytest
from sqlalchemy import select

from accounts.models import Agency
from core.database import db, transaction
from core.ids import new_id
from dossiers.models import Dossier
from dossiers.sub_dossiers.asking import read_part
from dossiers.sub_dossiers.operations import open_sub_dossier
from tests.web.house import House

ELSEWHERE = "H29.16"


@pytest.fixture
def tied(house: House) -> tuple[str, str]:
    """The references of a sent dossier and of its part at another agency."""
    lead = house.draft()
    house.visitor("saomai").post(f"/dossiers/{lead}/submit")
    with house.app.app_context(), transaction():
        assert db.session.scalars(select(Agency).where(Agency.code == ELSEWHERE)).one()
        found = db.session.scalars(select(Dossier).where(Dossier.reference == lead)).one()
        said = {
            "agency": ELSEWHERE,
            "process": "never_begun",
            "limit": {"amount": 3, "unit": "working-day"},
            "question": "Địa điểm có phù hợp quy hoạch?",
        }
        part = open_sub_dossier(found, new_id(), read_part(said))
        return lead, part.reference


def test_the_applicant_goes_from_the_lead_to_its_part_and_back(house: House, tied):
    lead, part = tied
    applicant = house.visitor("saomai")
    for here, there in ((lead, part), (part, lead)):
        page = applicant.page(f"/dossiers/{here}").text
        assert "Địa điểm có phù hợp quy hoạch?" in page
        assert f'href="/dossiers/{there}"' in page


def test_staff_read_of_the_part_but_cannot_open_another_agencys_dossier(house: House, tied):
    lead, part = tied
    clerk = house.visitor("motcua")
    page = clerk.page(f"/desk/dossiers/{lead}").text
    assert "Sở Y tế TP. Hồ Chí Minh" in page
    assert part not in page.replace(f">{part}<", "")
    assert clerk.page(f"/desk/dossiers/{part}").status_code == 404
