"""Registering programs, by administrators: with a secret, or with a public key and no secret."""

from collections.abc import Collection
from dataclasses import dataclass

from accounts import operations
from accounts.actor import Actor, Role
from accounts.audit import AccountTag
from accounts.clients.errors import ClientNotFound, ContactUnknown, ScopeUnknown
from accounts.models import ClientCredential
from accounts.policy import Action, require
from accounts.queries import account_by_login, credential
from core import audit
from core.clock import now
from core.database import db

PER_MINUTE, PER_DAY = 600, 100_000


@dataclass(frozen=True)
class Registration:
    """What is agreed with those who run a program. `contact` is the login of its contact."""

    client_id: str
    name: str
    role: Role
    scopes: Collection[str]
    contact: str = ""
    job_kinds: Collection[str] = ()
    message_names: Collection[str] = ()
    requests_per_minute: int | None = PER_MINUTE
    requests_per_day: int | None = PER_DAY
    has_secret: bool = False


def register(registration: Registration, *, by: Actor) -> str | None:
    """Register a program; returns its secret if it has one, which is not kept.

    Raises ActionRefused, LoginTaken, ScopeUnknown, ContactUnknown, RoleNotGrantable.
    """
    require(by, Action.ACCOUNT_ADMINISTER)
    scopes = frozenset(map(scope_named, registration.scopes))
    contact = account_by_login(registration.contact) if registration.contact else None
    if registration.contact and contact is None:
        raise ContactUnknown(login=registration.contact)
    secret = operations.register_client(
        registration.client_id,
        registration.name,
        role=registration.role,
        scopes=scopes,
        by=by,
        job_kinds=registration.job_kinds,
        message_names=registration.message_names,
    )
    made = _made(registration.client_id)
    made.contact_id = contact.id if contact else None
    made.requests_per_minute = registration.requests_per_minute
    made.requests_per_day = registration.requests_per_day
    if not registration.has_secret:
        made.secret_hash = None
    db.session.flush()
    return secret if registration.has_secret else None


def revoke(client_id: str, *, by: Actor) -> None:
    """End a program: its tokens, secret and keys prove nothing from now on. Raises ClientNotFound."""
    require(by, Action.ACCOUNT_ADMINISTER)
    made = _made(client_id)
    made.revoked_at = now()
    subject, details = f"account:{made.account_id}", {"client": client_id}
    audit.append(
        AccountTag.CLIENT_REVOKED,
        actor=by.id,
        subject=subject,
        chain=made.account_id,
        details=details,
    )


def scope_named(text: str) -> Action:
    """The action of a scope; raises ScopeUnknown."""
    try:
        return Action(text)
    except ValueError as error:
        raise ScopeUnknown(scope=text, scopes=", ".join(sorted(Action))) from error


def _made(client_id: str) -> ClientCredential:
    db.session.flush()
    found = credential(client_id)
    if found is None:
        raise ClientNotFound
    return found
