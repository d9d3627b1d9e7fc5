"""Taking out of an account that is over who it was. Its id stays: the record says what it did."""

from typing import Any

from sqlalchemy import delete, or_, select, update

from accounts.guests.models import GuestAccess, GuestLink
from accounts.models import Account, BrowserSession, Membership
from accounts.proof_models import (
    ExternalIdentity,
    KnownBrowser,
    MailedLink,
    RecoveryCode,
    SecondFactor,
)
from accounts.representing.models import Invitation, Mandate
from accounts.runtime import runtime
from core import audit
from core.clock import now
from core.database import db
from engine.erasing import drop_jobs

# What only served to sign in, in an order in which nothing is left pointing nowhere.
_WAYS_IN: tuple[Any, ...] = (
    BrowserSession,
    ExternalIdentity,
    SecondFactor,
    RecoveryCode,
    MailedLink,
    KnownBrowser,
)


def empty_account(account: Account) -> None:
    """Empty a locked account: pseudonyms for its names, no way in, no details on its record."""
    db.session.flush()
    _empty_representing(account)
    for address in _names_of(account):
        drop_jobs("to", address)  # e-mails that could not be sent
    for table in _WAYS_IN:
        db.session.execute(delete(table).where(table.account_id == account.id))
    accesses = select(GuestAccess.id).where(GuestAccess.account_id == account.id)
    db.session.execute(delete(GuestLink).where(GuestLink.access_id.in_(accesses)))
    db.session.execute(delete(GuestAccess).where(GuestAccess.account_id == account.id))
    audit.seal(account.id)
    audit.erase_details(account.id)
    account.login = account.display_name = runtime().pseudonyms.of_text(account.login)
    account.email, account.password_hash, account.active = None, None, False
    account.emptied_at, account.version = now(), account.version + 1
    db.session.flush()


def _empty_representing(account: Account) -> None:
    """What organisations and principals keep of it; that there was a membership or mandate stays."""
    invited = Invitation.invited.in_(_names_of(account))
    for invitation_id in db.session.scalars(select(Invitation.id).where(invited)).all():
        audit.erase_details_about(f"invitation:{invitation_id}")
    _change(Invitation, invited, invited="")
    mine = Membership.account_id == account.id
    _change(Membership, mine, document_reference=None, reason=None)
    _change(Mandate, Mandate.principal_account_id == account.id, principal_name="")
    party = or_(Mandate.principal_account_id == account.id, Mandate.agent_account_id == account.id)
    _change(Mandate, party, document_reference=None, revocation_reason=None)
    audit.erase_details_about(f"account:{account.id}")


def _names_of(account: Account) -> list[str]:
    return [name for name in (account.login, account.email) if name]


def _change(table: Any, chosen: Any, **values: Any) -> None:
    db.session.execute(update(table).where(chosen).values(**values))
