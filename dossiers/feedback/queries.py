"""Reads of petitions and ratings. Whom a petition concerns finds it nowhere."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, or_, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action, Scope
from core.database import db
from dossiers.feedback.errors import PetitionNotFound
from dossiers.feedback.models import Petition, PetitionConcern, PetitionState, Rating
from dossiers.models import Dossier
from workflows.profiles.feedback_rules import RatingValue

_SCOPE: Final = Scope(
    owner_id=Petition.sender_id,
    agency_id=Petition.agency_id,
    unit_id=Petition.unit_id,
    service_key=Petition.service_key,
)
_OPEN: Final = (PetitionState.SENT, PetitionState.ASKED)


@dataclass(frozen=True)
class RatingCount:
    """How often a value was given."""

    value: str
    disliked: bool
    count: int


@dataclass(frozen=True)
class PetitionCount:
    """Petitions that came in a time: how many, how many were answered or refused, how many in time."""

    received: int
    closed: int
    in_time: int


def scope_of(petition: Petition) -> Scope:
    """What the policy looks at."""
    return Scope(
        owner_id=petition.sender_id,
        agency_id=petition.agency_id,
        unit_id=petition.unit_id,
        service_key=petition.service_key,
    )


def find_petition(petition_id: UUID, *, visible_to: Actor) -> Petition:
    """One petition, for its sender and for those who handle it; raises PetitionNotFound."""
    found = db.session.get(Petition, petition_id, populate_existing=True)
    if found is None or not (is_own(found, visible_to) or _handles(found, visible_to)):
        raise PetitionNotFound
    return found


def is_own(petition: Petition, actor: Actor) -> bool:
    """Whether somebody sent it from his account."""
    mine = petition.sender_id is not None and petition.sender_id == actor.account_id
    return mine and policy.allows(actor, Action.PETITION_OWN, scope_of(petition))


def is_concerned(petition: Petition, actor: Actor) -> bool:
    """Whether a petition is about what this person has done, or whom he works for today."""
    about = select(PetitionConcern.person).where(PetitionConcern.petition_id == petition.id)
    return bool(_selves(actor) & set(db.session.scalars(about)))


def find_by_secret(secret: str) -> Petition:
    """The petition whose link this is; raises PetitionNotFound."""
    kept = Petition.secret_hash == hash_of(secret)
    found = db.session.scalars(select(Petition).where(kept)).one_or_none()
    if found is None:
        raise PetitionNotFound
    return found


def hash_of(secret: str) -> bytes:
    """What is kept of a link."""
    return hashlib.sha256(secret.encode()).digest()


def petitions(
    *, visible_to: Actor, waiting: bool = True, after: UUID | None = None, limit: int = 50
) -> Sequence[Petition]:
    """Petitions that somebody handles, oldest first: those that wait, or all."""
    query = select(Petition).where(
        policy.clause(visible_to, Action.PETITION_VIEW, _SCOPE), ~_concerns(visible_to)
    )
    if waiting:
        query = query.where(Petition.state.in_(_OPEN))
    if after is not None:
        query = query.where(Petition.id > after)
    return db.session.scalars(query.order_by(Petition.id).limit(limit)).all()


def own_petitions(*, visible_to: Actor, limit: int = 200) -> Sequence[Petition]:
    """Those that somebody sent from his account, newest first."""
    mine = policy.clause(visible_to, Action.PETITION_OWN, _SCOPE)
    return db.session.scalars(
        select(Petition).where(mine).order_by(Petition.id.desc()).limit(limit)
    ).all()


def published(*, before: datetime | None = None, limit: int = 50) -> Sequence[Petition]:
    """What was published, newest first: for everybody."""
    query = select(Petition).where(Petition.published_at.is_not(None))
    if before is not None:
        query = query.where(Petition.published_at < before)
    return db.session.scalars(query.order_by(Petition.published_at.desc()).limit(limit)).all()


def rating_of(dossier: Dossier) -> Rating | None:
    """How the applicant found it, if he said so."""
    return db.session.get(Rating, dossier.id)


def ratings_between(
    agency_ids: Collection[UUID], first: datetime, last: datetime
) -> Sequence[RatingCount]:
    """Ratings given from a moment on and before another, by value."""
    rows = db.session.execute(
        select(Rating.value, Rating.disliked, func.count())
        .where(_rated(agency_ids, first, last))
        .group_by(Rating.value, Rating.disliked)
        .order_by(Rating.value)
    )
    return [RatingCount(value, disliked, count) for value, disliked, count in rows]


def disliked_dossiers(
    agency_ids: Collection[UUID], first: datetime, last: datetime
) -> frozenset[UUID]:
    """Dossiers with a dislike, or a petition that was upheld or waits, from a moment on and before
    another: what indicator 5.4 of the quality index takes off. A dossier counts once."""
    rated = select(Rating.dossier_id).where(_rated(agency_ids, first, last), Rating.disliked)
    against = or_(Petition.upheld.is_(True), Petition.state.in_(_OPEN))
    petitioned = select(Petition.dossier_id).where(
        _sent(agency_ids, first, last), Petition.dossier_id.is_not(None), against
    )
    found = {*db.session.scalars(rated), *db.session.scalars(petitioned)}
    return frozenset(each for each in found if each is not None)


def petitions_between(
    agency_ids: Collection[UUID], first: datetime, last: datetime
) -> PetitionCount:
    """How petitions that came in a time were served: indicator 5.3 of the quality index."""
    closed = Petition.closed_at.is_not(None)
    term = case(
        (Petition.state == PetitionState.REFUSED, Petition.refuse_until),
        else_=Petition.answer_until,
    )
    row = db.session.execute(
        select(
            func.count(), _count(closed), _count(and_(closed, Petition.closed_at <= term))
        ).where(_sent(agency_ids, first, last))
    ).one()
    return PetitionCount(row[0], row[1] or 0, row[2] or 0)


def value_named(key: str, values: Sequence[RatingValue]) -> RatingValue | None:
    """A value of the profile by its key."""
    return next((each for each in values if each.key == key), None)


def _handles(petition: Petition, actor: Actor) -> bool:
    allowed = policy.allows(actor, Action.PETITION_VIEW, scope_of(petition))
    return allowed and not is_concerned(petition, actor)


def _selves(actor: Actor) -> set[str]:
    return {actor.id, *(grant.in_place_of for grant in actor.grants if grant.in_place_of)}


def _concerns(actor: Actor) -> ColumnElement[bool]:
    return (
        select(PetitionConcern.person)
        .where(
            PetitionConcern.petition_id == Petition.id,
            PetitionConcern.person.in_(sorted(_selves(actor))),
        )
        .exists()
    )


def _rated(agency_ids: Collection[UUID], first: datetime, last: datetime) -> ColumnElement[bool]:
    within = and_(Rating.rated_at >= first, Rating.rated_at < last)
    return and_(Rating.agency_id.in_(list(agency_ids)), within)


def _sent(agency_ids: Collection[UUID], first: datetime, last: datetime) -> ColumnElement[bool]:
    within = and_(Petition.sent_at >= first, Petition.sent_at < last)
    return and_(Petition.agency_id.in_(list(agency_ids)), within)


def _count(condition: Any) -> Any:
    return func.sum(cast(condition, Integer))
