"""Reads of escalation: what one was told, what happened, and what would happen today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action, Scope
from core.clock import now
from core.database import db
from dossiers.context import jurisdiction
from dossiers.escalation.finding import Reached, reached_by
from dossiers.escalation.models import Escalation, EscalationNotice
from dossiers.escalation.recipients import recipients
from dossiers.models import Dossier

NEWEST: Final = 100


@dataclass(frozen=True)
class Told:
    """Something that somebody was told; `is_new` until he has said that he read it."""

    escalation: Escalation
    reference: str
    is_new: bool


@dataclass(frozen=True)
class Happened:
    """A stage that happened, and the ids of those who were told."""

    escalation: Escalation
    reference: str
    told: Sequence[str]


@dataclass(frozen=True)
class Outlook:
    """A stage that would happen by the end of today, and the ids of those who would be told."""

    reached: Reached
    told: Sequence[str]


def unread(*, visible_to: Actor) -> int:
    """How much somebody was told and has not read."""
    mine = (EscalationNotice.person == visible_to.id, EscalationNotice.read_at.is_(None))
    return db.session.execute(
        select(func.count()).select_from(EscalationNotice).where(*mine)
    ).scalar_one()


def told(*, visible_to: Actor) -> Sequence[Told]:
    """What somebody was told, of dossiers that he may see, the newest first."""
    rows = db.session.execute(
        select(Escalation, Dossier.reference, EscalationNotice.read_at)
        .join(EscalationNotice, EscalationNotice.escalation_id == Escalation.id)
        .join(Dossier, Dossier.id == Escalation.dossier_id)
        .where(
            EscalationNotice.person == visible_to.id,
            policy.clause(visible_to, Action.DOSSIER_VIEW, Dossier),
        )
        .order_by(Escalation.at.desc(), Escalation.id.desc())
        .limit(NEWEST)
    )
    return [Told(escalation, reference, read_at is None) for escalation, reference, read_at in rows]


def happened(*, visible_to: Actor) -> Sequence[Happened]:
    """What was escalated in the agencies that somebody watches, the newest first."""
    rows = db.session.execute(
        select(Escalation, Dossier.reference)
        .join(Dossier, Dossier.id == Escalation.dossier_id)
        .where(policy.clause(visible_to, Action.ESCALATION_VIEW, Dossier))
        .order_by(Escalation.at.desc(), Escalation.id.desc())
        .limit(NEWEST)
    ).all()
    people = _told_of([escalation.id for escalation, _ in rows])
    return [Happened(each, reference, people.get(each.id, ())) for each, reference in rows]


def outlook(*, visible_to: Actor) -> Sequence[Outlook]:
    """Who would be told by the end of today, in the agencies that somebody watches."""
    policy.require_ever(visible_to, Action.ESCALATION_VIEW)
    return [
        Outlook(each, recipients(each))
        for each in reached_by(_end_of_today())
        if policy.allows(visible_to, Action.ESCALATION_VIEW, _scope(each))
    ]


def _scope(each: Reached) -> Scope:
    watched = each.watched
    return Scope(
        agency_id=watched.agency_id, unit_id=watched.unit_id, service_key=watched.service_key
    )


def _end_of_today() -> datetime:
    zone = jurisdiction().calendar.zone
    return datetime.combine(now().astimezone(zone).date(), time.max, zone)


def _told_of(escalations: Sequence[UUID]) -> dict[UUID, list[str]]:
    rows = db.session.execute(
        select(EscalationNotice.escalation_id, EscalationNotice.person)
        .where(EscalationNotice.escalation_id.in_(escalations))
        .order_by(EscalationNotice.person)
    )
    found: dict[UUID, list[str]] = {}
    for row in rows:
        found.setdefault(row.escalation_id, []).append(row.person)
    return found
