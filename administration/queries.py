"""Reading settings and proposals, for those who administer them or look after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from administration.errors import ProposalNotFound
from administration.kinds import Change, Effect, SettingKind, kinds
from administration.models import ProposalState, SettingProposal, SettingSubject
from administration.timeline import EVERYWHERE, Period, Ruling, periods, value_on
from core.clock import today
from core.database import db

NEWEST = 100


@dataclass(frozen=True)
class Settled:
    """What is or will be settled about one thing: its periods that are not over, in order."""

    subject_id: UUID
    agency_id: UUID
    key: str
    periods: tuple[Period, ...]

    @property
    def now(self) -> Period | None:
        """The period of today, if something holds."""
        first = self.periods[0]
        return first if first.first <= today() else None


@dataclass(frozen=True)
class ProposalView:
    """A proposal with what it is about."""

    proposal: SettingProposal
    subject: SettingSubject
    kind: SettingKind
    change: Change

    @property
    def effects(self) -> Sequence[Effect]:
        """What it would do, in sentences."""
        return self.kind.effects(self.change)


def settled(kind: str, *, visible_to: Actor) -> list[Settled]:
    """Everything of a kind that holds today or will, by place and key."""
    decided: dict[UUID, tuple[SettingSubject, list[SettingProposal]]] = {}
    for subject, proposal in db.session.execute(
        _visible(visible_to)
        .where(SettingSubject.kind == kind, SettingProposal.state == ProposalState.DECIDED)
        .order_by(SettingSubject.agency_id, SettingSubject.key, SettingProposal.position)
    ):
        decided.setdefault(subject.id, (subject, []))[1].append(proposal)
    found = (_settled(subject, proposals) for subject, proposals in decided.values())
    return [each for each in found if each.periods]


def proposals(
    *,
    visible_to: Actor,
    state: ProposalState | None = ProposalState.PROPOSED,
    kind: str | None = None,
    subject_id: UUID | None = None,
) -> list[ProposalView]:
    """Proposals, newest first: the open ones, or of another state; of one kind or one thing."""
    query = _visible(visible_to).order_by(SettingProposal.proposed_at.desc()).limit(NEWEST)
    if state is not None:
        query = query.where(SettingProposal.state == state)
    if kind is not None:
        query = query.where(SettingSubject.kind == kind)
    if subject_id is not None:
        query = query.where(SettingSubject.id == subject_id)
    return [_view(*row) for row in db.session.execute(query)]


def find_proposal(proposal_id: UUID, *, visible_to: Actor) -> ProposalView:
    """One proposal; raises ProposalNotFound."""
    query = _visible(visible_to).where(SettingProposal.id == proposal_id)
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise ProposalNotFound
    return _view(*row)


def change_by(ruling: Ruling, kind: SettingKind, agency_id: UUID, key: str) -> Change:
    """What a ruling would change of what is decided until now, or holds without a decision."""
    before = value_on(ruling.valid_from, _rulings(kind.code, agency_id, key))
    return Change(agency_id, key, before or kind.default(key), ruling)


def may_settle(actor: Actor, agency_id: UUID, action: Action) -> bool:
    """Whether somebody may do this to settings of an agency, or (EVERYWHERE) of the authority."""
    return policy.allows(actor, action, policy.Scope(agency_id=agency_id))


def places_of(actor: Actor, action: Action, agencies: Sequence[UUID]) -> list[UUID]:
    """Where somebody may do this: everywhere, and in which of these agencies."""
    return [each for each in (EVERYWHERE, *agencies) if may_settle(actor, each, action)]


def _visible(actor: Actor) -> Select[SettingSubject, SettingProposal]:
    return (
        select(SettingSubject, SettingProposal)
        .join(SettingProposal, SettingProposal.subject_id == SettingSubject.id)
        .where(
            policy.clause(
                actor, Action.SETTING_VIEW, policy.Scope(agency_id=SettingSubject.agency_id)
            )
        )
    )


def _view(subject: SettingSubject, proposal: SettingProposal) -> ProposalView:
    kind = kinds().kind(subject.kind)
    change = change_by(proposal.ruling, kind, subject.agency_id, subject.key)
    return ProposalView(proposal, subject, kind, change)


def _settled(subject: SettingSubject, proposals: Sequence[SettingProposal]) -> Settled:
    rulings = [each.ruling for each in proposals]
    left = tuple(each for each in periods(rulings) if each.last is None or each.last >= today())
    return Settled(subject.id, subject.agency_id, subject.key, left)


def _rulings(kind: str, agency_id: UUID, key: str) -> list[Ruling]:
    decided = db.session.scalars(
        select(SettingProposal)
        .join(SettingSubject, SettingSubject.id == SettingProposal.subject_id)
        .where(
            SettingSubject.kind == kind,
            SettingSubject.agency_id == agency_id,
            SettingSubject.key == key,
            SettingProposal.state == ProposalState.DECIDED,
        )
        .order_by(SettingProposal.position)
    )
    return [each.ruling for each in decided]
