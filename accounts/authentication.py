"""Proving who somebody is. Runs before any transaction: hashing a password takes its time."""

import hmac
from dataclasses import dataclass
from uuid import UUID

from accounts import passwords, queries
from accounts.actor import Actor
from accounts.errors import SignInFailed
from accounts.opaque import digest
from accounts.runtime import runtime


@dataclass(frozen=True)
class Authentication:
    """A proven account; `renewed_hash` is to be stored when the kept one has become too cheap."""

    account_id: UUID
    renewed_hash: str | None = None


def by_password(login: str, password: str, *, address: str) -> Authentication:
    """Prove an account by its password, from a network address.

    Raises SignInFailed, the same for every cause, or TooManyAttempts.
    """
    attempts, login = runtime().attempts, queries.folded(login)
    attempts.count(login, address)
    account = queries.account_by_login(login)
    known_hash = account.password_hash if account else None
    if not passwords.matches(known_hash, password) or not account or not account.active:
        attempts.failed(address)
        raise SignInFailed(subject=f"account:{account.id}" if account else "unknown")
    attempts.forget(login, address)
    return Authentication(account.id, passwords.renewed(known_hash or "", password))


def by_client_secret(client_id: str, secret: str, *, address: str) -> Actor:
    """Prove a program by its secret; it may use the scopes it was registered with.

    Raises SignInFailed or TooManyAttempts.
    """
    attempts = runtime().attempts
    attempts.count(f"client:{client_id}", address)
    credential = queries.credential(client_id)
    kept = (credential.secret_hash if credential else None) or b""
    actor = queries.actor(f"client:{client_id}")
    if actor is None or not hmac.compare_digest(kept, digest(secret)):
        attempts.failed(address)
        raise SignInFailed(subject=f"client:{client_id}" if credential else "unknown")
    attempts.forget(f"client:{client_id}", address)
    return actor


def by_access_token(text: str) -> Actor:
    """The actor of an access token, with today's roles; raises InvalidToken."""
    return queries.actor_of_claims(runtime().tokens.verify(text))
