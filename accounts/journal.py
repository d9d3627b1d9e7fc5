"""Deeds on an account: under its locked row, and on its record."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from accounts.actor import Actor
from accounts.audit import AccountTag
from accounts.models import Account
from accounts.reach import require_administers
from core import audit
from core.database import db
from core.errors import NotFound


def locked_account(account_id: UUID, by: Actor) -> Account:
    """The account's locked row: one's own, or one that an administrator reaches; raises NotFound."""
    if by.account_id != account_id:
        require_administers(by, account_id)
    account = db.session.scalars(
        select(Account).where(Account.id == account_id).with_for_update()
    ).first()
    if account is None:
        raise NotFound
    return account


def record(tag: AccountTag, account_id: UUID, by: Actor, **details: Any) -> None:
    """Put a deed on the account's chained record; its row must be locked."""
    db.session.flush()
    account = db.session.get(Account, account_id)
    audit.append(
        tag,
        actor=by.id,
        subject=f"account:{account_id}",
        chain=account_id,
        details=details or None,
        agency_id=account.agency_id if account else None,
    )


def note(tag: AccountTag, account_id: UUID, actor_id: str) -> None:
    """Note something of the account outside the chain."""
    audit.note(tag, actor=actor_id, subject=f"account:{account_id}", chain=account_id)
