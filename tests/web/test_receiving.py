"""Reception on pages: a clerk enters what somebody brings, takes it in, takes the fee, prints."""

import io
from typing import Any

import pytest
from sqlalchemy import select

from commands.sample.application import SAO_MAI, SERVICE, paper
from core.database import db, transaction
from dossiers.desk.models import DeskReception
from dossiers.fees.payments import take_at_desk
from dossiers.handovers.models import HandOver
from dossiers.models import Dossier
from dossiers.requests.operations.supplements import Defect
from tests.desk.steps import elsewhere, offer
from tests.dossiers.asking import ask_for
from tests.fees.steps import actor, orders
from tests.web.forms import token
from tests.web.house import AGENCY, House, Visitor
from workflows.queries import service

PEOPLE = {
    "service": SERVICE,
    "agency": AGENCY,
    "receiving": AGENCY,
    "channel": "counter",
    "submitter_name": "Trần Văn Nam",
    "submitter_identity_number": "001085654321",
    "standing": "mandate",
    "standing_paper": "Giấy ủy quyền 12/UQ",
    "owner_name": "Công ty TNHH Sao Mai",
    "owner_identity_number": "001085000111",
    "fact": "654321",
}


@pytest.fixture
def clerk(house: House) -> Visitor:
    return house.visitor("motcua")


def typed(house: House, **sheets: str) -> dict[str, Any]:
    """The answers of the application as a browser sends them, and papers that were brought."""
    with house.app.app_context():
        kinds = service(SERVICE).required_documents(SAO_MAI)
    brought = {f"originals-{kind}": "1" for kind in kinds}
    answers = {name: answer for name, answer in SAO_MAI.items() if answer is not True}
    given = {name: "true" for name, answer in SAO_MAI.items() if answer is True}
    return {**answers, **given, **brought, **sheets}


def begun(clerk: Visitor, **other: str) -> str:
    return str(clerk.post("/desk/receptions/new", **{**PEOPLE, **other}).location)


def newest(house: House) -> Dossier:
    with house.app.app_context():
        asked = select(Dossier).join(DeskReception).order_by(DeskReception.entered_at.desc())
        return db.session.scalars(asked).first() or pytest.fail("no reception")


def test_what_is_missing_is_said_beside_its_field(clerk: Visitor):
    answer = clerk.post("/desk/receptions/new", **{**PEOPLE, "service": "", "channel": ""})
    assert answer.status_code == 400
    assert 'href="#service"' in answer.text
    answer = clerk.post("/desk/receptions/new", **{**PEOPLE, "owner_name": "", "fact": "x"})
    assert answer.status_code == 422
    assert 'href="#owner_name"' in answer.text
    assert 'href="#fact"' in answer.text
    assert "Giấy ủy quyền 12/UQ" in answer.text


def test_a_clerk_takes_in_what_somebody_brings(house: House, clerk: Visitor):
    address = begun(clerk)
    page = clerk.page(address).text
    assert "Trần Văn Nam" in page
    bad = clerk.post(f"{address}/answers", **{**typed(house), "organisation_number": "12"})
    assert bad.status_code == 422
    assert clerk.post(f"{address}/answers", **typed(house)).location == address
    assert 'value="1"' in clerk.page(address).text
    assert clerk.post(f"{address}/answers", **typed(house), accept="1").location == address
    house.work()
    dossier = newest(house)
    assert dossier.code is not None
    shown = clerk.page(address).text
    assert dossier.code in shown
    assert "/papers/" in shown
    fee = f"{address}/fee"
    assert clerk.post(fee, way="", amount="1").status_code == 400
    assert clerk.post(fee, way="cash", amount="1").status_code == 422


def test_what_was_not_brought_is_asked_for_and_may_be_scanned(house: House, clerk: Visitor):
    address = begun(clerk)
    sent = {**typed(house), "originals-iso_13485": "0", "accept": "1"}
    refused = clerk.post(f"{address}/answers", **sent)
    assert refused.status_code == 422
    assert 'href="#paper-iso_13485"' in refused.text
    scans = f"{address}/scans/iso_13485"
    assert clerk.post(scans).status_code == 400
    file = (io.BytesIO(paper("iso_13485")), "iso.pdf")
    body = {"file": file, "csrf_token": token(clerk.page("/").text)}
    assert clerk.client.post(scans, data=body).status_code == 303
    assert clerk.post(f"{address}/answers", **sent).status_code == 303


