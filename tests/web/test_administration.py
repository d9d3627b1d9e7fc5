"""Administration in the browser, without JavaScript: agencies, people, roles, queues, absences."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import select

import signing
from accounts import queries
from accounts.models import Account, Agency, Queue, Unit
from commands.sample.people import account_of
from commands.seal_keys import seal_keys
from core import clock
from core.clock import now
from core.database import db, transaction
from dossiers.models import Dossier, DossierStatus
from tests.days import today
from tests.web.house import AGENCY, House, Visitor

FIRST, SECOND, CLERK = "quantri", "quantri2", "motcua"


@pytest.fixture
def administrator(house: House) -> Visitor:
    return house.visitor(FIRST)


def agency_id(house: House, code: str = "H26.16") -> UUID:
    with house.app.app_context():
        found = queries.agency_by_code(code)
        assert found is not None
        return found.id


def account_id(house: House, login: str) -> UUID:
    with house.app.app_context():
        return account_of(login).id


def test_the_menu_leads_administrators_to_administration(house: House, administrator: Visitor):
    assert 'href="/administration/"' in administrator.page("/").text
    assert "/administration/" not in house.visitor(CLERK).page("/").text
    assert house.visitor(CLERK).page("/administration/").status_code == 403
    assert administrator.page("/administration/").status_code == 200


def test_an_agency_is_entered_renamed_and_closed(house: House, administrator: Visitor):
    new = {"code": "H99.01", "ending": "XX", "name_vi": "Sở Thử", "name_en": "Trial"}
    answer = administrator.post("/administration/agencies/new", **new, since=str(today()))
    assert answer.status_code == 303
    page = f"/administration/agencies/{agency_id(house, 'H99.01')}"
    unit = {"code": "P1", "name_vi": "Phòng Một", "since": str(today())}
    assert administrator.post(f"{page}/units/new", **unit).status_code == 303
    assert "Phòng Một" in administrator.page(page).text
    seen = version(administrator.page(f"{page}/rename").text)
    named = {"name_vi": "Sở Mới", "since": str(today()), "seen": seen}
    assert administrator.post(f"{page}/rename", **named).status_code == 303
    assert "Sở Thử" in administrator.page(page).text
    assert administrator.post(f"{page}/rename", **named).status_code == 412
    end = {"until": str(today()), "successor": str(agency_id(house))}
    end["seen"] = version(administrator.page(f"{page}/close").text)
    assert administrator.post(f"{page}/close", **end).status_code == 303
    assert "Sở Y tế Hà Nội" in administrator.page(page).text


def version(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found, page
    return found.group(1)


def test_open_dossiers_are_handed_over_after_a_look(house: House, administrator: Visitor):
    reference = house.draft()
    address = f"/administration/hand-over?agency={agency_id(house)}"
    new = str(agency_id(house, "H29.16"))
    shown = administrator.post(address, to=new, reason="Sắp xếp")
    assert shown.status_code == 200
    assert "device-declaration-b" in shown.text
    done = administrator.post(address, to=new, reason="Sắp xếp", certain="yes")
    assert done.status_code == 303
    with house.app.app_context():
        moved = db.session.query(Dossier).filter_by(reference=reference).one()
        assert str(moved.agency_id) == new


def test_a_person_is_entered_and_gets_a_role(house: House, administrator: Visitor):
    person = {"login": "moi", "name": "Người Mới", "email": "moi@example.vn", "language": "vi"}
    person["agency"] = str(agency_id(house))
    assert administrator.post("/administration/staff/new", **person).status_code == 303
    assert "Người Mới" in administrator.page("/administration/staff?text=moi").text
    page = f"/administration/staff/{account_id(house, 'moi')}"
    role = {"agency": person["agency"], "since": str(today()), "reason": "Tuyển dụng"}
    assert administrator.post(f"{page}/roles/new", role="desk-clerk", **role).status_code == 303
    assert administrator.post(f"{page}/roles/new", role="director", **role).status_code == 303
    proposed = house.visitor(SECOND)
    found = re.search(
        r'action="(/administration/roles/proposed/[^"]+)"',
        proposed.page("/administration/roles/proposed").text,
    )
    assert found
    assert administrator.post(found.group(1), answer="agree").status_code == 403
    assert proposed.post(found.group(1), answer="agree").status_code == 303
    assert proposed.post(found.group(1), answer="agree").status_code == 409
    actor_id = f"account:{account_id(house, 'moi')}"
    with house.app.app_context():
        actor = queries.actor(actor_id)
        assert actor is not None
        assert {str(each.role) for each in actor.grants} == {"desk-clerk", "director"}


def test_a_closed_account_is_signed_out_at_once(house: House, administrator: Visitor):
    clerk = house.visitor(CLERK)
    assert clerk.page("/desk/").status_code == 200
    page = f"/administration/staff/{account_id(house, CLERK)}"
    assert administrator.post(f"{page}/close", reason="Chuyển công tác").status_code == 303
    assert clerk.page("/desk/").status_code == 303
    assert administrator.post(f"{page}/reopen", reason="Trở lại").status_code == 303


def test_nobody_closes_himself(house: House, administrator: Visitor):
    page = f"/administration/staff/{account_id(house, FIRST)}"
    assert administrator.post(f"{page}/close", reason="x").status_code == 403


def test_another_ones_sessions_are_ended(house: House, administrator: Visitor):
    clerk = house.visitor(CLERK)
    page = f"/administration/staff/{account_id(house, CLERK)}"
    assert administrator.post(f"{page}/sessions/end").status_code == 303
    assert administrator.post(f"{page}/unlock").status_code == 303
    assert clerk.page("/desk/").status_code == 303


def test_a_queue_gets_its_rule(house: House, administrator: Visitor):
    queue = {"code": "desk-clerk", "name_vi": "Một cửa", "rule": "round-robin"}
    queue["agency"] = str(agency_id(house))
    assert administrator.post("/administration/queues/new", **queue).status_code == 303
    assert administrator.post("/administration/queues/new", **queue).status_code == 409
    with house.app.app_context():
        page = f"/administration/queues/{db.session.query(Queue).one().id}"
    change = {"name_vi": "Một cửa", "rule": "pull", "seen": "1"}
    assert administrator.post(page, **change).status_code == 303
    assert administrator.post(page, **change).status_code == 412


def test_one_enters_ones_own_absence(house: House):
    clerk = house.visitor(CLERK)
    days = {"first_day": str(today()), "last_day": str(today())}
    assert clerk.post("/administration/absences/new", **days).status_code == 303
    assert "Lê Thu Hà" in clerk.page("/administration/absences").text
    other = f"/administration/absences/new?person={account_id(house, FIRST)}"
    assert clerk.page(other).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["agencies/new", "staff", "staff/new", "queues", "queues/new", "roles/proposed", "absences"],
)
def test_every_page_opens(house: House, administrator: Visitor, address: str):
    assert administrator.page(f"/administration/{address}").status_code == 200


def test_the_first_start_is_over_where_there_are_accounts(house: House, administrator: Visitor):
    for address in ("first-run", "first-run/steps"):
        assert administrator.page(f"/administration/{address}").status_code == 404
    with house.app.app_context():
        assert db.session.query(Unit).count() == 0
        assert db.session.query(Agency).count() == 2
        assert db.session.query(Account).count() > 0


def test_certificates_and_keys_are_seen_with_what_seals_now(house: House):
    agency = signing.Agency(id=str(agency_id(house)), name="Sở Y tế Hà Nội")
    with house.app.app_context():
        key = signing.new_seal_key(agency)
    page = house.visitor("quantri").page("/administration/keys").text
    assert key.serial in page
    assert page.count("đang ký") == 2  # one seal, one key of tokens
    assert page.count("dự phòng") == 1


def test_keys_of_leaders_are_seen_with_the_day_on_which_they_end(house: House):
    with house.app.app_context():
        leader = signing.Person(str(account_of("lanhdao").id), "Lê Thị Đạo", str(agency_id(house)))
        key = signing.signing_desk().authority.personal_key(leader)
    page = house.visitor("quantri").page("/administration/keys").text
    assert key.kid in page
    assert "Sắp hết hạn" not in page
    with clock.at(key.certificate.not_valid_after_utc - timedelta(days=20)):
        assert "Sắp hết hạn" in house.visitor("quantri").page("/administration/keys").text
        told = CliRunner().invoke(seal_keys, [AGENCY], obj=ScriptInfo(create_app=lambda: house.app))
    assert re.search(rf"{key.kid}.*ends soon", told.output)


def test_due_dates_are_counted_anew_when_they_were_seen(house: House, administrator: Visitor):
    address = f"/administration/agencies/{agency_id(house)}/due-dates"
    reference = house.draft()
    with house.app.app_context(), transaction():
        dossier = db.session.scalars(select(Dossier).filter_by(reference=reference)).one()
        dossier.status, dossier.received_at = DossierStatus.PROCESSING, now()
        dossier.time_limit = {"amount": "5", "unit": "working-day"}
        dossier.due_at = now()
    assert reference in administrator.page(address).text
    assert administrator.post(address, reason="").status_code == 422
    assert administrator.post(address, reason="Thông báo 9").status_code == 303
    assert reference not in administrator.page(address).text
