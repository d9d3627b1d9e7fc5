"""The first start: an empty authority gets its first administrator, and is then set up.

While nobody has an account, the console prints a code at every start. Whoever types it in the browser
becomes the first administrator. The last step closes this door for good.
"""

import hmac
from typing import Final
from uuid import UUID

from sqlalchemy import select

from accounts import attempts
from accounts.actor import SYSTEM, Actor, Kind, Role
from accounts.attempts import Limit
from accounts.audit import AccountTag
from accounts.department_errors import CodeOfFirstRunWrong, FirstRunOver
from accounts.department_models import FirstRun
from accounts.models import Account
from accounts.opaque import digest, new_secret
from accounts.operations import create_account, grant_role
from core import audit
from core.clock import now
from core.database import db

ONLY: Final = 1
TRIED_PER_ADDRESS: Final = Limit("code of the first start", 10)


def new_code() -> str | None:
    """A fresh code for the console, in place of the one before; None when there is an account."""
    if db.session.scalars(select(Account.id).limit(1)).first() is not None:
        return None
    code = new_secret()
    run = db.session.get(FirstRun, ONLY, with_for_update=True)
    if run is None:
        db.session.add(FirstRun(id=ONLY, code_hash=digest(code), left=[]))
    else:
        run.code_hash = digest(code)
    return code


def waits_for_code() -> bool:
    """Whether the first administrator has still to be made."""
    run = db.session.get(FirstRun, ONLY)
    return run is not None and run.account_id is None and run.closed_at is None


def require_code(code: str, *, address: str) -> None:
    """Raise unless it is the code: CodeOfFirstRunWrong, TooManyAttempts, FirstRunOver.

    It counts the attempt, so it runs outside any transaction.
    """
    attempts.take(TRIED_PER_ADDRESS, address)
    run = db.session.get(FirstRun, ONLY)
    if run is None or run.account_id is not None or run.closed_at is not None:
        raise FirstRunOver
    if not hmac.compare_digest(run.code_hash, digest(code.strip())):
        raise CodeOfFirstRunWrong


def become_administrator(
    login: str, name: str, email: str, password: str, *, code: str, language: str
) -> UUID:
    """Open the first account, which administers everything; the code opens nothing any more.

    Raises CodeOfFirstRunWrong, FirstRunOver, PasswordTooWeak, LoginTaken.
    """
    run = _locked()
    if run.account_id is not None:
        raise FirstRunOver
    if not hmac.compare_digest(run.code_hash, digest(code.strip())):
        raise CodeOfFirstRunWrong
    account = create_account(
        login, name, kind=Kind.STAFF, by=SYSTEM, password=password, email=email, language=language
    )
    grant_role(account.id, Role.ADMINISTRATOR, by=SYSTEM)
    run.account_id = account.id
    _note(AccountTag.FIRST_RUN_BEGUN, f"account:{account.id}")
    return account.id


def is_setting_up(actor: Actor) -> bool:
    """Whether it is the first administrator, and the first start is not over."""
    run = db.session.get(FirstRun, ONLY)
    if run is None or run.closed_at is not None or run.account_id is None:
        return False
    return run.account_id == actor.account_id


def steps_left(actor: Actor) -> frozenset[str]:
    """The steps that were passed over; raises FirstRunOver."""
    return frozenset(_own(actor).left)


def pass_over(step: str, *, by: Actor) -> None:
    """Leave a step for later. Raises FirstRunOver."""
    run = _own(by, lock=True)
    run.left = sorted({*run.left, step})


def finish(*, by: Actor) -> None:
    """Close the first start for good. Raises FirstRunOver."""
    run = _own(by, lock=True)
    run.closed_at = now()
    _note(AccountTag.FIRST_RUN_CLOSED, by.id)


def _own(actor: Actor, *, lock: bool = False) -> FirstRun:
    if not is_setting_up(actor):
        raise FirstRunOver
    return _locked() if lock else db.session.get_one(FirstRun, ONLY)


def _locked() -> FirstRun:
    run = db.session.get(FirstRun, ONLY, with_for_update=True, populate_existing=True)
    if run is None or run.closed_at is not None:
        raise FirstRunOver
    return run


def _note(tag: AccountTag, actor_id: str) -> None:
    audit.note(tag, actor=actor_id, subject="first-run")
