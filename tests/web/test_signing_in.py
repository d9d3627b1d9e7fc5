"""Who signs in gets a fresh session; who signs out has none left."""

from flask import Flask
from flask.testing import FlaskClient

from accounts.models import BrowserSession
from commands.sample.people import PASSWORD as DEMO_PASSWORD
from core.database import db
from tests.web.forms import send, sign_in
from tests.web.house import House


def test_signing_in_leads_to_where_one_wanted_to_go(client: FlaskClient) -> None:
    answer = sign_in(client, next="/privacy")
    assert answer.status_code == 303
    assert answer.location == "/privacy"
    page = client.get("/privacy")
    assert "Trần Thị Lan" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_language_stays_when_one_signs_in(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    sign_in(client)
    assert '<html lang="en"' in client.get("/").text


def test_staff_begin_at_their_work_and_others_at_the_services(house: House) -> None:
    for login, start in (("motcua", "/desk/"), ("saomai", "/"), ("vanhanh", "/operation/")):
        client = house.app.test_client()
        assert sign_in(client, login=login, password=DEMO_PASSWORD).location == start


def test_a_whole_office_may_sign_in_behind_one_address(app: Flask) -> None:
    answers = [sign_in(app.test_client()).status_code for _ in range(12)]
    assert answers == [303] * 12


def test_a_wrong_password_is_told_at_the_top_and_beside_the_field(client: FlaskClient) -> None:
    answer = sign_in(client, password="wrong")
    assert answer.status_code == 401
    assert "<title>Lỗi: " in answer.text
    assert 'href="#login"' in answer.text
    assert 'value="lan@example.vn"' in answer.text
    assert "wrong" not in answer.text


def test_the_session_is_new_after_signing_in(client: FlaskClient) -> None:
    client.get("/sign-in")
    with client.session_transaction() as planted:
        planted["csrf_token"] = "planted"
        planted["planted"] = "value"
    sign_in(client)
    with client.session_transaction() as session:
        assert set(session) == {"token", "language", "seen"}


def test_signing_out_ends_the_session_on_the_server(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    with client.session_transaction() as session:
        stolen = session["token"]
    assert send(client, "/sign-out").status_code == 303
    assert "Trần Thị Lan" not in client.get("/").text
    with client.session_transaction() as session:
        session["token"] = stolen
    assert "Trần Thị Lan" not in client.get("/").text
    with app.app_context():
        assert db.session.query(BrowserSession).one().revoked_at is not None


def test_too_many_attempts_are_slowed_down(app: Flask, client: FlaskClient) -> None:
    answers = [sign_in(client, password="wrong").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
