"""Access tokens: every trick of a forger ends in one refusal."""

import base64
import json
import os
import stat
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import OKPAlgorithm

from accounts import authentication, operations, policy, runtime
from accounts.actor import SYSTEM, Actor, Kind, Role
from accounts.errors import InvalidToken, SignInFailed, TooManyAttempts
from accounts.keys import PUBLISHED_AHEAD, KeyRing, make_key
from accounts.models import Account
from accounts.policy import Action
from accounts.tokens import REQUIRED_CLAIMS, Tokens
from core.config import Settings
from core.database import db, transaction
from tests.accounts.conftest import People

Forge = Callable[..., str]


@pytest.fixture
def tokens(people: People) -> Tokens:
    return runtime().tokens


@pytest.fixture
def citizen(people: People, actor_of: Callable[[Account], Actor]) -> Actor:
    return actor_of(people.citizen)


@pytest.fixture
def forge(tokens: Tokens, citizen: Actor) -> Forge:
    """A token that is right in everything but the given claims and headers; None leaves one out."""

    def forged(
        key: Any = None,
        algorithm: str = "EdDSA",
        headers: dict[str, Any] | None = None,
        **claims: Any,
    ) -> str:
        key_id, own_key = tokens.keys.signing_key()
        right = {
            "iss": tokens.issuer,
            "aud": tokens.audience,
            "sub": citizen.id,
            "iat": time.time(),
            "exp": int(time.time()) + 900,
            "jti": "1",
            "scope": "dossier.view",
        }
        return jwt.encode(
            {name: value for name, value in {**right, **claims}.items() if value is not None},
            own_key if key is None else key,
            algorithm,
            headers={"kid": key_id, "typ": "at+jwt", **(headers or {})},
        )

    return forged


def _refused(text: str) -> bool:
    with pytest.raises(InvalidToken):
        authentication.by_access_token(text)
    return True


def _unsigned(header: dict[str, Any], text: str) -> str:
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return f"{encoded}.{text.split('.')[1]}."


def test_a_token_made_right_is_accepted(forge: Forge, citizen: Actor):
    actor = authentication.by_access_token(forge())
    assert (actor.id, actor.scopes) == (citizen.id, frozenset({"dossier.view"}))


def test_an_issued_token_speaks_for_its_actor_within_its_scopes(tokens: Tokens, citizen: Actor):
    issued = tokens.issue(citizen, frozenset({Action.DOSSIER_VIEW}))
    actor = authentication.by_access_token(issued.text)
    own = policy.Scope(owner_id=citizen.account_id, acting_for="")
    assert policy.allows(actor, Action.DOSSIER_VIEW, own)
    assert not policy.allows(actor, Action.DOSSIER_EDIT, own)
    assert issued.seconds == 900


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
def test_no_algorithm_at_all(tokens: Tokens, forge: Forge, algorithm: str):
    key_id, _ = tokens.keys.signing_key()
    assert _refused(_unsigned({"alg": algorithm, "kid": key_id, "typ": "at+jwt"}, forge()))


def test_the_public_key_used_as_a_shared_secret(tokens: Tokens, forge: Forge):
    _, key = tokens.keys.signing_key()
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert _refused(forge(raw, "HS256"))


def test_another_asymmetric_algorithm(forge: Forge):
    assert _refused(forge(rsa.generate_private_key(65537, 2048), "RS256"))


def test_a_key_of_somebody_else_under_our_key_id(forge: Forge):
    assert _refused(forge(Ed25519PrivateKey.generate()))


@pytest.mark.parametrize("header", ["jwk", "jku", "x5u", "x5c", "crit", "zip", "cty"])
def test_a_header_that_brings_or_names_its_own_key(forge: Forge, header: str):
    key = Ed25519PrivateKey.generate()
    value = {
        "jwk": OKPAlgorithm.to_jwk(key.public_key(), as_dict=True),
        "crit": ["exp"],
        "x5c": ["MII="],
    }.get(header, "https://evil.example/keys")
    assert _refused(forge(key, headers={header: value}))
    assert _refused(forge(headers={header: value}))


@pytest.mark.parametrize("key_id", ["../../../etc/passwd", "", "unknown", "' OR 1=1", None, 7, []])
def test_a_key_id_that_is_not_ours(tokens: Tokens, forge: Forge, key_id: Any):
    header = {"alg": "EdDSA", "kid": key_id, "typ": "at+jwt"}
    assert _refused(_unsigned(header, forge()) + forge().rpartition(".")[2])


