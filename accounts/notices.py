"""E-mail to the owner of an account: links, and what was changed about the ways to sign in.

The text is sealed as long as it waits: it may hold a link that opens the account.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from flask_babel import force_locale

from accounts.models import Account
from accounts.runtime import runtime
from core.database import db
from core.errors import N_
from core.i18n import translated


class Notice(StrEnum):
    """What an e-mail is about."""

    RECOVERY = "recovery"
    INVITATION = "invitation"
    EMAIL_CONFIRMATION = "email-confirmation"
    EMAIL_CHANGED = "email-changed"
    NEW_BROWSER = "new-browser"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105  (a word, not a secret)
    FACTOR_ADDED = "factor-added"
    FACTOR_REMOVED = "factor-removed"
    RECOVERY_CODES_RENEWED = "recovery-codes-renewed"
    WEBHOOK_DISABLED = "webhook-disabled"
    EXPORT_READY = "export-ready"
    ORGANISATION_INVITATION = "organisation-invitation"
    GUEST_BEGUN = "guest-begun"
    GUEST_LINK = "guest-link"


@dataclass(frozen=True)
class Mail:
    """One e-mail in plain text."""

    to: str
    subject: str
    text: str


_SUBJECTS: Final = {
    Notice.RECOVERY: N_("Choose a new password"),
    Notice.INVITATION: N_("Your account is ready"),
    Notice.EMAIL_CONFIRMATION: N_("Confirm your e-mail address"),
    Notice.EMAIL_CHANGED: N_("Your e-mail address was changed"),
    Notice.NEW_BROWSER: N_("New sign-in to your account"),
    Notice.PASSWORD_CHANGED: N_("Your password was changed"),
    Notice.FACTOR_ADDED: N_("An authenticator was added to your account"),
    Notice.FACTOR_REMOVED: N_("The authenticator was removed from your account"),
    Notice.RECOVERY_CODES_RENEWED: N_("New recovery codes were made for your account"),
    Notice.WEBHOOK_DISABLED: N_("A webhook of your organisation was switched off"),
    Notice.EXPORT_READY: N_("The copy of your data is ready"),
    Notice.ORGANISATION_INVITATION: N_("You are invited into an organisation"),
    Notice.GUEST_BEGUN: N_("Begin your application"),
    Notice.GUEST_LINK: N_("The link to your application"),
}
_TEXTS: Final = {
    Notice.RECOVERY: N_(
        "Somebody, probably you, asked for a new password for your account. Open this address within "
        "%(minutes)s minutes:\n\n%(address)s\n\nIf it was not you, do nothing: your password stays."
    ),
    Notice.INVITATION: N_(
        "An account was opened for you. Your login is %(login)s. Open this address within seven days "
        "and choose a password:\n\n%(address)s"
    ),
    Notice.EMAIL_CONFIRMATION: N_(
        "Open this address within %(minutes)s minutes to use this e-mail address for your account:"
        "\n\n%(address)s\n\nIf you did not ask for it, do nothing."
    ),
    Notice.EMAIL_CHANGED: N_(
        "From now on messages about your account go to another address. If it was not you, contact "
        "the help desk at once."
    ),
    Notice.NEW_BROWSER: N_(
        "Somebody signed in to your account with a browser that was not used before:\n\n"
        "%(browser)s\n\nIf it was not you, change your password at once."
    ),
    Notice.PASSWORD_CHANGED: N_(
        "All browsers were signed out. If it was not you, contact the help desk at once."
    ),
    Notice.FACTOR_ADDED: N_(
        "From now on a code is asked for at every sign-in. If it was not you, contact the help desk "
        "at once."
    ),
    Notice.FACTOR_REMOVED: N_(
        "From now on your password alone opens your account. If it was not you, contact the help desk "
        "at once."
    ),
    Notice.WEBHOOK_DISABLED: N_(
        "Messages to %(address)s failed too long, or it asked for no more of them (%(fault)s). Nothing "
        "is lost: once you switch it on again, all that has happened since is sent:\n\n%(page)s"
    ),
    Notice.ORGANISATION_INVITATION: N_(
        "%(inviter)s invites you to act for %(organisation)s. Open this address within seven days; it "
        "is for you alone and works once:\n\n%(address)s\n\nWithout an account, open one with this "
        "e-mail address first. If you do not know who invites you, do nothing."
    ),
    Notice.GUEST_BEGUN: N_(
        "Somebody, probably you, wants to apply for “%(service)s” without an account. Open this "
        "address within two days and answer the question on the page:\n\n%(address)s\n\nGive the link "
        "to nobody. If it was not you, do nothing: nothing was begun."
    ),
    Notice.GUEST_LINK: N_(
        "This is the new link to your application for “%(service)s”. Links of earlier e-mails no "
        "longer work:\n\n%(address)s\n\nGive it to nobody. If you did not ask for it, do nothing: "
        "without the second answer it opens nothing."
    ),
    Notice.EXPORT_READY: N_(
        "The copy of everything kept about you is ready. Sign in to fetch it within %(days)s days:"
        "\n\n%(address)s\n\nIf you did not ask for it, change your password at once."
    ),
    Notice.RECOVERY_CODES_RENEWED: N_(
        "Those of before work no longer. If it was not you, contact the help desk at once."
    ),
}


def tell(account_id: UUID, notice: Notice, *, to: str | None = None, **params: Any) -> None:
    """Send a notice with the open transaction, in the owner's language; nothing without an address."""
    account = db.session.get_one(Account, account_id)
    if not (to or account.email):
        return
    with force_locale(account.language):
        text = translated(_TEXTS[notice], {"login": account.login, **params})
        subject = translated(_SUBJECTS[notice])
    write(account, subject, text, to=to)


def tell_address(email: str, notice: Notice, *, language: str, **params: Any) -> None:
    """Send a notice with the open transaction to somebody who has no account."""
    with force_locale(language):
        greeting, text = translated(N_("Hello,")), translated(_TEXTS[notice], params)
        runtime().post(Mail(email, translated(_SUBJECTS[notice]), f"{greeting}\n\n{text}\n"))


def write(account: Account, subject: str, text: str, *, to: str | None = None) -> None:
    """Send an e-mail with the open transaction, greeting its reader; nothing without an address."""
    address = to or account.email
    if not address:
        return
    with force_locale(account.language):
        greeting = translated(N_("Hello %(name)s,"), {"name": account.display_name})
    runtime().post(Mail(address, subject, f"{greeting}\n\n{text}\n"))
