"""Reads of organisations and mandates. Every finder is told for whom it looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from accounts.actor import Actor
from accounts.models import Account, Membership, MembershipState
from accounts.policy import Action, Scope, allows
from accounts.representing.mandates import may_revoke
from accounts.representing.models import Invitation, Mandate, Organisation
from core.clock import now
from core.database import db
from core.errors import NotFound


@dataclass(frozen=True)
class Part:
    """Somebody's part in an organisation, with the names to show."""

    membership: Membership
    organisation: str
    person: str
    login: str


@dataclass(frozen=True)
class MandateView:
    """A mandate with the name of its agent, and whether it holds now."""

    mandate: Mandate
    agent: str
    in_force: bool


def own_parts(*, visible_to: Actor) -> list[Part]:
    """One's own memberships that have not ended, claims that wait or were refused among them."""
    refused = Membership.state == MembershipState.REFUSED
    own = Membership.account_id == visible_to.account_id
    return _parts(and_(own, or_(Membership.ended_at.is_(None), refused)))


def members(number: str, *, visible_to: Actor) -> list[Part]:
    """The active members of an organisation, to its members; raises NotFound to others."""
    if not allows(visible_to, Action.ORGANISATION_VIEW, Scope(acting_for=number)):
        raise NotFound
    return _parts(
        Membership.organisation_number == number,
        Membership.ended_at.is_(None),
        Membership.state == MembershipState.ACTIVE,
    )


def waiting_claims(*, visible_to: Actor) -> list[Part]:
    """The claims that wait for the agency, oldest first, to those who may confirm them."""
    if not allows(visible_to, Action.MEMBERSHIP_CONFIRM):
        return []
    waiting = Membership.state == MembershipState.PENDING
    return _parts(waiting, Membership.ended_at.is_(None))


def organisation_name(number: str) -> str:
    """What the register calls an organisation; its number until the register was asked."""
    name = db.session.scalar(select(Organisation.name).where(Organisation.number == number))
    return name or number


def invitations(number: str, *, visible_to: Actor) -> Sequence[Invitation]:
    """The open invitations to an organisation, to those who administer it; other members see none.

    Raises NotFound to everybody else.
    """
    if not allows(visible_to, Action.ORGANISATION_VIEW, Scope(acting_for=number)):
        raise NotFound
    if not allows(visible_to, Action.ORGANISATION_ADMINISTER, Scope(acting_for=number)):
        return []
    return db.session.scalars(
        select(Invitation)
        .where(
            Invitation.organisation_number == number,
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now(),
        )
        .order_by(Invitation.id)
    ).all()


def mandates(*, visible_to: Actor) -> list[MandateView]:
    """Mandates that one gave or holds, or of organisations where one belongs, newest first."""
    own = visible_to.account_id
    return _mandates(
        or_(
            Mandate.principal_account_id == own,
            Mandate.agent_account_id == own,
            Mandate.principal_organisation.in_(sorted(visible_to.organisations)),
        )
    )


def find_mandate(mandate_id: UUID, *, visible_to: Actor) -> MandateView:
    """One mandate, to those who may end it; raises NotFound."""
    found = mandate_of(mandate_id)
    if found is None or not may_revoke(visible_to, found.mandate):
        raise NotFound
    return found


def mandate_of(mandate_id: UUID | None) -> MandateView | None:
    """The mandate of a dossier that the caller may see."""
    if mandate_id is None:
        return None
    return next(iter(_mandates(Mandate.id == mandate_id)), None)


def is_in_force(mandate: Mandate) -> bool:
    """Whether a mandate holds at this moment."""
    lasts = mandate.valid_until is None or mandate.valid_until > now()
    return mandate.revoked_at is None and mandate.valid_from <= now() and lasts


def _parts(*conditions: ColumnElement[bool]) -> list[Part]:
    rows = db.session.execute(
        select(Membership, Organisation.name, Account.display_name, Account.login)
        .join(Account, Account.id == Membership.account_id)
        .outerjoin(Organisation, Organisation.number == Membership.organisation_number)
        .where(*conditions)
        .order_by(Membership.id)
    )
    return [
        Part(membership, name or membership.organisation_number, person, login)
        for membership, name, person, login in rows
    ]


def _mandates(condition: ColumnElement[bool]) -> list[MandateView]:
    rows = db.session.execute(
        select(Mandate, Account.display_name)
        .join(Account, Account.id == Mandate.agent_account_id)
        .where(condition)
        .order_by(Mandate.id.desc())
    )
    return [MandateView(mandate, agent, is_in_force(mandate)) for mandate, agent in rows]