@pytest.mark.parametrize("kind", ["JWT", "jwt", "", "id+jwt", None])
def test_a_token_of_another_type(forge: Forge, kind: str | None):
    assert _refused(forge(headers={"typ": kind}))


@pytest.mark.parametrize("claim", REQUIRED_CLAIMS)
def test_a_required_claim_left_out(forge: Forge, claim: str):
    assert _refused(forge(**{claim: None}))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://other.example/api"},
        {"aud": ["http://127.0.0.1:8000/api", "https://other.example"]},
        {"iss": "https://other.example"},
        {"exp": 1},
        {"exp": "soon"},
        {"exp": float("inf")},
        {"iat": time.time() + 3600},
        {"iat": "yesterday"},
        {"nbf": time.time() + 3600},
        {"sub": "system"},
        {"sub": "anonymous"},
        {"sub": "account:00000000-0000-0000-0000-000000000000"},
        {"sub": "account:1 OR 1=1"},
        {"sub": "client:unknown"},
        {"sub": ""},
    ],
)
def test_a_claim_that_is_not_true_here(forge: Forge, claims: dict[str, Any]):
    assert _refused(forge(**claims))


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é", "0" * 100_000, "\x00.\x00.\x00"])
def test_no_token_at_all(people: People, text: str):
    assert _refused(text)


def test_a_changed_claim_or_signature(forge: Forge):
    header, body, signature = forge().split(".")
    assert _refused(f"{header}.{body[:-2]}AA.{signature}")
    assert _refused(f"{header}.{body}.{'A' * len(signature)}")
    assert _refused(f"{header}.{body}.")


def test_a_token_of_a_closed_account(forge: Forge, people: People):
    token = forge()
    with transaction():
        db.session.get_one(Account, people.citizen.id).active = False
    assert _refused(token)


def test_keys_are_made_once_and_only_their_owner_reads_them(tokens: Tokens, settings: Settings):
    folder = settings.data_directory / "keys" / "tokens"
    (path,) = folder.glob("*.pem")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KeyRing(folder).published() == tokens.keys.published()


def test_the_published_set_has_public_halves_only(tokens: Tokens):
    (key,) = tokens.keys.published()["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "alg", "use"}
    assert key["alg"] == "EdDSA"


def test_a_new_key_is_published_before_it_signs(tmp_path: Path):
    first = _aged(tmp_path, timedelta(days=30))
    ring = KeyRing(tmp_path)
    second = make_key(tmp_path)
    assert ring.find(second) is not None
    assert ring.signing_key()[0] == first
    third = _aged(tmp_path, PUBLISHED_AHEAD)
    assert KeyRing(tmp_path).signing_key()[0] == third


def test_a_key_taken_out_of_the_folder_is_no_longer_trusted(forge: Forge, settings: Settings):
    token = forge()
    folder = settings.data_directory / "keys" / "tokens"
    (trusted,) = folder.glob("*.pem")
    make_key(folder)
    assert authentication.by_access_token(token)
    trusted.unlink()
    assert _refused(token)


def _aged(folder: Path, age: timedelta) -> str:
    """A key that was made some time ago."""
    made = make_key(folder)
    moment = (datetime.now(UTC) - age).strftime("%Y%m%dT%H%M%SZ")
    older = f"{moment}-{os.urandom(4).hex()}"
    (folder / f"{made}.pem").rename(folder / f"{older}.pem")
    return older


def _portal() -> str:
    with transaction():
        return operations.register_client(
            "portal",
            "National portal",
            role=Role.PORTAL,
            scopes=frozenset({Action.PORTAL_READ}),
            by=SYSTEM,
        )


def test_a_program_proves_itself_by_its_secret(people: People):
    actor = authentication.by_client_secret("portal", _portal(), address="192.0.2.1")
    assert (actor.id, actor.kind) == ("client:portal", Kind.CLIENT)
    assert policy.scopes_of(actor) == {Action.PORTAL_READ}


def test_a_program_with_a_wrong_secret_is_refused_and_slowed_down(people: People):
    _portal()
    for client_id in ["portal"] * 5 + ["unknown"]:
        with pytest.raises(SignInFailed):
            authentication.by_client_secret(client_id, "", address="192.0.2.1")
    with pytest.raises(TooManyAttempts):
        authentication.by_client_secret("portal", "", address="192.0.2.1")


def test_a_token_cannot_give_a_program_more_than_it_was_registered_with(people: People):
    actor = authentication.by_client_secret("portal", _portal(), address="192.0.2.1")
    wide = runtime().tokens.issue(actor, frozenset(Action))
    assert authentication.by_access_token(wide.text).scopes == frozenset({Action.PORTAL_READ})
