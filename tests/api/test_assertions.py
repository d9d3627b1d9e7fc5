"""Programs prove who they are by signing, over HTTP: what holds, and everything that does not."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.actor import SYSTEM
from accounts.clients import assertions, keys, registering
from accounts.clients.models import ClientCall, UsedAssertion
from accounts.clients.runtime import clients_runtime
from core.clock import now
from core.database import db, reading, transaction
from tests.api.clients import ISSUER, TOKENS, Program, public_pem
from tests.api.conftest import code_of

HOUR = timedelta(hours=1)


@pytest.fixture
def program(app: Flask, client: FlaskClient) -> Program:
    return Program(client, app).registered()


def refused(answer: Any) -> str:
    assert (answer.status_code, code_of(answer)) == (401, "assertion-refused")
    with_detail = answer.get_json()
    assert "reason" not in with_detail
    return "assertion-refused"


def reasons(app: Flask) -> list[str]:
    """What the contact of the program is told."""
    with app.app_context():
        clients_runtime().calls.write()
        with reading() as session:
            calls = session.scalars(select(ClientCall).order_by(ClientCall.at)).all()
            return [call.detail for call in calls if call.route == TOKENS]


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "PS256", "RS256"])
def test_a_program_gets_a_token_for_what_it_signed(app: Flask, client: FlaskClient, algorithm: str):
    program = Program(client, app, algorithm=algorithm).registered()

    answer = program.ask()

    assert answer.status_code == 200, answer.text
    assert answer.get_json()["scope"] == "portal.read"
    token = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}
    assert client.get("/api/v1/me", headers=token).get_json()["id"] == "client:portal"


@pytest.mark.parametrize("audience", [ISSUER, f"{ISSUER}{TOKENS}", [ISSUER]])
def test_the_audience_is_the_endpoint_or_the_issuer(program: Program, audience: object):
    assert program.ask(program.assertion(aud=audience)).status_code == 200


def test_json_is_read_as_well_as_forms(program: Program, client: FlaskClient):
    asked = {
        "grant_type": "client_credentials",
        "client_id": "portal",
        "client_assertion_type": assertions.TYPE,
        "client_assertion": program.assertion(),
    }
    assert client.post(TOKENS, json=asked).status_code == 200


def test_a_scope_is_an_action_and_never_more_than_was_registered(program: Program):
    assert program.ask(scope="portal.read account.administer").get_json()["scope"] == "portal.read"


# --- what it says


WRONG: dict[str, tuple[Callable[[int], dict[str, Any]], str]] = {
    "another audience": (lambda _: {"aud": "https://elsewhere.example/token"}, "audience"),
    "our address with more": (lambda _: {"aud": f"{ISSUER}/api"}, "audience"),
    "several audiences": (lambda _: {"aud": [ISSUER, "https://elsewhere.example"]}, "audience"),
    "no audience": (lambda _: {"aud": None}, "claims"),
    "expired": (lambda at: {"exp": at - 60}, "expired"),
    "valid for too long": (lambda at: {"exp": at + 3600}, "too-long"),
    "valid for ever": (lambda _: {"exp": 1e308}, "too-long"),
    "no end": (lambda _: {"exp": None}, "claims"),
    "an end in words": (lambda at: {"exp": str(at + 60)}, "claims"),
    "not valid yet": (lambda at: {"nbf": at + 120}, "not-yet"),
    "signed in the future": (lambda at: {"iat": at + 120}, "not-yet"),
    "no id": (lambda _: {"jti": None}, "claims"),
    "an empty id": (lambda _: {"jti": ""}, "claims"),
    "a very long id": (lambda _: {"jti": "x" * 201}, "claims"),
    "an id that is no text": (lambda _: {"jti": 7}, "claims"),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_what_it_says_must_hold(program: Program, app: Flask, name: str):
    changes, reason = WRONG[name]

    refused(program.ask(program.assertion(**changes(int(time.time())))))
    assert reasons(app) == [reason]


@pytest.mark.parametrize("claims", [{"sub": "other"}, {"iss": "other"}, {"sub": None}])
def test_issuer_and_subject_are_the_program(program: Program, claims: dict[str, Any]):
    refused(program.ask(program.assertion(**claims)))


def test_the_client_id_beside_it_must_be_the_same(program: Program):
    refused(program.ask(client_id="other"))


def test_an_unknown_program_gets_the_same_answer(program: Program, app: Flask, client: FlaskClient):
    refused(Program(client, app, client_id="nobody").ask())


# --- once


def test_it_is_accepted_once(program: Program, app: Flask):
    text = program.assertion()

    assert program.ask(text).status_code == 200
    refused(program.ask(text))
    assert reasons(app)[-1] == "replayed"


def test_the_same_id_in_another_text_is_a_replay_too(program: Program):
    assert program.ask(program.assertion(jti="1")).status_code == 200
    refused(program.ask(program.assertion(jti="1", exp=int(time.time()) + 90)))


def test_ids_of_two_programs_may_be_alike(program: Program, app: Flask, client: FlaskClient):
    other = Program(client, app, client_id="other").registered()

    assert program.ask(program.assertion(jti="1")).status_code == 200
    assert other.ask(other.assertion(jti="1")).status_code == 200


def test_sent_many_times_at_once_it_is_accepted_once(program: Program, app: Flask, each_database):
    text, gate = program.assertion(), Barrier(8)

    def send(_: int) -> int:
        gate.wait()
        mine = Program(app.test_client(), app, key=program.key)
        return int(mine.ask(text).status_code)

    with ThreadPoolExecutor(8) as senders:
        assert sorted(senders.map(send, range(8))) == [200] + [401] * 7


def test_used_ids_are_forgotten_once_they_would_be_refused_for_their_age(
    program: Program, app: Flask
):
    program.ask()
    with app.app_context():
        with transaction() as session:
            session.add(UsedAssertion(client_id="portal", jti="old", expires_at=now() - HOUR))
        assertions.forget_used()
        left = db.session.scalars(select(UsedAssertion.jti)).all()
    assert len(left) == 1
    assert "old" not in left


# --- keys


def test_a_key_nobody_registered(program: Program, app: Flask):
    program.kid = "2027-01"

    refused(program.ask())
    assert reasons(app) == ["unknown-key"]


def test_another_key_under_a_registered_name(program: Program, app: Flask, client: FlaskClient):
    refused(Program(client, app).ask())
    assert reasons(app) == ["signature"]


def test_the_key_of_another_program(program: Program, app: Flask, client: FlaskClient):
    other = Program(client, app, client_id="other", kid="other-key").registered()
    other.client_id = "portal"

    refused(other.ask())
    assert reasons(app) == ["unknown-key"]


def test_a_revoked_key(program: Program, app: Flask):
    with app.app_context(), transaction():
        keys.revoke_key("portal", program.kid, by=SYSTEM)

    refused(program.ask())
    assert reasons(app) == ["key-revoked"]


@pytest.mark.parametrize(
    ("begins", "ends"), [(HOUR, 2 * HOUR), (-2 * HOUR, -HOUR)], ids=["not yet", "no more"]
)
def test_a_key_outside_its_dates(program: Program, app: Flask, begins, ends):
    program.kid = "dated"
    program.add_key(valid_from=now() + begins, valid_until=now() + ends)

    refused(program.ask())
    assert reasons(app) == ["key-not-valid"]


def test_two_keys_hold_while_a_program_changes_its_key(
    program: Program, app: Flask, client: FlaskClient
):
    newer = Program(client, app, kid="2026-12")
    newer.add_key()

    assert program.ask().status_code == newer.ask().status_code == 200


def test_a_program_that_was_revoked(program: Program, app: Flask, client: FlaskClient):
    token = program.headers()
    with app.app_context(), transaction():
        registering.revoke("portal", by=SYSTEM)

    refused(program.ask())
    assert client.get("/api/v1/me", headers=token).status_code == 401


# --- how it is signed


def parts(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A text with an empty signature."""
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in (header, claims)]
    return ".".join([part.decode().rstrip("=") for part in encoded] + [""])


