"""One's own account in the browser: second factor, recovery, sessions, and fresh proofs."""

import re

import pyotp
import pytest
from flask.testing import FlaskClient

from accounts import runtime
from accounts.models import Account, BrowserSession
from accounts.notices import Mail
from commands.sample.people import PASSWORD, account_of
from core import clock
from core.database import db, transaction
from tests.web.forms import send, sign_in, token
from tests.web.house import House, Visitor


@pytest.fixture
def letters(house: House) -> list[Mail]:
    """Every e-mail that the house sends."""
    sent: list[Mail] = []
    with house.app.app_context():
        runtime().post = sent.append
        with transaction():
            account_of("motcua").email = "ha@example.vn"
    return sent


def _seed(page: str) -> str:
    found = re.search(r'motcua-code">([A-Z2-7 ]+)<', page)
    assert found, page
    return found.group(1).replace(" ", "")


def _enrol(visitor: Visitor) -> str:
    """Add an authenticator; returns its seed, and leaves a code of its own to be used next."""
    page = visitor.page("/account/authenticator")
    seed = _seed(page.text)
    earlier = pyotp.TOTP(seed).at(int(clock.now().timestamp()) - 30)
    done = visitor.client.post(
        "/account/authenticator", data={"csrf_token": token(page.text), "code": earlier}
    )
    assert len(re.findall(r"<li>[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}</li>", done.text)) == 10
    return seed


def _code(seed: str) -> str:
    return pyotp.TOTP(seed).at(int(clock.now().timestamp()))


def test_staff_add_an_authenticator_and_sign_in_with_it(house: House, letters: list[Mail]):
    seed = _enrol(house.visitor("motcua"))
    assert [letter.to for letter in letters] == ["ha@example.vn"]
    client = house.app.test_client()
    halfway = sign_in(client, login="motcua", password=PASSWORD, next="/desk/")
    assert halfway.location == "/sign-in/code"
    assert client.get("/desk/").status_code == 303
    assert send(client, "/sign-in/code", page="/sign-in/code", code="000000").status_code == 401
    done = send(client, "/sign-in/code", page="/sign-in/code", code=_code(seed))
    assert done.location == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_where_staff_must_have_one_they_add_it_before_they_are_let_in(house: House):
    with house.app.app_context():
        runtime().staff_second_factor = True
    client = house.app.test_client()
    halfway = sign_in(client, login="motcua", password=PASSWORD)
    assert halfway.location == "/account/authenticator"
    assert client.get("/account").status_code == 303
    _enrol(Visitor(client))
    assert client.get("/desk/").status_code == 200


def test_half_a_proof_is_over_after_ten_minutes(house: House):
    _enrol(house.visitor("motcua"))
    client = house.app.test_client()
    sign_in(client, login="motcua", password=PASSWORD)
    with client.session_transaction() as session:
        session["half"] = {**session["half"], "at": session["half"]["at"] - 700}
    assert client.get("/sign-in/code").location.startswith("/sign-in?")


def test_a_forgotten_password_is_chosen_anew(house: House, letters: list[Mail]):
    client = house.app.test_client()
    told = send(client, "/account/recovery", page="/account/recovery", login="motcua")
    unknown = send(client, "/account/recovery", page="/account/recovery", login="nobody")
    assert (told.status_code, told.location) == (unknown.status_code, unknown.location)
    address = re.search(r"http\S+/account/recovery/\S+", letters[0].text).group(0)
    path = address.removeprefix("http://127.0.0.1:8000")
    done = send(client, path, page=path, password="năm con chó đen")
    assert done.location == "/sign-in"
    assert client.get(path).status_code == 410
    assert sign_in(client, login="motcua", password="năm con chó đen").status_code == 303


def test_an_address_is_confirmed_by_a_click_not_by_opening(house: House, letters: list[Mail]):
    visitor = house.visitor("saomai")
    visitor.post("/account/email", email="mai@example.vn")
    path = re.search(r"/account/email/\S+", letters[-1].text).group(0)
    assert visitor.page(path).status_code == 200
    assert _email(house) is None
    visitor.client.post(path, data={"csrf_token": token(visitor.page(path).text)})
    assert _email(house) == "mai@example.vn"


def _email(house: House) -> str | None:
    with house.app.app_context():
        return db.session.get_one(Account, account_of("saomai").id).email


def test_a_browser_is_signed_out_from_another_one(house: House):
    here, there = house.visitor("saomai"), house.visitor("saomai")
    buttons = re.findall(r"/account/sessions/[0-9a-f-]{36}/end", here.page("/account").text)
    assert len(buttons) == 1
    here.post(buttons[0])
    assert here.page("/account").status_code == 200
    assert there.page("/account").status_code == 303


def test_nobody_signs_out_a_stranger(house: House):
    house.visitor("saomai")
    with house.app.app_context():
        session_id = db.session.query(BrowserSession).one().id
    stranger = house.visitor("dongxanh")
    assert stranger.post(f"/account/sessions/{session_id}/end").status_code == 404


def test_signing_out_everywhere_is_everywhere(house: House):
    here, there = house.visitor("saomai"), house.visitor("saomai")
    here.post("/account/sessions/end")
    assert [each.page("/account").status_code for each in (here, there)] == [303, 303]


def test_a_new_password_keeps_this_browser_and_no_other(house: House):
    here, there = house.visitor("saomai"), house.visitor("saomai")
    here.post("/account/password", password="năm con chó đen")
    assert here.page("/account").status_code == 200
    assert there.page("/account").status_code == 303


def _make_stale(house: House) -> None:
    with house.app.app_context(), transaction():
        for session in db.session.query(BrowserSession):
            session.proven_at = clock.now() - runtime().fresh_for * 2


@pytest.mark.parametrize("page", ["password", "email", "authenticator", "factor", "factor/remove"])
def test_an_unwatched_browser_changes_nothing_about_the_account(house: House, page: str):
    visitor = house.visitor("saomai")
    _make_stale(house)
    assert visitor.page(f"/account/{page}").location == f"/prove?next=/account/{page}"
    refused = visitor.post(f"/account/{page}", password="năm con chó đen", email="x@example.vn")
    assert refused.location.startswith("/prove")


def test_a_fresh_proof_leads_back_under_a_new_token(house: House):
    visitor = house.visitor("saomai")
    _make_stale(house)
    with visitor.client.session_transaction() as session:
        before = session["token"]
    page = "/prove?next=/account/password"
    assert send(visitor.client, "/prove", page=page, password="wrong").status_code == 401
    done = send(visitor.client, "/prove", page=page, password=PASSWORD, next="/account/password")
    assert done.location == "/account/password"
    assert visitor.page("/account/password").status_code == 200
    with visitor.client.session_transaction() as session:
        assert session["token"] != before


def test_nothing_planted_in_the_browser_lives_on(client: FlaskClient):
    client.get("/sign-in")
    with client.session_transaction() as planted:
        planted["token"] = planted["begun"] = planted["half"] = "planted"
    assert client.get("/sign-in/with/national/back?code=x&state=planted").status_code == 403
    sign_in(client)
    with client.session_transaction() as session:
        assert session["token"] != "planted"
        assert set(session) == {"token", "language", "seen"}


def test_nobody_is_led_away_by_a_sign_in(house: House):
    client = house.app.test_client()
    for evil in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = sign_in(client, login="saomai", password=PASSWORD, next=evil)
        assert answer.location == "/"
