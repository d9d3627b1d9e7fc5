"""Links sent by e-mail: a new password for who has forgotten his, and a new address of e-mail.

Whether an account exists is told to nobody: who asks gets the same answer, only the mail differs.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update

from accounts import attempts
from accounts.actor import Actor
from accounts.attempts import Limit
from accounts.audit import AccountTag
from accounts.department_errors import AccountClosed
from accounts.errors import EmailInvalid, LinkExpired
from accounts.journal import locked_account, note, record
from accounts.models import Account
from accounts.notices import Notice, tell
from accounts.opaque import digest, new_secret
from accounts.operations import change_password
from accounts.proof_models import MailedLink
from accounts.queries import account_by_login, actor, folded
from accounts.runtime import runtime
from core.clock import now
from core.database import db, transaction

LIFE: Final = {
    "recovery": timedelta(minutes=30),
    "email": timedelta(hours=24),
    "invitation": timedelta(days=7),
}
ASKED_PER_LOGIN: Final = Limit("recovery of a login", 3, minutes=60)
ASKED_PER_ADDRESS: Final = Limit("recovery from an address", 20, minutes=60)
OPENED_PER_ADDRESS: Final = Limit("links opened", 20)
LONGEST_ADDRESS: Final = 254


class Purpose(StrEnum):
    """What a link is good for."""

    RECOVERY = "recovery"
    EMAIL = "email"
    INVITATION = "invitation"


def ask_for_recovery(login: str, *, address: str) -> None:
    """Send a link to the owner of a login, if there is one with a password and an e-mail address.

    Opens its own transaction, after counting; raises TooManyAttempts only for the asker's address.
    A login that is asked for too often gets no more mail for an hour, and nobody is told.
    """
    attempts.take(ASKED_PER_ADDRESS, address)
    login = folded(login)
    number_left = attempts.is_left(ASKED_PER_LOGIN, login)
    attempts.note(ASKED_PER_LOGIN, login)
    with transaction():
        account = account_by_login(login)
        if account and account.active and account.password_hash and account.email and number_left:
            _send(account, Purpose.RECOVERY, account.email, Notice.RECOVERY)


def account_of_link(secret: str, purpose: Purpose) -> UUID:
    """Whose link it is, while it can be used; raises LinkExpired."""
    return _open_link(secret, purpose).account_id


def require_may_open(address: str) -> None:
    """Count one opening of a link from a network address; raises TooManyAttempts."""
    attempts.take(OPENED_PER_ADDRESS, address)


def invite(account_id: UUID, *, by: Actor) -> None:
    """Send a link by which somebody chooses his first password.

    Raises NotFound, EmailInvalid without an address, AccountClosed.
    """
    account = locked_account(account_id, by)
    if not account.active:
        raise AccountClosed
    if not account.email or not is_address(account.email):
        raise EmailInvalid
    _send(account, Purpose.INVITATION, account.email, Notice.INVITATION, by=by.id)


def recover(secret: str, password: str, purpose: Purpose = Purpose.RECOVERY) -> UUID:
    """Set a new password with a link; ends all sessions and all other links.

    A second factor stays: the link proves one factor only. Raises LinkExpired, PasswordTooWeak.
    """
    link = _open_link(secret, purpose)
    owner = actor(f"account:{link.account_id}")
    if owner is None:
        raise LinkExpired
    account = locked_account(link.account_id, owner)
    _use(link)
    _forget_links(account.id)
    change_password(account.id, password, by=owner)
    return account.id


def ask_for_email(account_id: UUID, email: str, *, by: Actor) -> None:
    """Send a link to a new address; the address counts once it was opened. Raises EmailInvalid."""
    account, email = locked_account(account_id, by), email.strip()
    if not is_address(email):
        raise EmailInvalid
    _send(account, Purpose.EMAIL, email, Notice.EMAIL_CONFIRMATION)


def confirm_email(secret: str) -> None:
    """Take over the address at which a link was received, and tell the former one.

    Raises LinkExpired.
    """
    link = _open_link(secret, Purpose.EMAIL)
    owner = actor(f"account:{link.account_id}")
    if owner is None:
        raise LinkExpired
    account = locked_account(link.account_id, owner)
    _use(link)
    former, account.email = account.email, link.address
    record(AccountTag.EMAIL_CHANGED, account.id, owner)
    if former and former != account.email:
        tell(account.id, Notice.EMAIL_CHANGED, to=former)


def forget_old_links() -> None:
    """Remove links that can no longer be used. A chore: it opens its own transaction."""
    with transaction() as session:
        session.execute(delete(MailedLink).where(MailedLink.expires_at < now() - timedelta(days=1)))


def _send(account: Account, purpose: Purpose, email: str, notice: Notice, *, by: str = "") -> None:
    secret, life = new_secret(), LIFE[purpose]
    db.session.add(
        MailedLink(
            account_id=account.id,
            purpose=purpose,
            secret_hash=digest(secret),
            address=email,
            expires_at=now() + life,
        )
    )
    note(AccountTag.LINK_SENT, account.id, by or f"account:{account.id}")
    page = f"{runtime().public_url}/account/{purpose}/{secret}"
    tell(account.id, notice, to=email, address=page, minutes=int(life / timedelta(minutes=1)))


def _open_link(secret: str, purpose: Purpose) -> MailedLink:
    link = db.session.scalars(
        select(MailedLink).where(
            MailedLink.secret_hash == digest(secret), MailedLink.purpose == purpose
        )
    ).first()
    if link is None or link.used_at is not None or link.expires_at <= now():
        raise LinkExpired
    return link


def _use(link: MailedLink) -> None:
    """Mark the link, once: of two at the same moment one finds it used."""
    unused = update(MailedLink).where(MailedLink.id == link.id, MailedLink.used_at.is_(None))
    if db.session.execute(unused.values(used_at=now()).returning(MailedLink.id)).first() is None:
        raise LinkExpired


def _forget_links(account_id: UUID) -> None:
    db.session.execute(
        update(MailedLink)
        .where(MailedLink.account_id == account_id, MailedLink.used_at.is_(None))
        .values(used_at=now())
    )


def require_address(email: str) -> None:
    """Raise EmailInvalid unless it is one address of e-mail."""
    if not is_address(email):
        raise EmailInvalid


def is_address(email: str) -> bool:
    """One part, an @, a host with a dot; nothing that could end a header line."""
    local, _, host = email.partition("@")
    return bool(
        local
        and "." in host.strip(".")
        and "@" not in host
        and len(email) <= LONGEST_ADDRESS
        and email.isprintable()
        and not any(character in ' ,;:<>()[]"\\' for character in email)
    )
