"""Petitions and ratings on the pages, without JavaScript."""

import re

import pytest
from sqlalchemy import select

from accounts.notices import Mail
from accounts.runtime import runtime
from core.database import db, transaction
from dossiers.feedback.models import Petition, Rating
from dossiers.models import Dossier, DossierStatus
from tests.web.house import AGENCY, House

TEXT = "Chờ ba tuần không ai trả lời"


def one(house: House) -> str:
    with house.app.app_context():
        return str(db.session.scalars(select(Petition.id)).one())


@pytest.fixture
def delivered(house: House) -> str:
    """The reference of a dossier of the sample company whose result was delivered."""
    reference = house.draft()
    with house.app.app_context(), transaction():
        found = db.session.scalars(select(Dossier).where(Dossier.reference == reference)).one()
        found.status, found.submitted_at = DossierStatus.DELIVERED, found.created_at
    return reference


def test_anybody_sends_one_and_follows_it_by_link(house: House):
    letters: list[Mail] = []
    with house.app.app_context():
        runtime().post = letters.append
    stranger = house.visitor()
    missing = stranger.post("/petitions/new", text=TEXT, agency=AGENCY)
    assert [missing.status_code, 'id="email-error"' in missing.text] == [422, True]
    contact = {"name": "Trần Lan", "email": "lan@example.vn"}
    sent = stranger.post("/petitions/new", text=TEXT, agency=AGENCY, **contact)
    assert sent.status_code == 303
    link = str(sent.location)
    assert [TEXT in stranger.page(link).text, link in letters[0].text] == [True, True]
    assert stranger.page("/petitions/link/guessed").status_code == 404


def test_one_place_does_not_flood_the_agency(house: House):
    stranger = house.visitor()
    wish = {"text": TEXT, "agency": AGENCY, "name": "Lan"}
    answers = [
        stranger.post("/petitions/new", email=f"a{number % 2}@example.vn", **wish).status_code
        for number in range(12)
    ]
    assert [answers.count(303), answers.count(429)] == [10, 2]


def test_the_desk_answers_and_the_public_reads_what_is_published(house: House):
    owner, director = house.visitor("saomai"), house.visitor("lanhdao")
    wish = {"text": TEXT, "agency": AGENCY, "may_be_published": "yes"}
    home = str(owner.post("/petitions/new", **wish).location)
    page, petition = director.page("/desk/petitions").text, one(house)
    assert petition in page
    place = f"/desk/petitions/{petition}"

    def do(deed: str, **typed: str) -> int:
        form = director.page(f"{place}/{deed}").text
        seen = re.search(r'name="seen" value="(\d+)"', form)
        assert seen
        return director.post(f"{place}/{deed}", seen=seen[1], **typed).status_code

    assert do("ask", text="Ngày nào?") == 303
    assert "Ngày nào?" in owner.page(home).text
    assert owner.post(f"{home}/reply", text="Hôm qua").status_code == 303
    assert do("answer", text="Đã nhắc nhở", upheld="yes") == 303
    assert "Đã nhắc nhở" in owner.page(home).text
    assert do("publish", text="Gọi 0912 345 678", answer_text="x") == 422
    assert do("publish", text="Người nộp chờ lâu", answer_text="Đã nhắc") == 303
    shown = house.visitor().page("/petitions/published").text
    assert ["Người nộp chờ lâu" in shown, TEXT in shown] == [True, False]


def test_a_result_is_rated_once_and_then_no_longer_asked_about(house: House, delivered: str):
    owner, home = house.visitor("saomai"), f"/dossiers/{delivered}"
    assert f"{home}/rating" in owner.page(home).text
    nothing = owner.post(f"{home}/rating", value="")
    assert [nothing.status_code, 'id="value-error"' in nothing.text] == [400, True]
    assert owner.post(f"{home}/rating", value="satisfied", text="Nhanh").status_code == 303
    assert f"{home}/rating" not in owner.page(home).text
    with house.app.app_context():
        assert db.session.scalars(select(Rating.value)).one() == "satisfied"


def test_a_petition_about_a_dossier_names_it(house: House, delivered: str):
    owner = house.visitor("saomai")
    page = owner.page(f"/petitions/new?dossier={delivered}").text
    assert [delivered in page, 'name="agency"' in page] == [True, False]
    assert owner.post("/petitions/new", dossier=delivered, text=TEXT).status_code == 303
    assert house.visitor("dongxanh").page(f"/petitions/new?dossier={delivered}").status_code == 404
