"""Proving who somebody is. Runs before any transaction: hashing a password takes its time."""

import hmac
from dataclasses import dataclass
from uuid import UUID

from accounts import attempts, passwords, queries, second_factor
from accounts.actor import Actor, Kind
from accounts.attempts import PER_ADDRESS, PER_LOGIN_AND_ADDRESS, UNLOCKED
from accounts.errors import SecondFactorNeeded, SignInFailed
from accounts.models import Account
from accounts.opaque import digest
from accounts.runtime import runtime

ONE_FACTOR, TWO_FACTORS = 1, 2


@dataclass(frozen=True)
class Authentication:
    """A proven account; `renewed_hash` is to be stored when the kept one has become too cheap.

    `assurance` is how well it was proven: 1 by a password, 2 by two factors, or what an identity
    provider vouched for. `identity_id` and `provider_session` name the provider's side of it.
    """

    account_id: UUID
    renewed_hash: str | None = None
    assurance: int = ONE_FACTOR
    identity_id: UUID | None = None
    provider_session: str | None = None


def by_password(login: str, password: str, *, address: str, code: str = "") -> Authentication:
    """Prove an account by its password, from a network address, and a code where one is needed.

    Raises SignInFailed, the same for every cause, TooManyAttempts, or, once the password was right,
    SecondFactorNeeded and CodeWrong.
    """
    folded = queries.folded(login)
    whose = (folded, address, str(attempts.counted(UNLOCKED, folded)))
    attempts.require_left(PER_ADDRESS, address)
    attempts.take(PER_LOGIN_AND_ADDRESS, *whose)
    account = queries.account_by_login(folded)
    known_hash = account.password_hash if account else None
    if not passwords.matches(known_hash, password) or not account or not account.active:
        attempts.note(PER_ADDRESS, address)
        raise SignInFailed(subject=f"account:{account.id}" if account else "unknown")
    attempts.forgive(PER_LOGIN_AND_ADDRESS, *whose)
    renewed = passwords.renewed(known_hash or "", password)
    return _with_second_factor(account, code, renewed)


def by_code(account_id: UUID, code: str) -> Authentication:
    """The second half of a proof whose first half was the password of this account.

    Raises CodeWrong, TooManyAttempts.
    """
    second_factor.use_code(account_id, code)
    return Authentication(account_id, assurance=TWO_FACTORS)


def by_client_secret(client_id: str, secret: str, *, address: str) -> Actor:
    """Prove a program by its secret; it may use the scopes it was registered with.

    Raises SignInFailed or TooManyAttempts.
    """
    whose = (f"client:{client_id}", address)
    attempts.require_left(PER_ADDRESS, address)
    attempts.take(PER_LOGIN_AND_ADDRESS, *whose)
    credential = queries.credential(client_id)
    kept = (credential.secret_hash if credential else None) or b""
    actor = queries.actor(f"client:{client_id}")
    if actor is None or not hmac.compare_digest(kept, digest(secret)):
        attempts.note(PER_ADDRESS, address)
        raise SignInFailed(subject=f"client:{client_id}" if credential else "unknown")
    attempts.forgive(PER_LOGIN_AND_ADDRESS, *whose)
    return actor


def by_access_token(text: str) -> Actor:
    """The actor of an access token, with today's roles; raises InvalidToken."""
    return queries.actor_of_claims(runtime().tokens.verify(text))


def is_demanded(kind: str) -> bool:
    """Whether accounts of this kind must have a second factor."""
    return kind == Kind.STAFF and runtime().staff_second_factor


def _with_second_factor(account: Account, code: str, renewed: str | None) -> Authentication:
    enrolled = second_factor.is_enrolled(account.id)
    if not enrolled and not is_demanded(account.kind):
        return Authentication(account.id, renewed)
    if not enrolled or not code:
        raise SecondFactorNeeded(account_id=account.id, enrolled=enrolled)
    second_factor.use_code(account.id, code)
    return Authentication(account.id, renewed, assurance=TWO_FACTORS)
