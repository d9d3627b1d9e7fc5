"""Claiming an organisation: its register is asked, and where that does not settle it, the agency."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from accounts.actor import SYSTEM, Actor, OrganisationRole
from accounts.audit import AccountTag
from accounts.identities import identities
from accounts.identities import number_of as number_told
from accounts.models import Account, Membership, MembershipBasis, MembershipState
from accounts.policy import Action, require
from accounts.representing.errors import (
    AlreadyMember,
    ClaimSettled,
    ProofMissing,
    TooManyClaims,
)
from accounts.representing.holding import (
    hold,
    hold_membership,
    number_of,
    person,
    record,
    standing,
)
from accounts.representing.models import Organisation
from core.clock import now
from core.database import db
from core.errors import NotAllowed
from core.ids import new_id
from engine.runtime import current_runtime

CHECK_CLAIM = "organisation.claim"
MOST_WAITING = 5


@dataclass(frozen=True)
class Registered:
    """What the register says of an organisation; `identities` are numbers of its representatives."""

    name: str
    active: bool
    representatives: Sequence[str] = ()
    identities: Sequence[str] = ()


def claim(typed_number: str, *, by: Actor) -> Membership:
    """Say that one represents an organisation; a job asks the register, which may confirm it.

    Raises NumberUnreadable, AlreadyMember, TooManyClaims, NotAllowed.
    """
    require(by, Action.ORGANISATION_CLAIM)
    account_id, number = person(by), number_of(typed_number)
    organisation = hold(number)
    if standing(account_id, number) is not None:
        raise AlreadyMember
    if _waiting(account_id) >= MOST_WAITING:
        raise TooManyClaims
    membership = Membership(
        id=new_id(),
        account_id=account_id,
        organisation_number=number,
        role=OrganisationRole.REPRESENTATIVE,
        state=MembershipState.PENDING,
        basis=MembershipBasis.CLAIMED,
    )
    db.session.add(membership)
    record(AccountTag.MEMBERSHIP_CLAIMED, organisation, by.id, _subject(membership))
    current_runtime().enqueue(CHECK_CLAIM, membership.id, {"number": number})
    return membership


def settle_claim(membership_id: UUID, registered: Registered | None, *, by_name: bool) -> None:
    """Confirm a waiting claim if the register names this person; else it waits for the agency.

    `by_name`: whether an equal name is proof where one side has no identity number.
    """
    membership = db.session.get(Membership, membership_id)
    if membership is None:
        return
    organisation = hold(membership.organisation_number)
    db.session.refresh(membership)
    if registered is not None:
        organisation.name, organisation.looked_up_at = registered.name, now()
    if membership.ended_at is not None or membership.state is not MembershipState.PENDING:
        return
    account = db.session.get_one(Account, membership.account_id)
    if registered is not None and registered.active and _represents(account, registered, by_name):
        _activate(membership, MembershipBasis.REGISTER, SYSTEM)
        record(AccountTag.MEMBERSHIP_CONFIRMED, organisation, SYSTEM.id, _subject(membership))
    else:
        record(AccountTag.MEMBERSHIP_UNPROVEN, organisation, SYSTEM.id, _subject(membership))


def confirm_claim(membership_id: UUID, *, document: str, reason: str, by: Actor) -> None:
    """Confirm a waiting claim by a document that the register does not know.

    Raises NotFound, NotAllowed, ClaimSettled, ProofMissing.
    """
    organisation, membership = _waiting_claim(membership_id, by)
    if not document.strip() or not reason.strip():
        raise ProofMissing
    _activate(membership, MembershipBasis.DOCUMENT, by)
    membership.document_reference, membership.reason = document.strip(), reason.strip()
    record(
        AccountTag.MEMBERSHIP_CONFIRMED,
        organisation,
        by.id,
        _subject(membership),
        document=membership.document_reference,
        reason=membership.reason,
    )


def refuse_claim(membership_id: UUID, *, reason: str, by: Actor) -> None:
    """Refuse a waiting claim; raises NotFound, NotAllowed, ClaimSettled, ProofMissing."""
    organisation, membership = _waiting_claim(membership_id, by)
    if not reason.strip():
        raise ProofMissing
    membership.state, membership.reason = MembershipState.REFUSED, reason.strip()
    membership.decided_by, membership.decided_at = by.id, now()
    membership.ended_at = membership.decided_at
    told = {"reason": membership.reason}
    record(AccountTag.MEMBERSHIP_REFUSED, organisation, by.id, _subject(membership), **told)


def _waiting_claim(membership_id: UUID, by: Actor) -> tuple[Organisation, Membership]:
    organisation, membership = hold_membership(membership_id, by, Action.MEMBERSHIP_CONFIRM)
    if membership.account_id == by.account_id:
        raise NotAllowed
    if membership.state is not MembershipState.PENDING:
        raise ClaimSettled
    return organisation, membership


def _activate(membership: Membership, basis: MembershipBasis, by: Actor) -> None:
    membership.state, membership.basis = MembershipState.ACTIVE, basis
    membership.decided_by, membership.decided_at = by.id, now()
    membership.valid_from = membership.decided_at


def _represents(account: Account, registered: Registered, by_name: bool) -> bool:
    numbers = {number_told(link) for link in identities(account.id)} - {None}
    if numbers and registered.identities:
        return not numbers.isdisjoint(registered.identities)
    names = {_folded(name) for name in registered.representatives}
    return by_name and _folded(account.display_name) in names


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _waiting(account_id: UUID) -> int:
    waiting = select(func.count()).where(
        Membership.account_id == account_id,
        Membership.state == MembershipState.PENDING,
        Membership.ended_at.is_(None),
    )
    return db.session.scalar(waiting) or 0


def _subject(membership: Membership) -> str:
    return f"account:{membership.account_id}"
