"""The contact of a program sees its keys, quotas and last calls, and changes keys without help."""

import io
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.actor import SYSTEM, Kind, Role
from accounts.clients import assertions
from accounts.clients.calls import Call
from accounts.clients.errors import AssertionRefused
from accounts.clients.models import ClientKey
from accounts.clients.registering import Registration, register
from accounts.clients.runtime import clients_runtime, write_calls
from accounts.operations import create_account
from commands.try_client import assertion
from core.clock import now
from core.database import db, transaction
from tests.api.clients import ISSUER, public_pem
from tests.web.forms import PASSWORD, send, sign_in

PAGE = "/integrator/tracker"


@pytest.fixture
def contact(app: Flask) -> FlaskClient:
    """The contact of the program “tracker”, in a browser."""
    with app.app_context(), transaction():
        portal = Registration(
            "tracker",
            "Tracker",
            Role.PORTAL,
            ["portal.read"],
            contact="lan@example.vn",
            requests_per_day=5000,
        )
        register(portal, by=SYSTEM)
        register(Registration("other", "Other", Role.PORTAL, ["portal.read"]), by=SYSTEM)
        create_account("bao@example.vn", "Bảo", kind=Kind.CITIZEN, by=SYSTEM, password=PASSWORD)
    client = app.test_client()
    sign_in(client)
    send(client, "/language", change_language="en")
    return client


def keys(app: Flask) -> list[tuple[str, bool]]:
    """The keys of all programs, and whether they were revoked."""
    with app.app_context():
        found = db.session.scalars(select(ClientKey).order_by(ClientKey.key_id)).all()
        return [(key.key_id, key.revoked_at is not None) for key in found]


def add(client: FlaskClient, key: Any, key_id: str = "2026-11", **more: Any) -> TestResponse:
    typed: dict[str, Any] = {"key_id": key_id, "pem": public_pem(key), "until": "", **more}
    return send(client, f"{PAGE}/keys", **typed)


def test_the_contact_sees_scopes_and_quotas(contact: FlaskClient):
    assert "tracker" in contact.get("/integrator/").text
    page = contact.get(PAGE).text
    for expected in ("portal.read", "5000", "600", "This program has no key yet."):
        assert expected in page


def test_a_key_is_registered_signs_and_is_revoked(contact: FlaskClient, app: Flask):
    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert add(contact, key).status_code == 303
    assert "Valid" in contact.get(PAGE).text

    text = assertion("tracker", pem, "2026-11", ISSUER)
    with app.app_context():
        assert assertions.by_assertion(text)[0].id == "client:tracker"
    assert send(contact, f"{PAGE}/keys/2026-11/revoke").status_code == 303
    assert "Revoked" in contact.get(PAGE).text
    with app.app_context(), pytest.raises(AssertionRefused):
        assertions.by_assertion(text)


def test_a_key_comes_as_a_file_too_and_has_a_last_day(contact: FlaskClient, app: Flask):
    pem = public_pem(ed25519.Ed25519PrivateKey.generate()).encode()
    file = (io.BytesIO(pem), "client.pub.pem")
    typed: dict[str, Any] = {"key_id": "2026-12", "pem": "", "until": "2099-12-31", "file": file}

    assert send(contact, f"{PAGE}/keys", **typed).status_code == 303
    assert keys(app) == [("2026-12", False)]
    assert "31 December 2099" in contact.get(PAGE).text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"pem": ""}, "Choose a file, or paste the public key"),
        ({"pem": "nonsense"}, "This is not a public key"),
        ({"key_id": ""}, "Enter the id by which the program names the key"),
        ({"key_id": "a/b"}, "Enter the id by which the program names the key"),
        ({"until": "2020-01-01"}, "The key ends before it begins"),
        ({"until": "soon"}, "The key ends before it begins"),
    ],
)
def test_what_cannot_be_registered_is_said_at_its_field(
    contact: FlaskClient, app: Flask, typed: dict[str, str], message: str
):
    answer = add(contact, ed25519.Ed25519PrivateKey.generate(), **typed)

    assert answer.status_code == 422
    assert message in answer.text
    assert keys(app) == []


def test_a_private_key_and_a_short_one_are_refused(contact: FlaskClient, app: Flask):
    key = ed25519.Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    assert "This is not a public key" in add(contact, key, pem=private).text
    assert "The key is too short" in add(contact, rsa.generate_private_key(65537, 1024)).text
    assert keys(app) == []


def test_an_id_is_not_used_twice_even_when_its_key_was_revoked(contact: FlaskClient, app: Flask):
    add(contact, ed25519.Ed25519PrivateKey.generate())
    send(contact, f"{PAGE}/keys/2026-11/revoke")

    answer = add(contact, ed25519.Ed25519PrivateKey.generate())
    assert "has a key “2026-11” already" in answer.text
    assert keys(app) == [("2026-11", True)]


def test_last_calls_and_why_an_assertion_was_refused(contact: FlaskClient, app: Flask):
    with app.app_context():
        calls = clients_runtime().calls
        calls.note(Call("tracker", now(), "GET", "/api/v1/portal/status-changes", 200))
        tokens, problem = "/api/v1/tokens", "assertion-refused"
        calls.note(Call("tracker", now(), "POST", tokens, 401, problem, "replayed"))
        write_calls()

    page = contact.get(PAGE).text
    assert "GET /api/v1/portal/status-changes" in page
    assert "It was sent twice." in page
    assert "2, of which 1 were refused" in page


def test_programs_of_others_are_not_there(contact: FlaskClient, app: Flask):
    stranger = app.test_client()
    sign_in(stranger, "bao@example.vn")

    key = ed25519.Ed25519PrivateKey.generate()
    assert stranger.get(PAGE).status_code == 404
    assert add(stranger, key).status_code == 404
    assert send(stranger, f"{PAGE}/keys/2026-11/revoke").status_code == 404
    assert contact.get("/integrator/other").status_code == 404
    assert "tracker" not in stranger.get("/integrator/").text
    assert keys(app) == []


def test_nobody_is_asked_to_sign_in(contact: FlaskClient, app: Flask):
    assert app.test_client().get(PAGE).status_code in {303, 401}
