"""A program proves who it is by a short text that it signs (RFC 7523, private_key_jwt).

Nothing in the text chooses how it is looked at: the key is one that was registered for this very
program under the named id, and the algorithm is that key's own. Each text is accepted once.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import jwt
from jwt import exceptions as jose
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from accounts import queries
from accounts.actor import Actor
from accounts.clients.errors import AssertionRefused
from accounts.clients.keys import ALGORITHMS
from accounts.clients.models import ClientKey, UsedAssertion
from accounts.clients.queries import is_valid
from accounts.models import ClientCredential
from accounts.runtime import runtime
from core.clock import now
from core.database import db, transaction

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_PATH = "/api/v1/tokens"  # noqa: S105  (an address)
LONGEST_LIFE, LEEWAY = 300, 10
LONGEST_TEXT, LONGEST_ID = 4000, 200
HEADERS = frozenset({"alg", "kid", "typ"})
TYPES = frozenset({"JWT", "client-authentication+jwt"})
REQUIRED = ("iss", "sub", "aud", "exp", "jti")
_used: Any = UsedAssertion.__table__


class Reason(StrEnum):
    """Why an assertion was refused: told to the program's contact only."""

    MALFORMED = "malformed"
    HEADER = "header"
    ALGORITHM = "algorithm"
    CLIENT = "client"
    UNKNOWN_KEY = "unknown-key"
    KEY_REVOKED = "key-revoked"
    KEY_NOT_VALID = "key-not-valid"
    SIGNATURE = "signature"
    CLAIMS = "claims"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    TOO_LONG = "too-long"
    NOT_YET = "not-yet"
    REPLAYED = "replayed"


@dataclass(frozen=True)
class Assertion:
    """One that holds; it counts once `use` has taken it."""

    client_id: str
    jti: str
    expires_at: datetime


def by_assertion(text: str, *, client_id: str | None = None) -> tuple[Actor, Assertion]:
    """Prove a program by what it signed; raises AssertionRefused.

    Call `use` in the transaction that gives something for it.
    """
    header, claims = _read(text)
    claimed = claims.get("iss")
    if not isinstance(claimed, str) or claims.get("sub") != claimed:
        raise AssertionRefused(subject="unknown", reason=Reason.CLIENT)
    actor, credential = queries.actor(f"client:{claimed}"), queries.credential(claimed)
    if actor is None or credential is None or client_id not in (None, claimed):
        raise AssertionRefused(subject="unknown", reason=Reason.CLIENT)
    with _refused_for(claimed):
        proven = _verified(text, _key(credential, header), claimed)
    return actor, proven


def use(assertion: Assertion) -> None:
    """Let it count, this once, in the open transaction; raises AssertionRefused the second time.

    Two at once: the second waits for the first to be committed, and is then refused.
    """
    connection = db.session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = {
        "client_id": assertion.client_id,
        "jti": assertion.jti,
        "expires_at": assertion.expires_at + timedelta(seconds=2 * LEEWAY),
    }
    keep = insert(_used).values(row).on_conflict_do_nothing().returning(_used.c.jti)
    if connection.execute(keep).one_or_none() is None:
        with _refused_for(assertion.client_id):
            raise _Refusal(Reason.REPLAYED)


def forget_used() -> None:
    """Forget assertions that have expired, and would be refused for that. A chore."""
    with transaction() as session:
        session.execute(delete(_used).where(_used.c.expires_at < datetime.now(UTC)))


class _Refusal(Exception):
    def __init__(self, reason: Reason) -> None:
        self.reason = reason


@contextmanager
def _refused_for(client_id: str) -> Iterator[None]:
    try:
        yield
    except _Refusal as refusal:
        subject = f"client:{client_id}"
        raise AssertionRefused(subject=subject, client=client_id, reason=refusal.reason) from None


def _read(text: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims, neither of them to be believed yet."""
    if len(text) > LONGEST_TEXT:
        raise AssertionRefused(subject="unknown", reason=Reason.MALFORMED)
    try:
        unproven = jwt.decode_complete(text, options={"verify_signature": False})
    except (jose.InvalidTokenError, ValueError, TypeError, RecursionError) as error:
        raise AssertionRefused(subject="unknown", reason=Reason.MALFORMED) from error
    return unproven["header"], unproven["payload"]


def _key(credential: ClientCredential, header: Mapping[str, Any]) -> ClientKey:
    """The registered key that the header names; nothing else of it is followed."""
    if not header.keys() <= HEADERS or str(header.get("typ", "JWT")) not in TYPES:
        raise _Refusal(Reason.HEADER)
    if str(header.get("alg")) not in ALGORITHMS:
        raise _Refusal(Reason.ALGORITHM)
    kid = header.get("kid")
    key = _registered(credential, kid) if isinstance(kid, str) else None
    if key is None:
        raise _Refusal(Reason.UNKNOWN_KEY)
    if key.revoked_at is not None:
        raise _Refusal(Reason.KEY_REVOKED)
    if not is_valid(key, now()):
        raise _Refusal(Reason.KEY_NOT_VALID)
    if header["alg"] != key.algorithm:
        raise _Refusal(Reason.ALGORITHM)
    return key


def _registered(credential: ClientCredential, kid: str) -> ClientKey | None:
    return db.session.scalars(
        select(ClientKey).where(ClientKey.credential_id == credential.id, ClientKey.key_id == kid)
    ).first()


def _verified(text: str, key: ClientKey, client_id: str) -> Assertion:
    try:
        claims: dict[str, Any] = jwt.decode(
            text,
            key.public_key,
            algorithms=[key.algorithm],
            leeway=LEEWAY,
            options={"require": list(REQUIRED), "verify_aud": False},
        )
    except (jose.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
        raise _Refusal(_reason_of(error)) from error
    if type(claims["exp"]) not in (int, float):
        raise _Refusal(Reason.CLAIMS)
    if not _is_for_us(claims["aud"]):
        raise _Refusal(Reason.AUDIENCE)
    if claims["exp"] > time.time() + LONGEST_LIFE + LEEWAY:
        raise _Refusal(Reason.TOO_LONG)
    jti = claims["jti"]
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_ID or "\0" in jti:
        raise _Refusal(Reason.CLAIMS)
    return Assertion(client_id, jti, datetime.fromtimestamp(claims["exp"], UTC))


def _reason_of(error: Exception) -> Reason:
    kinds: dict[type[Exception], Reason] = {
        jose.ExpiredSignatureError: Reason.EXPIRED,
        jose.ImmatureSignatureError: Reason.NOT_YET,
        jose.InvalidSignatureError: Reason.SIGNATURE,
    }
    return kinds.get(type(error), Reason.CLAIMS)


def _is_for_us(audience: Any) -> bool:
    """Meant for this installation and no other: our token endpoint, or our name as issuer."""
    one = audience[0] if isinstance(audience, list) and len(audience) == 1 else audience
    issuer = runtime().tokens.issuer
    return one in (issuer, f"{issuer}{TOKEN_PATH}")
