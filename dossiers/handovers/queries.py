"""Reads of hand-overs: of one dossier, and what waits at one's place."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action, Scope
from core.database import db
from dossiers.handovers.errors import HandOverNotFound
from dossiers.handovers.models import HandOver, HandOverAnswer
from dossiers.models import Dossier

_RECEIVING = Scope(
    agency_id=HandOver.to_agency_id, unit_id=HandOver.to_unit_id, service_key=Dossier.service_key
)


def find_hand_over(hand_over_id: UUID, *, visible_to: Actor) -> HandOver:
    """One hand-over to a place where the actor works, or of a dossier that he sees.

    Raises HandOverNotFound.
    """
    found = db.session.get(HandOver, hand_over_id)
    if found is None:
        raise HandOverNotFound
    received = policy.allows(visible_to, Action.HANDOVER_ANSWER, receiving(found))
    if not received and not _sent_by(found, visible_to):
        raise HandOverNotFound
    return found


def hand_overs_of(dossier: Dossier) -> Sequence[HandOver]:
    """The hand-overs of a dossier that its caller has found, the first first."""
    query = select(HandOver).where(HandOver.dossier_id == dossier.id)
    return db.session.scalars(query.order_by(HandOver.handed_at, HandOver.id)).all()


def answers_of(found: HandOver) -> Sequence[HandOverAnswer]:
    """What became of a hand-over, the first first."""
    return answers_to([found.id])


def answers_to(hand_over_ids: Sequence[UUID]) -> Sequence[HandOverAnswer]:
    """What became of these hand-overs, in order."""
    query = select(HandOverAnswer).where(HandOverAnswer.hand_over_id.in_(hand_over_ids))
    return db.session.scalars(query.order_by(HandOverAnswer.at, HandOverAnswer.id)).all()


def waiting_for(*, visible_to: Actor, limit: int = 50) -> Sequence[tuple[HandOver, str]]:
    """What was handed to places of the actor and is not answered, with the dossier's reference.

    Oldest first. The reference is told to the receiver: it stands on the papers that go along.
    """
    answered = select(HandOverAnswer.id).where(HandOverAnswer.hand_over_id == HandOver.id)
    rows = db.session.execute(
        select(HandOver, Dossier.reference)
        .join(Dossier, Dossier.id == HandOver.dossier_id)
        .where(policy.clause(visible_to, Action.HANDOVER_ANSWER, _RECEIVING), ~answered.exists())
        .order_by(HandOver.handed_at, HandOver.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def receiving(found: HandOver) -> Scope:
    """What the policy looks at: the place that a hand-over goes to, and what it is about."""
    service = db.session.get_one(Dossier, found.dossier_id).service_key
    return Scope(agency_id=found.to_agency_id, unit_id=found.to_unit_id, service_key=service)


def _sent_by(found: HandOver, actor: Actor) -> bool:
    dossier = db.session.get_one(Dossier, found.dossier_id)
    return policy.allows(actor, Action.HANDOVER_SEND, dossier)
