"""How far an administrator reaches: places and people of his own agency, or all of them."""

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from accounts import policy
from accounts.actor import Actor, Kind, Role
from accounts.models import Account, RoleGrant
from accounts.policy import Action, Scope
from core.clock import now
from core.database import db
from core.errors import NotFound

WHOLE: Final = UUID(int=0)
# Who watches over an agency, or works for several, is not administered by one of them.
REACHING_ALL: Final = frozenset({Role.OPERATOR, Role.AUDITOR, Role.PORTAL, Role.INTEGRATION})


def place(agency_id: UUID | None) -> Scope:
    """An agency, or (None) the authority as a whole, as the policy looks at it."""
    return Scope(agency_id=agency_id or WHOLE)


def require_place(by: Actor, agency_id: UUID | None) -> None:
    """Raise NotFound for a foreign place, and ActionRefused for who administers nothing at all."""
    policy.require_ever(by, Action.DEPARTMENT_ADMINISTER)
    if not policy.allows(by, Action.DEPARTMENT_ADMINISTER, place(agency_id)):
        raise NotFound


def administers_place(by: Actor, agency_id: UUID | None) -> bool:
    """Whether somebody administers an agency, or (None) the whole authority."""
    return policy.allows(by, Action.DEPARTMENT_ADMINISTER, place(agency_id))


def administered(by: Actor) -> ColumnElement[bool]:
    """Which accounts somebody administers, as a condition on `Account`.

    The account's own agency is his, and so is every agency in which it holds a role.
    """
    if administers_place(by, None):
        return Account.id.is_not(None)
    own = policy.clause(by, Action.DEPARTMENT_ADMINISTER, Scope(agency_id=Account.agency_id))
    foreign = select(RoleGrant.id).where(
        RoleGrant.account_id == Account.id,
        or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > now()),
        or_(
            RoleGrant.agency_id.is_(None),
            RoleGrant.role.in_(sorted(REACHING_ALL)),
            ~policy.clause(by, Action.DEPARTMENT_ADMINISTER, Scope(agency_id=RoleGrant.agency_id)),
        ),
    )
    staff = and_(Account.kind == Kind.STAFF, Account.agency_id.is_not(None))
    return and_(staff, own, ~foreign.exists())


def administers(by: Actor, account_id: UUID) -> bool:
    """Whether somebody administers an account."""
    found = select(func.count()).where(Account.id == account_id, administered(by))
    return bool(db.session.scalar(found))


def require_administers(by: Actor, account_id: UUID) -> None:
    """Raise NotFound for a foreign account, and ActionRefused for who administers nothing at all."""
    policy.require_ever(by, Action.DEPARTMENT_ADMINISTER)
    if not administers(by, account_id):
        raise NotFound
