"""Public keys of programs: read, dated, revoked. Several may hold at once, so that keys can change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.actor import Actor
from accounts.audit import AccountTag
from accounts.clients.errors import KeyDatesWrong, KeyExists, KeyTooWeak, KeyUnreadable
from accounts.clients.models import ClientKey
from accounts.clients.queries import find_client
from accounts.policy import Action
from core import audit
from core.clock import now
from core.database import db
from core.errors import NotFound
from core.ids import new_id

LEAST_RSA_BITS = 2048
RSA_ALGORITHMS = ("PS256", "RS256")
ALGORITHMS = frozenset({"EdDSA", "ES256", *RSA_ALGORITHMS})


def add_key(
    client_id: str,
    key_id: str,
    pem: str,
    *,
    by: Actor,
    algorithm: str = "",
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> ClientKey:
    """Let a program sign with one more key, for a time; its contact or an administrator may.

    `algorithm` is only chosen for RSA (PS256 unless said otherwise). Raises ClientNotFound,
    KeyUnreadable, KeyTooWeak, KeyDatesWrong, KeyExists.
    """
    credential = find_client(client_id, visible_to=by, action=Action.CLIENT_KEEP_KEYS)
    begins = valid_from or now()
    if valid_until is not None and valid_until <= begins:
        raise KeyDatesWrong
    public, chosen = read_public_key(pem, algorithm)
    key = ClientKey(
        id=new_id(),
        credential_id=credential.id,
        key_id=key_id,
        algorithm=chosen,
        public_key=public,
        valid_from=begins,
        valid_until=valid_until,
        added_by=by.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(key)
    except IntegrityError as error:
        raise KeyExists(key=key_id) from error
    _record(AccountTag.CLIENT_KEY_ADDED, credential.account_id, key_id, by)
    return key


def revoke_key(client_id: str, key_id: str, *, by: Actor) -> None:
    """Let a key prove nothing any more, from now on; revoking it twice is revoking it once.

    Raises ClientNotFound, NotFound.
    """
    credential = find_client(client_id, visible_to=by, action=Action.CLIENT_KEEP_KEYS)
    key = db.session.scalars(
        select(ClientKey)
        .where(ClientKey.credential_id == credential.id, ClientKey.key_id == key_id)
        .with_for_update()
    ).first()
    if key is None:
        raise NotFound
    if key.revoked_at is None:
        key.revoked_at = now()
        _record(AccountTag.CLIENT_KEY_REVOKED, credential.account_id, key_id, by)


def read_public_key(pem: str, algorithm: str = "") -> tuple[str, str]:
    """A public key as PEM, normalised, and the one algorithm that goes with it.

    Raises KeyUnreadable, KeyTooWeak.
    """
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnreadable from error
    chosen = _algorithm_of(key, algorithm)
    if algorithm not in ("", chosen):
        raise KeyUnreadable
    text = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return text, chosen


def _algorithm_of(key: Any, asked: str) -> str:
    if isinstance(key, Ed25519PublicKey):
        return "EdDSA"
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return "ES256"
    if isinstance(key, RSAPublicKey):
        if key.key_size < LEAST_RSA_BITS:
            raise KeyTooWeak(bits=LEAST_RSA_BITS)
        return asked if asked in RSA_ALGORITHMS else RSA_ALGORITHMS[0]
    raise KeyUnreadable


def _record(tag: AccountTag, account_id: UUID, key_id: str, by: Actor) -> None:
    subject = f"account:{account_id}"
    audit.append(tag, actor=by.id, subject=subject, chain=account_id, details={"key": key_id})
