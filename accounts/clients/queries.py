"""Reading what is known of programs; to their contact, and to administrators."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.actor import Actor
from accounts.clients.errors import ClientNotFound
from accounts.clients.models import ClientCall, ClientKey, ClientUsage
from accounts.models import ClientCredential
from accounts.policy import Action, Scope, allows, clause
from core.clock import now
from core.database import db

LAST_CALLS = 20
_credential: Any = ClientCredential.__table__


def clients(*, visible_to: Actor) -> Sequence[ClientCredential]:
    """The programs that somebody looks after, by their ids."""
    mine = clause(visible_to, Action.CLIENT_VIEW, Scope(owner_id=_credential.c.contact_id))
    return db.session.scalars(
        select(ClientCredential).where(mine).order_by(ClientCredential.client_id)
    ).all()


def find_client(
    client_id: str, *, visible_to: Actor, action: Action = Action.CLIENT_VIEW
) -> ClientCredential:
    """A program that has not been revoked; raises ClientNotFound, also when it is somebody else's."""
    found = db.session.scalars(
        select(ClientCredential).where(
            ClientCredential.client_id == client_id, ClientCredential.revoked_at.is_(None)
        )
    ).first()
    if found is None or not allows(visible_to, action, Scope(owner_id=found.contact_id)):
        raise ClientNotFound
    return found


def keys_of(credential: ClientCredential) -> Sequence[ClientKey]:
    """The keys of a program that was found for somebody, the newest first, revoked ones too."""
    return db.session.scalars(
        select(ClientKey)
        .where(ClientKey.credential_id == credential.id)
        .order_by(ClientKey.added_at.desc(), ClientKey.id.desc())
    ).all()


def last_calls(credential: ClientCredential, limit: int = LAST_CALLS) -> Sequence[ClientCall]:
    """The last requests of a program that was found for somebody, the newest first."""
    return db.session.scalars(
        select(ClientCall)
        .where(ClientCall.client_id == credential.client_id)
        .order_by(ClientCall.at.desc(), ClientCall.id.desc())
        .limit(limit)
    ).all()


def usage_today(credential: ClientCredential) -> tuple[int, int]:
    """Requests of this day (UTC) that were written down, and how many of them failed."""
    found = db.session.get(ClientUsage, (credential.client_id, day_of(now())))
    return (found.calls, found.errors) if found else (0, 0)


def day_of(moment: datetime) -> str:
    """The day of UTC by which requests are counted."""
    return moment.date().isoformat()


def is_valid(key: ClientKey, moment: datetime) -> bool:
    """Whether a key may sign at a moment."""
    ended = key.valid_until is not None and key.valid_until <= moment
    return key.revoked_at is None and key.valid_from <= moment and not ended
