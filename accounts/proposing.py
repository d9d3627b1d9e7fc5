"""Roles that one administrator proposes and another one gives."""

from collections.abc import Sequence
from dataclasses import fields
from uuid import UUID

from sqlalchemy import func, select

from accounts.actor import Actor, Role
from accounts.audit import AccountTag
from accounts.department_errors import GrantDecided, SameGrantProposed, SecondAdministrator
from accounts.department_models import GrantProposal, GrantState
from accounts.first_run import is_setting_up
from accounts.granting import NEEDS_TWO, Reach, give, require_known, require_may_give
from accounts.journal import locked_account, record
from accounts.models import RoleGrant
from accounts.reach import administers, administers_place
from core.clock import now
from core.database import db
from core.errors import NotFound
from core.ids import new_id

_NAMES = tuple(each.name for each in fields(Reach))


def give_or_propose(
    account_id: UUID, role: Role, reach: Reach, *, reason: str, by: Actor
) -> RoleGrant | GrantProposal:
    """Give a role, or propose it where another administrator must agree.

    While the authority is being set up for the first time there is no second one: then it is given,
    and the record says so. Raises as `granting.give`, and SameGrantProposed.
    """
    if role not in NEEDS_TWO:
        return give(account_id, role, reach, by=by, reason=reason)
    if is_setting_up(by):
        return give(account_id, role, reach, by=by, reason=reason, alone="first run")
    return propose(account_id, role, reach, reason=reason, by=by)


def propose(account_id: UUID, role: Role, reach: Reach, *, reason: str, by: Actor) -> GrantProposal:
    """Propose a role to the other administrators. Raises as `granting.give`, SameGrantProposed."""
    require_may_give(account_id, role, reach.agency_id, by)
    locked_account(account_id, by)
    require_known(reach)
    if any(_is_same(each, role, reach) for each in _open(account_id)):
        raise SameGrantProposed
    proposal = GrantProposal(
        id=new_id(),
        account_id=account_id,
        role=role,
        reason=reason.strip(),
        state=GrantState.PROPOSED,
        proposed_by=by.id,
        proposed_at=now(),
        **vars(reach),
    )
    db.session.add(proposal)
    record(AccountTag.ROLE_PROPOSED, account_id, by, role=role, proposal=str(proposal.id))
    return proposal


def agree(proposal_id: UUID, *, by: Actor, note: str = "") -> RoleGrant:
    """Give a proposed role. Raises NotFound, GrantDecided, SecondAdministrator, and as `give`."""
    proposal = _locked(proposal_id, by)
    if by.id == proposal.proposed_by:
        raise SecondAdministrator
    reach = Reach(**{name: getattr(proposal, name) for name in _NAMES})
    grant = give(
        proposal.account_id,
        Role(proposal.role),
        reach,
        by=by,
        proposal=str(proposal.id),
        proposed_by=proposal.proposed_by,
    )
    _close(proposal, GrantState.DECIDED, by, note)
    return grant


def refuse(proposal_id: UUID, *, by: Actor, note: str) -> None:
    """Refuse a proposed role, or take back one's own proposal. Raises NotFound, GrantDecided."""
    proposal = _locked(proposal_id, by)
    own = by.id == proposal.proposed_by
    _close(proposal, GrantState.WITHDRAWN if own else GrantState.REFUSED, by, note)
    tag = AccountTag.ROLE_WITHDRAWN if own else AccountTag.ROLE_REFUSED
    record(tag, proposal.account_id, by, proposal=str(proposal.id))


def proposals(*, visible_to: Actor) -> Sequence[GrantProposal]:
    """The open proposals about people whom somebody administers, oldest first."""
    found = db.session.scalars(
        select(GrantProposal)
        .where(GrantProposal.state == GrantState.PROPOSED)
        .order_by(GrantProposal.proposed_at)
    ).all()
    return [each for each in found if _is_visible(each, visible_to)]


def open_proposals(*, visible_to: Actor) -> int:
    """How many wait."""
    if administers_place(visible_to, None):
        waiting = select(func.count()).where(GrantProposal.state == GrantState.PROPOSED)
        return db.session.scalar(waiting) or 0
    return len(proposals(visible_to=visible_to))


def _locked(proposal_id: UUID, by: Actor) -> GrantProposal:
    found = db.session.get(GrantProposal, proposal_id)
    if found is None or not _is_visible(found, by):
        raise NotFound
    locked_account(found.account_id, by)
    db.session.refresh(found)
    if found.state is not GrantState.PROPOSED:
        raise GrantDecided
    return found


def _is_visible(proposal: GrantProposal, actor: Actor) -> bool:
    if actor.account_id == proposal.account_id:
        return False
    return administers_place(actor, proposal.agency_id) and administers(actor, proposal.account_id)


def _open(account_id: UUID) -> Sequence[GrantProposal]:
    return db.session.scalars(
        select(GrantProposal).where(
            GrantProposal.account_id == account_id, GrantProposal.state == GrantState.PROPOSED
        )
    ).all()


def _is_same(proposal: GrantProposal, role: Role, reach: Reach) -> bool:
    place = ("agency_id", "unit_id", "service", "queue")
    same = all(getattr(proposal, name) == getattr(reach, name) for name in place)
    return same and proposal.role == role


def _close(proposal: GrantProposal, state: GrantState, by: Actor, note: str) -> None:
    proposal.state, proposal.note = state, note.strip()
    proposal.decided_by, proposal.decided_at = by.id, now()
