"""Giving roles and ending them. A role that gives authority needs a second administrator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from accounts import policy
from accounts.actor import GRANTABLE_ROLES, Actor, Kind, Role
from accounts.audit import AccountTag
from accounts.department_errors import (
    AccountClosed,
    BeyondOwnReach,
    GrantEnded,
    LastAdministrator,
    OwnRoles,
    SecondAdministrator,
)
from accounts.departments import require_unit
from accounts.errors import AgencyUnknown, RoleNotGrantable
from accounts.journal import locked_account, record
from accounts.models import Account, Agency, RoleGrant
from accounts.places import require_open
from accounts.policy import Action
from accounts.reach import REACHING_ALL, administers_place
from core.clock import now
from core.database import db
from core.errors import NotFound
from core.ids import new_id

NEEDS_TWO: Final = frozenset({Role.ADMINISTRATOR, Role.OPERATOR, Role.DIRECTOR, Role.AUDITOR})


@dataclass(frozen=True)
class Reach:
    """How far a role reaches; None does not narrow. `queue` is the one that its holder works."""

    agency_id: UUID | None = None
    unit_id: UUID | None = None
    service: str | None = None
    queue: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def grant_role(
    account_id: UUID,
    role: Role,
    *,
    by: Actor,
    agency_id: UUID | None = None,
    unit_id: UUID | None = None,
    service: str | None = None,
    queue: str | None = None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> RoleGrant:
    """Give an account a role in an agency (None: in all) for a time.

    A unit of the agency and a service (its key) narrow it; `queue` names the queue that the account
    works, if it is not called like the role. Raises RoleNotGrantable, OwnRoles, BeyondOwnReach,
    SecondAdministrator, AccountClosed, AgencyUnknown, UnitUnknown, PlaceClosed.
    """
    if role in NEEDS_TWO and by.kind is not Kind.SYSTEM:
        require_may_give(account_id, role, agency_id, by)
        raise SecondAdministrator
    reach = Reach(agency_id, unit_id, service, queue, valid_from, valid_until)
    return give(account_id, role, reach, by=by)


def give(account_id: UUID, role: Role, reach: Reach, *, by: Actor, **told: str) -> RoleGrant:
    """Give a role, whose second person has agreed where one is needed; `told` is put on record.

    Raises as `grant_role`, but for SecondAdministrator.
    """
    require_may_give(account_id, role, reach.agency_id, by)
    account = locked_account(account_id, by)
    if not account.active:
        raise AccountClosed
    require_known(reach)
    grant = RoleGrant(id=new_id(), account_id=account_id, role=role, **vars(reach))
    grant.valid_from = reach.valid_from or now()
    db.session.add(grant)
    record(AccountTag.ROLE_GRANTED, account_id, by, **_told(grant), **told)
    return grant


def require_may_give(account_id: UUID, role: Role, agency_id: UUID | None, by: Actor) -> None:
    """Raise RoleNotGrantable, ActionRefused, OwnRoles or BeyondOwnReach."""
    if role not in GRANTABLE_ROLES:
        raise RoleNotGrantable(role=role, roles=", ".join(sorted(GRANTABLE_ROLES)))
    policy.require_ever(by, Action.DEPARTMENT_ADMINISTER)
    if by.account_id == account_id:
        raise OwnRoles
    if not administers_place(by, None if role in REACHING_ALL else agency_id):
        raise BeyondOwnReach


def require_known(reach: Reach) -> None:
    """Raise AgencyUnknown, UnitUnknown or PlaceClosed."""
    if reach.agency_id is not None:
        agency = db.session.get(Agency, reach.agency_id)
        if agency is None:
            raise AgencyUnknown(agency=reach.agency_id)
        require_open(agency, now())
    if reach.unit_id is not None:
        require_unit(reach.unit_id, reach.agency_id)


def revoke_role(grant_id: UUID, *, by: Actor) -> None:
    """End a grant now; its row stays as history.

    Raises NotFound, GrantEnded, OwnRoles, BeyondOwnReach, LastAdministrator.
    """
    policy.require_ever(by, Action.DEPARTMENT_ADMINISTER)
    grant = db.session.get(RoleGrant, grant_id)
    if grant is None:
        raise NotFound
    locked_account(grant.account_id, by)
    db.session.refresh(grant)
    require_may_give(grant.account_id, Role(grant.role), grant.agency_id, by)
    moment = now()
    if grant.valid_until is not None and grant.valid_until <= moment:
        raise GrantEnded
    if _administers_all(grant):
        require_another_administrator(grant.account_id)
    grant.valid_until = moment
    record(AccountTag.ROLE_REVOKED, grant.account_id, by, **_told(grant))


def require_another_administrator(account_id: UUID) -> None:
    """Raise LastAdministrator unless somebody else administers the whole authority, with no end set.

    The rows that decide it are locked: of two who remove each other, one is refused.
    """
    standing = (
        RoleGrant.role == Role.ADMINISTRATOR,
        RoleGrant.agency_id.is_(None),
        RoleGrant.unit_id.is_(None),
        RoleGrant.service.is_(None),
    )
    grants = select(RoleGrant.id).where(*standing).order_by(RoleGrant.id)
    db.session.execute(grants.with_for_update()).all()
    others = (
        select(RoleGrant.id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            *standing,
            RoleGrant.account_id != account_id,
            RoleGrant.valid_from <= now(),
            RoleGrant.valid_until.is_(None),
            Account.active,
        )
    )
    if db.session.scalar(others.limit(1)) is None:
        raise LastAdministrator


def _administers_all(grant: RoleGrant) -> bool:
    return grant.role == Role.ADMINISTRATOR and grant.agency_id is None


def _told(grant: RoleGrant) -> dict[str, str | None]:
    """What a grant gives, for the record; what does not narrow it is left out, but for the agency."""
    narrowing = {"unit": grant.unit_id, "service": grant.service, "queue": grant.queue}
    agency = str(grant.agency_id) if grant.agency_id else None
    named = {name: str(value) for name, value in narrowing.items() if value}
    return {"grant": str(grant.id), "role": str(grant.role), "agency": agency, **named}
