"""What retention would do now: counted per service and agency, with the reasons to keep."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.clock import today
from core.database import db
from core.errors import Message
from dossiers.models import Dossier
from dossiers.privacy.grounds import has_passed, is_due, is_whole, keeping
from dossiers.settled.retention import Term, term_of


@dataclass(frozen=True)
class Outlook:
    """Dossiers of a service at an agency that still tell of people: how many, and what comes of them.

    `due` would be pseudonymised now. `kept` counts those whose term has passed, by reason; one dossier
    may have several. For the rest the term still runs, or none was decided.
    """

    service_key: str
    agency_id: UUID
    term: Term | None
    whole: int
    passed: int = 0
    due: int = 0
    kept: tuple[tuple[Message, int], ...] = ()


def outlooks(*, visible_to: Actor) -> list[Outlook]:
    """By service and agency, of the agencies whose settings this actor may see."""
    scope = policy.Scope(agency_id=Dossier.agency_id)
    rows = db.session.execute(
        select(Dossier.service_key, Dossier.agency_id, func.count())
        .where(is_whole(), policy.clause(visible_to, Action.SETTING_VIEW, scope))
        .group_by(Dossier.service_key, Dossier.agency_id)
        .order_by(Dossier.service_key, Dossier.agency_id)
    )
    return [_outlook(service, agency_id, whole) for service, agency_id, whole in rows.all()]


def due_dossiers(limit: int, *, passing_over: Collection[UUID] = ()) -> list[UUID]:
    """Some dossiers that are to be pseudonymised now, the oldest of each service first."""
    found: list[UUID] = []
    for service_key, agency_id, before, term in _passing():
        due = select(Dossier.id).where(_of(service_key, agency_id), is_due(term, before))
        due = due.where(Dossier.id.not_in(passing_over))
        found += db.session.scalars(due.order_by(Dossier.id).limit(limit - len(found)))
        if len(found) == limit:
            break
    return found


def _passing() -> list[tuple[str, UUID, datetime, Term]]:
    places = select(Dossier.service_key, Dossier.agency_id).where(is_whole()).distinct()
    found = []
    for service_key, agency_id in db.session.execute(places).all():
        term = term_of(service_key, agency_id)
        before = term.over_before(today()) if term else None
        if term is not None and before is not None:
            found.append((service_key, agency_id, before, term))
    return found


def _outlook(service_key: str, agency_id: UUID, whole: int) -> Outlook:
    term = term_of(service_key, agency_id)
    before = term.over_before(today()) if term else None
    if term is None or before is None:
        return Outlook(service_key, agency_id, term, whole)
    grounds = keeping(term, before)
    counted = [func.count(case((clause, 1))) for _, clause in grounds]
    row: Any = db.session.execute(
        select(func.count(), func.count(case((is_due(term, before), 1))), *counted)
        .select_from(Dossier)
        .where(_of(service_key, agency_id), is_whole(), has_passed(before))
    ).one()
    reasons: Mapping[Message, int] = dict(
        zip((ground.name for ground, _ in grounds), row[2:], strict=True)
    )
    kept = tuple((name, count) for name, count in reasons.items() if count)
    return Outlook(service_key, agency_id, term, whole, passed=row[0], due=row[1], kept=kept)


def _of(service_key: str, agency_id: UUID) -> Any:
    return (Dossier.service_key == service_key) & (Dossier.agency_id == agency_id)