def test_the_list_of_an_office_is_for_its_desk_clerks(house: House, clerk: Visitor):
    address = begun(clerk)
    assert address in clerk.page("/desk/receptions").text
    for login in ("lanhdao", "saomai"):
        assert house.visitor(login).page("/desk/receptions").status_code == 403
    assert house.visitor("lanhdao").page(address).status_code == 404


def test_it_is_followed_on_an_open_page_without_telling_of_people(house: House, clerk: Visitor):
    address = begun(clerk)
    clerk.post(f"{address}/answers", **typed(house), accept="1")
    code, stranger = newest(house).code, house.visitor()
    assert code is not None
    wrong = stranger.post("/track", code=code, fact="000000")
    assert wrong.status_code == 404
    shown = stranger.post("/track", code=code, fact="654321")
    assert shown.status_code == 200
    assert code in shown.text
    for private in ("Trần Văn Nam", "001085654321", SAO_MAI["contact_name"]):
        assert private not in shown.text


def test_a_supplement_is_handed_in_for_who_has_no_account(house: House, clerk: Visitor):
    address = asked_for_a_supplement(house, clerk)
    assert f"{address}/supplement" in clerk.page(address).text
    page = clerk.page(f"{address}/supplement").text
    assert "Thiếu nhãn tiếng Việt" in page
    sent = {**typed(house), "device_name": "Máy đo bắp tay", "originals-instructions": "2"}
    assert clerk.post(f"{address}/answers", **sent).location == f"{address}/supplement"
    refused = clerk.post(f"{address}/supplement", list="1", answer="")
    assert refused.status_code == 422
    assert 'href="#answer"' in refused.text
    handed = clerk.post(f"{address}/supplement", list="1", done="1", answer="Nộp nhãn mới")
    assert handed.location == address
    assert newest(house).answers["device_name"] == "Máy đo bắp tay"
    assert f"{address}/supplement" not in clerk.page(address).text
    assert clerk.page(f"{address}/supplement").status_code == 409


def test_what_is_taken_in_for_another_agency_is_handed_over_to_it(house: House, clerk: Visitor):
    with house.app.app_context():
        other = elsewhere()
        offer("{anywhere: true}")
    address = begun(clerk, agency="H29.16")
    clerk.post(f"{address}/answers", **typed(house), accept="1")
    assert f"{address}/hand-over" in clerk.page(address).text
    assert clerk.post(f"{address}/hand-over", to="", purpose="").status_code == 400
    sent = clerk.post(f"{address}/hand-over", to=str(other), purpose="Chuyển hồ sơ giấy")
    assert sent.location == address
    with house.app.app_context():
        (hand_over,) = db.session.scalars(select(HandOver)).all()
    assert (hand_over.to_agency_id, hand_over.purpose) == (other, "Chuyển hồ sơ giấy")


def test_what_ones_own_agency_settles_is_handed_over_from_its_control_sheet(
    house: House, clerk: Visitor
):
    address = begun(clerk)
    clerk.post(f"{address}/answers", **typed(house), accept="1")
    assert f"{address}/hand-over" not in clerk.page(address).text
    assert clerk.page(f"{address}/hand-over").status_code == 404


def asked_for_a_supplement(house: House, clerk: Visitor) -> str:
    """The page of a dossier of the desk that waits for a supplement."""
    runtime = house.app.extensions["motcua.engine"]
    unknown = {"enterprise": {"found": False, "active": False, "name": ""}}
    runtime.on_job("enterprise.lookup", lambda _call: unknown)
    address = begun(clerk)
    clerk.post(f"{address}/answers", **typed(house), accept="1")
    house.work()
    with house.app.app_context():
        order = orders(newest(house))[0]
        with transaction():
            take_at_desk(order.id, way="cash", amount=order.amount, by=actor("motcua"))
    house.work()
    with house.app.app_context():
        ask_for(newest(house), Defect("", "Thiếu nhãn tiếng Việt"))
    return address
