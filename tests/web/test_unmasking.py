"""On the desk: an answer about a person is hidden until its reader has said what for."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from commands.sample.application import SAO_MAI
from core import clock
from core.database import db
from dossiers.models import Dossier
from tests.api import rows
from tests.web.house import House

PHONE = SAO_MAI["contact_phone"]


@pytest.fixture
def address(house: House) -> str:
    reference = house.draft()
    with house.app.app_context():
        named = Dossier.reference == reference
        dossier_id = str(db.session.scalars(select(Dossier.id).where(named)).one())
        rows.submitted(dossier_id, "H26.16-261121-0001")
        return f"/desk/tasks/{rows.task(dossier_id, 'device-officer', 'desk_check')}"


def test_an_officer_sees_a_phone_number_once_he_has_said_what_for(house: House, address: str):
    officer = house.visitor("chuyenvien")
    task = officer.page(address).text
    assert PHONE not in task
    ask = re.search(r'href="([^"]*/unmask\?field=contact_phone)"', task)
    assert ask
    assert PHONE not in officer.page(ask.group(1)).text

    refused = officer.post(f"{address}/unmask", field="contact_phone", reason=" ")
    assert refused.status_code == 400
    assert PHONE not in refused.text
    shown = officer.post(f"{address}/unmask", field="contact_phone", reason="Gọi hỏi")
    assert shown.status_code == 200
    assert PHONE in shown.text
    assert "no-store" in shown.headers["Cache-Control"]
    assert PHONE not in officer.page(address).text


def test_an_old_session_must_prove_itself_anew(house: House, address: str):
    officer = house.visitor("chuyenvien")
    with clock.shifted(timedelta(hours=1)):
        answer = officer.post(f"{address}/unmask", field="contact_phone", reason="Gọi hỏi")
    assert PHONE not in answer.text


def test_who_applied_reads_every_answer(house: House, address: str):
    with house.app.app_context():
        reference = db.session.scalars(select(Dossier.reference)).one()
    assert PHONE in house.visitor("saomai").page(f"/dossiers/{reference}").text
