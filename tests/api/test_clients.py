"""Administrators register programs by API; contacts keep the keys of theirs, and see no others."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Account
from core.audit import AuditEvent
from core.database import db
from core.ids import new_id
from tests.api.clients import Program, public_pem
from tests.api.conftest import People, code_of

URL = "/api/v1/clients"
Bearer = Callable[[Account], dict[str, str]]


def key(private: Any = None, key_id: str = "2026-11", **more: Any) -> dict[str, Any]:
    private = private or ed25519.Ed25519PrivateKey.generate()
    return {"key_id": key_id, "public_key": public_pem(private), **more}


def wanted(**changes: Any) -> dict[str, Any]:
    return {
        "client_id": "portal",
        "name": "Portal",
        "role": "portal",
        "scopes": ["portal.read"],
        "contact": "an",
        "key": key(),
        **changes,
    }


@pytest.fixture
def send(client: FlaskClient, bearer: Bearer) -> Callable[..., Any]:
    """Posts something as somebody, with a fresh key of idempotency."""

    def post(who: Account, address: str, body: dict[str, Any]) -> Any:
        headers = bearer(who) | {"Idempotency-Key": str(new_id())}
        return client.post(address, json=body, headers=headers)

    return post


def test_a_program_is_registered_and_signs_in(
    app: Flask, client: FlaskClient, people: People, send: Callable[..., Any]
):
    private = ed25519.Ed25519PrivateKey.generate()

    answer = send(people.administrator, URL, wanted(key=key(private)))

    assert answer.status_code == 201, answer.text
    assert answer.get_json()["requests_per_minute"] == 600
    assert "secret" not in answer.text
    assert Program(client, app, key=private).ask().get_json()["scope"] == "portal.read"
    with app.app_context():
        tags = db.session.scalars(select(AuditEvent.tag)).all()
    assert {"accounts:client:registered", "accounts:client-key:added"} <= set(tags)


def test_only_administrators_register(people: People, send: Callable[..., Any]):
    for who in (people.citizen, people.officer):
        answer = send(who, URL, wanted())
        assert (answer.status_code, code_of(answer)) == (403, "action-refused")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"scopes": ["everything"]}, 422, "scope-unknown"),
        ({"contact": "nobody"}, 422, "contact-unknown"),
        ({"role": "applicant"}, 422, "invalid-request"),
        ({"client_id": "a/b"}, 422, "invalid-request"),
        ({"requests_per_day": 0}, 422, "invalid-request"),
        ({"key": {"key_id": "1", "public_key": "x"}}, 422, "key-unreadable"),
        ({"client_id": "chi"}, 409, "login-taken"),
    ],
)
def test_what_cannot_be_registered(
    people: People, send: Callable[..., Any], changes: Any, status: int, code: str
):
    answer = send(people.administrator, URL, wanted(**changes))
    assert (answer.status_code, code_of(answer)) == (status, code)


def test_the_contact_keeps_the_keys(
    client: FlaskClient, people: People, bearer: Bearer, send: Callable[..., Any]
):
    send(people.administrator, URL, wanted())
    mine = bearer(people.citizen)

    assert [it["client_id"] for it in client.get(URL, headers=mine).get_json()["items"]] == [
        "portal"
    ]
    assert send(people.citizen, f"{URL}/portal/keys", key(key_id="next")).status_code == 201
    assert client.delete(f"{URL}/portal/keys/2026-11", headers=mine).status_code == 204
    found = client.get(f"{URL}/portal/keys", headers=mine).get_json()["items"]
    assert {it["key_id"]: it["revoked_at"] is None for it in found} == {
        "next": True,
        "2026-11": False,
    }


def test_programs_of_others_are_not_there(
    client: FlaskClient, people: People, bearer: Bearer, send: Callable[..., Any]
):
    send(people.administrator, URL, wanted())
    theirs = bearer(people.stranger)

    assert client.get(URL, headers=theirs).get_json() == {"items": []}
    answers = [
        client.get(f"{URL}/portal/keys", headers=theirs),
        send(people.stranger, f"{URL}/portal/keys", key(key_id="mine")),
        client.delete(f"{URL}/portal/keys/2026-11", headers=theirs),
        client.get(f"{URL}/unknown/keys", headers=theirs),
    ]
    assert [(it.status_code, code_of(it)) for it in answers] == [(404, "client-not-found")] * 4


def test_a_program_is_ended(
    app: Flask, client: FlaskClient, people: People, bearer: Bearer, send: Callable[..., Any]
):
    private = ed25519.Ed25519PrivateKey.generate()
    send(people.administrator, URL, wanted(key=key(private)))
    chief = bearer(people.administrator)

    assert client.delete(f"{URL}/portal", headers=bearer(people.citizen)).status_code == 403
    assert client.delete(f"{URL}/portal", headers=chief).status_code == 204
    assert client.delete(f"{URL}/portal", headers=chief).status_code == 404
    assert Program(client, app, key=private).ask().status_code == 401