def claims_of(program: Program) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(program.assertion(), options={"verify_signature": False})
    return claims


@pytest.mark.parametrize("algorithm", ["none", "None", "", "nonE"])
def test_no_signature_proves_nothing(program: Program, algorithm: str):
    refused(program.ask(parts({"alg": algorithm, "kid": program.kid}, claims_of(program))))


def test_the_public_key_is_no_secret_to_sign_with(program: Program, app: Flask):
    header = {"alg": "HS256", "kid": program.kid, "typ": "JWT"}
    unsigned = parts(header, claims_of(program)).removesuffix(".")
    digest = hmac.digest(public_pem(program.key).encode(), unsigned.encode(), hashlib.sha256)
    signature = base64.urlsafe_b64encode(digest).decode().rstrip("=")

    refused(program.ask(f"{unsigned}.{signature}"))
    assert reasons(app) == ["algorithm"]


def test_an_rsa_key_signs_by_its_own_algorithm_only(app: Flask, client: FlaskClient):
    program = Program(client, app, algorithm="PS256").registered()
    program.algorithm = "RS256"

    refused(program.ask())
    assert reasons(app) == ["algorithm"]


@pytest.mark.parametrize(
    "header",
    [
        {"jku": "https://elsewhere.example/jwks.json"},
        {"x5u": "https://elsewhere.example/cert.pem"},
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}},
        {"typ": "at+jwt"},
    ],
    ids=lambda header: next(iter(header)),
)
def test_nothing_in_its_head_chooses_a_key(program: Program, app: Flask, header: dict[str, Any]):
    refused(program.ask(program.assertion(header)))
    assert reasons(app) == ["header"]


def test_what_a_head_calls_critical_is_not_understood(program: Program):
    refused(program.ask(program.assertion({"crit": ["exp"]})))


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "..", "é", "x" * 3999])
def test_what_is_no_assertion(program: Program, text: str):
    answer = program.ask(text)
    assert answer.status_code in {401, 422}


@pytest.mark.parametrize("header", [{"alg": ["EdDSA"]}, {"alg": None}, {"kid": 5}, {"typ": []}])
def test_a_head_of_other_kinds_of_values(program: Program, header: dict[str, Any]):
    whole = {"alg": "EdDSA", "kid": program.kid, **header}
    refused(program.ask(parts(whole, claims_of(program))))


def test_a_secret_beside_it_is_refused(program: Program):
    answer = program.ask(client_secret="x")
    assert (answer.status_code, code_of(answer)) == (422, "invalid-request")


def test_a_program_with_keys_has_no_secret(program: Program, client: FlaskClient):
    asked = {"grant_type": "client_credentials", "client_id": "portal", "client_secret": ""}
    assert client.post(TOKENS, json=asked).status_code == 401
