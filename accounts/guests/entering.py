"""From a proven link to a session, and the end of it when the dossier goes into a real account."""

from datetime import timedelta
from uuid import UUID

from accounts.actor import SYSTEM, Actor, Kind
from accounts.audit import AccountTag
from accounts.authentication import Authentication
from accounts.guests.links import end_links
from accounts.guests.models import GuestAccess, GuestLink
from accounts.journal import locked_account, record
from accounts.operations import create_account, revoke_sessions
from core.clock import now
from core.database import db

NO_ACCOUNT = 0


def proof_of(account_id: UUID) -> Authentication:
    """What a link and a second fact prove: the lowest level of identity."""
    return Authentication(account_id, assurance=NO_ACCOUNT)


def open_account(link: GuestLink, access: GuestAccess, *, life: timedelta) -> UUID:
    """The account of an access that was proven, made the first time; from then on the link lives on.

    It has no password and no other way to sign in.
    """
    if access.account_id is not None:
        return access.account_id
    account = create_account(
        f"guest-{access.id}",
        access.email,
        kind=Kind.GUEST,
        by=SYSTEM,
        email=access.email,
        language=access.language,
    )
    access.account_id, link.expires_at = account.id, now() + life
    db.session.flush()
    return account.id


def end_access(access: GuestAccess, *, by: Actor) -> None:
    """End an access for good: its links, its sessions, its account."""
    access.ended_at = now()
    end_links(access.id)
    if access.account_id is not None:
        revoke_sessions(access.account_id, by=SYSTEM)
        locked_account(access.account_id, SYSTEM).active = False
        record(AccountTag.GUEST_ENDED, access.account_id, by)
