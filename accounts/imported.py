"""Accounts and units from elsewhere: shut until they are released, taken back if untouched."""

from uuid import UUID

from sqlalchemy import delete, exists, select

from accounts import operations
from accounts.actor import Actor
from accounts.audit import AccountTag
from accounts.journal import locked_account, record
from accounts.models import Account, RoleGrant, Unit
from accounts.reach import require_place
from core import audit
from core.clock import now
from core.database import db
from core.errors import PreconditionFailed


def hold_account(account: Account, *, by: Actor) -> None:
    """Keep an account that this transaction made shut until it is released."""
    account.active = False
    record(AccountTag.ACCOUNT_CLOSED, account.id, by, reason="import")


def release_account(account_id: UUID, *, version: int, by: Actor) -> None:
    """Open a held account; raises PreconditionFailed when it is not as it was made."""
    account = _as_made(account_id, version, by)
    account.active, account.version = True, account.version + 1
    record(AccountTag.ACCOUNT_REOPENED, account_id, by, reason="import released")


def take_account_back(
    account_id: UUID, *, version: int, grants: int, reason: str, by: Actor
) -> None:
    """Close a held account for good: its roles end and its login is free again.

    Raises PreconditionFailed when it, or the number of its roles, is not as it was made.
    """
    account = _as_made(account_id, version, by)
    held = db.session.scalars(
        select(RoleGrant).where(RoleGrant.account_id == account_id, RoleGrant.version == 1)
    ).all()
    total = db.session.scalars(select(RoleGrant.id).where(RoleGrant.account_id == account_id)).all()
    if not len(held) == len(total) == grants:
        raise PreconditionFailed
    for grant in held:
        grant.valid_until = now()
    account.login, account.version = f"{account.login}#{account_id.hex}", account.version + 1
    operations.revoke_sessions(account_id, by=by)
    record(AccountTag.ACCOUNT_CLOSED, account_id, by, reason=reason)


def remove_unit(unit_id: UUID, *, version: int, reason: str, by: Actor) -> None:
    """Remove a unit to which nothing refers.

    Raises PreconditionFailed when it was changed, or has roles, units or anything below it.
    """
    unit = db.session.get(Unit, unit_id, with_for_update=True, populate_existing=True)
    if unit is None or unit.version != version:
        raise PreconditionFailed
    require_place(by, unit.agency_id)
    used = (
        exists().where(Unit.parent_id == unit_id),
        exists().where(Unit.successor_id == unit_id),
        exists().where(RoleGrant.unit_id == unit_id),
    )
    if any(db.session.scalar(select(each)) for each in used):
        raise PreconditionFailed
    db.session.execute(delete(Unit).where(Unit.id == unit_id))
    audit.note(
        AccountTag.UNIT_REMOVED,
        actor=by.id,
        subject=f"unit:{unit_id}",
        chain=unit_id,
        details={"code": unit.code, "reason": reason},
    )


def _as_made(account_id: UUID, version: int, by: Actor) -> Account:
    account = locked_account(account_id, by)
    db.session.refresh(account)
    if account.active or account.version != version or account.password_hash is not None:
        raise PreconditionFailed
    return account
