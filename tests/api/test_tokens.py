"""Access tokens over HTTP, and what they open."""

from collections.abc import Callable

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts import operations
from accounts.actor import SYSTEM, Role
from accounts.models import Account
from accounts.policy import Action
from core.audit import AuditEvent
from core.database import db, transaction
from tests.api.conftest import PASSWORD, People, code_of

URL = "/api/v1/tokens"
AN = {"grant_type": "password", "login": "an", "password": PASSWORD}


def test_a_person_gets_a_token_and_is_known_by_it(client: FlaskClient, people: People):
    answer = client.post(URL, json=AN)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    token = answer.get_json()
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 900)
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token['access_token']}"})
    assert me.get_json()["id"] == f"account:{people.citizen.id}"
    assert "dossier.submit" in me.get_json()["actions"]


def test_a_token_can_be_asked_for_less(client: FlaskClient, people: People):
    answer = client.post(URL, json={**AN, "scope": "dossier.view job.view"})
    assert answer.get_json()["scope"] == "dossier.view"


def test_a_program_gets_a_token(app: Flask, client: FlaskClient, people: People):
    with app.app_context(), transaction():
        secret = operations.register_client(
            "portal",
            "Portal",
            role=Role.PORTAL,
            scopes=frozenset({Action.PORTAL_READ}),
            by=SYSTEM,
        )
    asked = {
        "grant_type": "client_credentials",
        "client_id": "portal",
        "client_secret": secret,
    }
    answer = client.post(URL, json=asked)
    assert answer.get_json()["scope"] == "portal.read"
    wrong = client.post(URL, json={**asked, "client_secret": "wrong"})
    assert (wrong.status_code, code_of(wrong)) == (401, "sign-in-failed")


def test_a_wrong_password_is_refused_and_recorded(app: Flask, client: FlaskClient, people: People):
    answer = client.post(URL, json={**AN, "password": "wrong"})
    assert (answer.status_code, code_of(answer)) == (401, "sign-in-failed")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="motcua"'
    with app.app_context():
        refused = db.session.scalars(
            select(AuditEvent).where(AuditEvent.tag == "accounts:access:refused")
        ).one()
    assert refused.subject == f"account:{people.citizen.id}"


def test_guessing_is_told_to_wait(client: FlaskClient, people: People):
    for _ in range(5):
        client.post(URL, json={**AN, "password": "wrong"})
    answer = client.post(URL, json=AN)
    assert (answer.status_code, code_of(answer)) == (429, "too-many-attempts")
    assert 890 <= int(answer.headers["Retry-After"]) <= 900
    elsewhere = client.post(URL, json=AN, environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert elsewhere.status_code == 200


def test_too_many_requests_of_one_address_are_told_to_wait(client: FlaskClient, people: People):
    answers = [client.post(URL, json={"grant_type": "password"}) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [422] * 20 + [429]
    assert code_of(answers[-1]) == "too-many-requests"
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize("body", [{"grant_type": "password"}, {"grant_type": "magic"}, {}, []])
def test_an_incomplete_request_names_what_is_missing(client: FlaskClient, body: object):
    answer = client.post(URL, json=body)
    assert (answer.status_code, code_of(answer)) == (422, "invalid-request")
    assert answer.get_json()["errors"]


@pytest.mark.parametrize("header", ["Bearer", "Bearer x.y.z", "Basic YTpi", "Bearer  ", "bearer é"])
def test_a_token_that_does_not_hold_is_refused_everywhere(client: FlaskClient, header: str):
    answer = client.get("/api/v1/me", headers={"Authorization": header})
    assert (answer.status_code, code_of(answer)) == (401, "invalid-token")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="motcua", error="invalid_token"'


def test_nobody_is_asked_to_sign_in(client: FlaskClient):
    answer = client.get("/api/v1/me")
    assert (answer.status_code, code_of(answer)) == (401, "not-signed-in")


def test_a_cookie_opens_nothing(app: Flask, client: FlaskClient, people: People):
    token = client.post(URL, json=AN).get_json()["access_token"]
    client.set_cookie("session", token)
    assert client.get("/api/v1/me").status_code == 401


def test_the_published_key_verifies_our_tokens(
    client: FlaskClient, people: People, bearer: Callable[[Account], dict[str, str]]
):
    answer = client.get("/.well-known/jwks.json")
    assert answer.headers["Cache-Control"] == "public, max-age=600"
    token = bearer(people.citizen)["Authorization"].removeprefix("Bearer ")
    key = jwt.PyJWKSet.from_dict(answer.get_json())[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, ["EdDSA"], audience="http://127.0.0.1:8000/api")
    assert claims["sub"] == f"account:{people.citizen.id}"
