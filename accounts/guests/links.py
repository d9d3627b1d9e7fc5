"""Links for people without an account: asked for, mailed, opened with the second fact, ended.

Opening a link changes nothing: mail programs and scanners do it, too. Only the right second fact opens
a session. Wrong ones are counted before they are looked at, in the database: for the link as long as
it lives, for the dossier within a day, for the address they come from. Whoever guesses ends the link
that he guesses with; its owner asks for a new one.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, exists, select, update

from accounts import attempts
from accounts.attempts import Limit
from accounts.audit import AccountTag
from accounts.errors import TooManyAttempts
from accounts.guests.errors import GuestLinkOver, SecondFactWrong
from accounts.guests.models import GuestAccess, GuestLink
from accounts.opaque import digest, new_secret
from accounts.runtime import runtime
from core import audit
from core.clock import now
from core.database import db, each_alone, reading, transaction

TRIES_PER_LINK: Final = 5
TRIES_PER_ACCESS: Final = Limit("second fact of a guest", 20, minutes=24 * 60)
TRIES_PER_ADDRESS: Final = Limit("second facts from an address", 30)
ASKED_PER_ADDRESS: Final = Limit("links for guests from an address", 20, minutes=60)
ASKED_PER_EMAIL_AND_ADDRESS: Final = Limit("links for a guest from an address", 3, minutes=60)
ASKED_PER_EMAIL: Final = Limit("links for a guest", 10, minutes=60)
FIRST_LINK_LIVES: Final = timedelta(days=2)
NEWEST: Final = 5


def folded(email: str) -> str:
    """An address as it is stored and looked for."""
    return email.strip().casefold()


def may_mail(email: str, *, address: str) -> bool:
    """Count a wish for a link; whether the mailbox may get another one, which nobody is told.

    Raises TooManyAttempts for the address alone from which it is asked. It counts more for who asks
    from there than for all together: others can hardly keep the owner from his link.
    """
    attempts.take(ASKED_PER_ADDRESS, address)
    try:
        attempts.take(ASKED_PER_EMAIL_AND_ADDRESS, email, address)
        attempts.take(ASKED_PER_EMAIL, email)
    except TooManyAttempts:
        return False
    return True


def kept_fact(access_id: UUID, fact: str) -> str:
    """What is stored of a second fact; it takes its time, so it is made before any transaction."""
    return runtime().keyed.kept(fact, purpose=_purpose(access_id))


def new_link(access: GuestAccess, life: timedelta) -> str:
    """A link that works for so long, beside the others; returns its address, which is not kept."""
    secret = new_secret()
    expires_at = now() + life
    db.session.add(
        GuestLink(access_id=access.id, secret_hash=digest(secret), expires_at=expires_at)
    )
    return f"{runtime().public_url}/guest/{secret}"


def end_links(access_id: UUID) -> None:
    """Let all links of an access work no more."""
    db.session.execute(
        update(GuestLink)
        .where(GuestLink.access_id == access_id, GuestLink.ended_at.is_(None))
        .values(ended_at=now())
    )


def accesses(email: str) -> Sequence[GuestAccess]:
    """What an address has begun and not ended, newest first, the newest few; locked."""
    return db.session.scalars(
        select(GuestAccess)
        .where(GuestAccess.email == email, GuestAccess.ended_at.is_(None))
        .order_by(GuestAccess.id.desc())
        .limit(NEWEST)
        .with_for_update()
    ).all()


def access_of_link(secret: str) -> GuestAccess:
    """What a link leads to, while it works; raises GuestLinkOver. Nothing is changed."""
    return _found(secret)[1]


def access_of_account(account_id: UUID) -> GuestAccess | None:
    """The access behind a guest's account."""
    return db.session.scalars(
        select(GuestAccess).where(GuestAccess.account_id == account_id)
    ).one_or_none()


def count_try(address: str) -> None:
    """Count that somebody tries a link from a network address; raises TooManyAttempts."""
    attempts.take(TRIES_PER_ADDRESS, address)


def forgive_try(address: str) -> None:
    """Let the last `count_try` not count: it was no guess."""
    attempts.give_back(TRIES_PER_ADDRESS, address)


def prove(secret: str, fact: str, *, address: str) -> UUID:
    """Prove by a link and its second fact that an access is one's own; returns the link's id.

    Runs after `count_try` and before any transaction. Raises GuestLinkOver, SecondFactWrong,
    TooManyAttempts.
    """
    with reading():
        link, access = _found(secret)
    attempts.take(TRIES_PER_ACCESS, str(access.id))
    _count_try(link.id)
    if not runtime().keyed.matches(access.fact_hash, fact, purpose=_purpose(access.id)):
        _note_wrong(access)
        raise SecondFactWrong(tries=TRIES_PER_LINK)
    _forgive(link.id)
    attempts.give_back(TRIES_PER_ACCESS, str(access.id))
    forgive_try(address)
    return link.id


def hold(link_id: UUID) -> tuple[GuestLink, GuestAccess]:
    """The locked rows of a link that was proven a moment ago; raises GuestLinkOver if it has ended."""
    link = db.session.get_one(GuestLink, link_id)
    access = db.session.get_one(
        GuestAccess, link.access_id, with_for_update=True, populate_existing=True
    )
    db.session.refresh(link)
    if not _works(link, access):
        raise GuestLinkOver
    return link, access


def forget_unopened() -> None:
    """Remove links of long ago, and what was asked for and never opened: nobody has proven it his.

    A chore: it opens its own transaction.
    """
    unopened = (GuestAccess.account_id.is_(None)) & (
        GuestAccess.created_at < now() - FIRST_LINK_LIVES
    )
    with transaction() as session:
        session.execute(
            delete(GuestLink).where(
                (GuestLink.expires_at < now() - timedelta(days=1))
                | exists().where(GuestAccess.id == GuestLink.access_id, unopened)
            )
        )
        session.execute(delete(GuestAccess).where(unopened))


def _found(secret: str) -> tuple[GuestLink, GuestAccess]:
    row = db.session.execute(
        select(GuestLink, GuestAccess)
        .join(GuestAccess, GuestAccess.id == GuestLink.access_id)
        .where(GuestLink.secret_hash == digest(secret))
    ).first()
    if row is None or not _works(*row):
        raise GuestLinkOver
    return row[0], row[1]


def _works(link: GuestLink, access: GuestAccess) -> bool:
    ended = link.ended_at or access.ended_at
    return not ended and link.expires_at > now() and link.tries < TRIES_PER_LINK


def _count_try(link_id: UUID) -> None:
    """One statement of its own: of many at once each gets its own number, and no more than allowed."""
    counted = (
        update(GuestLink)
        .where(GuestLink.id == link_id, GuestLink.tries < TRIES_PER_LINK)
        .values(tries=GuestLink.tries + 1)
        .returning(GuestLink.id)
    )
    with each_alone() as connection:
        if connection.execute(counted).first() is None:
            raise GuestLinkOver


def _forgive(link_id: UUID) -> None:
    with each_alone() as connection:
        connection.execute(update(GuestLink).where(GuestLink.id == link_id).values(tries=0))


def _note_wrong(access: GuestAccess) -> None:
    subject = f"account:{access.account_id}" if access.account_id else f"guest:{access.id}"
    with transaction():
        audit.note(
            AccountTag.GUEST_REFUSED, actor="anonymous", subject=subject, agency_id=access.agency_id
        )


def _purpose(access_id: UUID) -> str:
    return f"second fact of {access_id}"
