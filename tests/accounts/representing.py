"""What tests of acting for others share."""

from accounts import queries
from accounts.actor import SYSTEM, Actor, Kind
from accounts.operations import create_account
from core.database import db, transaction

NUMBER = "0315123453"


def citizen(login: str, name: str = "", email: str | None = None) -> str:
    """Open an applicant's account; returns its login."""
    with transaction():
        create_account(login, name or login.title(), kind=Kind.CITIZEN, by=SYSTEM, email=email)
    return login


def now_as(login: str) -> Actor:
    """The actor of a login with today's rights."""
    db.session.rollback()
    db.session.expire_all()
    account = queries.account_by_login(login)
    assert account is not None
    found = queries.actor(f"account:{account.id}")
    assert found is not None
    return found
