"""Looking after the accounts of the staff: who works here, and who no longer does."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, or_, select

from accounts import attempts, links, operations, policy, second_factor
from accounts.actor import Actor, Kind, Role
from accounts.attempts import PER_ACCOUNT_CODE, UNLOCKED
from accounts.audit import AccountTag
from accounts.department_errors import AccountAsWished, OwnRoles
from accounts.errors import EmailInvalid
from accounts.granting import require_another_administrator
from accounts.journal import locked_account, record
from accounts.models import Account, Agency, RoleGrant
from accounts.places import require_open
from accounts.policy import Action
from accounts.reach import administered, administers, require_place
from core.clock import now
from core.database import db, transaction
from core.errors import NotFound, PreconditionFailed

PAGE = 50


def find_staff(account_id: UUID, *, visible_to: Actor) -> Account:
    """An account of the staff, to who administers it; raises NotFound, ActionRefused."""
    policy.require_ever(visible_to, Action.DEPARTMENT_ADMINISTER)
    found = db.session.get(Account, account_id)
    if found is None or found.kind != Kind.STAFF or not administers(visible_to, account_id):
        raise NotFound
    return found


def staff_list(
    *,
    visible_to: Actor,
    text: str = "",
    agency_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = PAGE,
) -> Sequence[Account]:
    """The staff that somebody administers, newest first; `text` is looked for in name and login."""
    query = select(Account).where(Account.kind == Kind.STAFF, administered(visible_to))
    if text:
        named = (Account.display_name, Account.login, Account.email)
        query = query.where(or_(*(each.icontains(text, autoescape=True) for each in named)))
    if agency_id is not None:
        holding = exists().where(
            RoleGrant.account_id == Account.id, RoleGrant.agency_id == agency_id
        )
        query = query.where(or_(Account.agency_id == agency_id, holding))
    if after is not None:
        query = query.where(Account.id < after)
    return db.session.scalars(query.order_by(Account.id.desc()).limit(limit)).all()


def grants_of(account_id: UUID, *, visible_to: Actor) -> Sequence[RoleGrant]:
    """All roles that an account has, will have or had, newest first; raises NotFound."""
    find_staff(account_id, visible_to=visible_to)
    return db.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.account_id == account_id)
        .order_by(RoleGrant.valid_from.desc(), RoleGrant.id.desc())
    ).all()


def create_staff(
    login: str,
    name: str,
    email: str,
    *,
    by: Actor,
    agency_id: UUID | None = None,
    language: str | None = None,
) -> Account:
    """Open an account without a password for somebody of the staff; `links.invite` lets him choose one.

    Raises LoginTaken, EmailInvalid, PlaceClosed, NotFound for a foreign agency.
    """
    email = email.strip()
    if email and not links.is_address(email):
        raise EmailInvalid
    _require_home(agency_id)
    return operations.create_account(
        login,
        name.strip(),
        kind=Kind.STAFF,
        by=by,
        email=email or None,
        language=language,
        agency_id=agency_id,
    )


def change_staff(
    account_id: UUID,
    name: str,
    email: str,
    *,
    agency_id: UUID | None,
    seen_version: int,
    by: Actor,
) -> Account:
    """Correct the name, the e-mail address or the agency of somebody of the staff.

    Raises NotFound, OwnRoles, EmailInvalid, PlaceClosed, and PreconditionFailed when the account is
    not at the version that was seen.
    """
    account = _locked_other(account_id, by)
    if account.version != seen_version:
        raise PreconditionFailed
    if email.strip() and not links.is_address(email.strip()):
        raise EmailInvalid
    if agency_id != account.agency_id:
        require_place(by, agency_id)
        _require_home(agency_id)
    account.display_name, account.email = name.strip(), email.strip() or None
    account.agency_id, account.version = agency_id, account.version + 1
    record(AccountTag.ACCOUNT_CHANGED, account_id, by, agency=str(agency_id or ""))
    return account


def close_account(account_id: UUID, *, reason: str, by: Actor) -> None:
    """Let somebody in no longer: sessions and tokens end at once. What he holds is the caller's affair.

    Raises NotFound, OwnRoles, AccountAsWished, LastAdministrator.
    """
    account = _locked_other(account_id, by)
    if not account.active:
        raise AccountAsWished
    if _administers_all(account_id):
        require_another_administrator(account_id)
    account.active, account.version = False, account.version + 1
    operations.revoke_sessions(account_id, by=by)
    record(AccountTag.ACCOUNT_CLOSED, account_id, by, reason=reason)


def reopen_account(account_id: UUID, *, reason: str, by: Actor) -> None:
    """Let somebody in again, with the roles that have not ended. Raises NotFound, AccountAsWished."""
    account = _locked_other(account_id, by)
    if account.active:
        raise AccountAsWished
    account.active, account.version = True, account.version + 1
    record(AccountTag.ACCOUNT_REOPENED, account_id, by, reason=reason)


def reset_second_factor(account_id: UUID, *, reason: str, by: Actor) -> None:
    """Take the authenticator off an account whose owner has lost it. Raises NotFound, OwnRoles."""
    _locked_other(account_id, by)
    second_factor.remove(account_id, by=by)
    operations.revoke_sessions(account_id, by=by)
    record(AccountTag.FACTOR_RESET, account_id, by, reason=reason)


def unlock(account_id: UUID, *, by: Actor) -> None:
    """Forget what has shut an account for a while; raises NotFound.

    That is: wrong passwords wherever they came from, wrong codes, and links asked for too often. It
    opens its own transaction, as the counts are kept outside of any.
    """
    with transaction():
        account = locked_account(account_id, by)
        record(AccountTag.ACCOUNT_UNLOCKED, account_id, by)
    attempts.note(UNLOCKED, account.login)
    attempts.forgive(PER_ACCOUNT_CODE, str(account_id))
    attempts.forgive(links.ASKED_PER_LOGIN, account.login)


def _locked_other(account_id: UUID, by: Actor) -> Account:
    """The locked account of somebody else of the staff; raises NotFound, OwnRoles."""
    if by.account_id == account_id:
        policy.require_ever(by, Action.DEPARTMENT_ADMINISTER)
        raise OwnRoles
    account = locked_account(account_id, by)
    if account.kind != Kind.STAFF:
        raise NotFound
    db.session.refresh(account)
    return account


def _require_home(agency_id: UUID | None) -> None:
    agency = db.session.get(Agency, agency_id) if agency_id else None
    if agency is not None:
        require_open(agency, now())


def _administers_all(account_id: UUID) -> bool:
    held = select(RoleGrant.id).where(
        RoleGrant.account_id == account_id,
        RoleGrant.role == Role.ADMINISTRATOR,
        RoleGrant.agency_id.is_(None),
        or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > now()),
    )
    return db.session.scalars(held).first() is not None
