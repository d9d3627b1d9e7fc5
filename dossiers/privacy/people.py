"""Emptying accounts that are closed and of which nothing is left that needs to know who it was.

Accounts of the staff are not emptied: the record names them as long as it is kept.
"""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, or_, select, update

from accounts.actor import SYSTEM, Kind
from accounts.emptying import empty_account
from accounts.models import Account, Membership
from accounts.representing.models import Mandate
from core import audit
from core.clock import now
from core.database import db, reading, transaction
from dossiers.audit import DossierTag
from dossiers.holdings.emptying import empty_store
from dossiers.models import Dossier, RegisterEntry
from dossiers.privacy.models import SubjectExport

# A guest's account is there a moment before its dossier is.
BEGINNING: Final = timedelta(days=1)


def empty_accounts(limit: int) -> int:
    """Empty at most so many accounts, each in a transaction of its own; returns how many."""
    with reading() as session:
        found = session.scalars(select(Account.id).where(_is_left()).limit(limit)).all()
    for account_id in found:
        with transaction():
            _empty(account_id)
    return len(found)


def _empty(account_id: UUID) -> None:
    """Unless it is needed again since it was found."""
    locked = select(Account).where(Account.id == account_id, _is_left()).with_for_update()
    account = db.session.scalars(locked).one_or_none()
    if account is None:
        return
    copies = SubjectExport.account_id == account_id
    db.session.execute(update(SubjectExport).where(copies).values(expires_at=now()))
    empty_store(account_id)
    empty_account(account)
    subject = f"account:{account_id}"
    audit.append(DossierTag.ACCOUNT_EMPTIED, actor=SYSTEM.id, subject=subject, chain=account_id)


def _is_left() -> ColumnElement[bool]:
    guest = and_(Account.kind == Kind.GUEST, Account.created_at < now() - BEGINNING)
    closed = and_(Account.kind == Kind.CITIZEN, not_(Account.active))
    return and_(
        Account.emptied_at.is_(None), or_(guest, closed), not_(or_(*map(_exists, _needing())))
    )


def _needing() -> list[Any]:
    """What an account must still be known for: dossiers, entries, memberships, mandates."""
    principal = Mandate.principal_account_id == Account.id
    party = or_(principal, Mandate.agent_account_id == Account.id)
    lasting = or_(Mandate.valid_until.is_(None), Mandate.valid_until > now())
    return [
        select(Dossier.id).where(Dossier.owner_id == Account.id),
        select(RegisterEntry.id).where(RegisterEntry.owner_id == Account.id),
        select(Membership.id).where(
            Membership.account_id == Account.id, Membership.ended_at.is_(None)
        ),
        select(Mandate.id).where(party, Mandate.revoked_at.is_(None), lasting),
    ]


def _exists(query: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = query.exists()
    return found
