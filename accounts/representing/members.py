"""Members of an organisation: their roles, and their leaving. What they made for it stays with it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from accounts.actor import ADMINISTERING, Actor, OrganisationRole
from accounts.audit import AccountTag
from accounts.models import Account, Membership, MembershipState
from accounts.policy import Action
from accounts.representing.errors import (
    DatesReversed,
    LastAdministrator,
    OwnRole,
    RepresentativeStays,
    RoleNotGivable,
)
from accounts.representing.holding import (
    hold,
    hold_membership,
    number_of,
    person,
    record,
    standing,
)
from accounts.representing.models import Invitation, Organisation
from core.clock import now
from core.database import db
from core.errors import NotFound


def change_role(
    membership_id: UUID,
    role: OrganisationRole,
    *,
    by: Actor,
    valid_until: datetime | None = None,
) -> None:
    """Give a colleague another role, from now until a moment or for good; it holds at once.

    Raises NotFound, NotAllowed, OwnRole, RepresentativeStays, RoleNotGivable, DatesReversed,
    LastAdministrator.
    """
    organisation, membership = hold_membership(membership_id, by, Action.ORGANISATION_ADMINISTER)
    _require_colleague(membership, by)
    require_givable(role, valid_until)
    membership.role, membership.valid_until = role, valid_until
    _require_administrator(organisation)
    _withdraw_invitations(organisation, membership)
    record(
        AccountTag.MEMBERSHIP_CHANGED,
        organisation,
        by.id,
        f"account:{membership.account_id}",
        role=role,
        until=valid_until.isoformat() if valid_until else None,
    )


def remove_member(membership_id: UUID, *, by: Actor) -> None:
    """Let a colleague go; he loses access at once.

    Raises NotFound, NotAllowed, OwnRole, RepresentativeStays, LastAdministrator.
    """
    organisation, membership = hold_membership(membership_id, by, Action.ORGANISATION_ADMINISTER)
    _require_colleague(membership, by)
    _end(organisation, membership, by)


def leave(number: str, *, by: Actor) -> None:
    """Leave an organisation, or take a claim back; raises NotFound, LastAdministrator."""
    organisation = hold(number_of(number))
    membership = standing(person(by), organisation.number)
    if membership is None:
        raise NotFound
    _end(organisation, membership, by)


def require_givable(role: OrganisationRole, valid_until: datetime | None) -> None:
    """Raise RoleNotGivable or DatesReversed for a role that colleagues cannot give like that."""
    if role is OrganisationRole.REPRESENTATIVE:
        raise RoleNotGivable
    if valid_until is not None and valid_until <= now():
        raise DatesReversed


def administrators_of(number: str) -> list[UUID]:
    """The accounts to which news for an organisation go."""
    administers = Membership.role.in_(sorted(ADMINISTERING))
    query = (
        select(Membership.account_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Account.active, Membership.organisation_number == number, administers)
        .where(Membership.state == MembershipState.ACTIVE, Membership.ended_at.is_(None))
    )
    return list(db.session.scalars(query))


def _require_colleague(membership: Membership, by: Actor) -> None:
    if membership.account_id == by.account_id:
        raise OwnRole
    if membership.role == OrganisationRole.REPRESENTATIVE:
        raise RepresentativeStays


def _end(organisation: Organisation, membership: Membership, by: Actor) -> None:
    membership.ended_at = now()
    if membership.state is MembershipState.ACTIVE:
        _require_administrator(organisation)
    _withdraw_invitations(organisation, membership)
    subject = f"account:{membership.account_id}"
    record(AccountTag.MEMBERSHIP_ENDED, organisation, by.id, subject, role=membership.role)


def _require_administrator(organisation: Organisation) -> None:
    """Whoever is left must include somebody who administers, without a last day."""
    db.session.flush()
    administers = select(Membership.id).where(
        Membership.organisation_number == organisation.number,
        Membership.state == MembershipState.ACTIVE,
        Membership.ended_at.is_(None),
        Membership.valid_until.is_(None),
        Membership.role.in_(sorted(ADMINISTERING)),
    )
    if db.session.scalars(administers.limit(1)).first() is None:
        raise LastAdministrator


def _withdraw_invitations(organisation: Organisation, membership: Membership) -> None:
    """What somebody invited while he administered ends with that."""
    if membership.ended_at is None and membership.role in ADMINISTERING:
        return
    db.session.execute(
        update(Invitation)
        .where(
            Invitation.organisation_number == organisation.number,
            Invitation.invited_by == f"account:{membership.account_id}",
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now())
    )
