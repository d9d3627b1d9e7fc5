"""Counting due dates anew after a calendar was changed late: only by an explicit deed, seen before."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from dossiers.clock_models import DueCause
from dossiers.errors import ReasonMissing
from dossiers.models import UNDER_THE_CLOCK, Dossier
from dossiers.operations.clock import change_due, pauses_of, recounted
from dossiers.operations.locking import lock_dossier

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Recount:
    """An open dossier whose due date the calendar of today would tell otherwise."""

    dossier_id: UUID
    reference: str
    before: datetime
    after: datetime


def recounts(agency_id: UUID, *, visible_to: Actor) -> Sequence[Recount]:
    """What counting anew would change in an agency, the soonest first; raises ActionRefused."""
    policy.require(visible_to, Action.DUE_DATE_RECOUNT, policy.Scope(agency_id=agency_id))
    return sorted(_differing(agency_id), key=lambda each: each.before)


def recount(agency_id: UUID, *, reason: str, by: Actor) -> int:
    """Promise the days that the calendar of today tells; returns how many changed, some at most.

    Whoever calls goes on until none is left. Raises ActionRefused, ReasonMissing.
    """
    policy.require(by, Action.DUE_DATE_RECOUNT, policy.Scope(agency_id=agency_id))
    if not reason.strip():
        raise ReasonMissing
    found = recounts(agency_id, visible_to=by)[:MOST_AT_ONCE]
    for each in sorted(found, key=lambda each: each.dossier_id):
        dossier = lock_dossier(each.dossier_id)
        after = recounted(dossier, pauses_of([dossier.id]))
        if after is not None:
            change_due(dossier, after, DueCause.CALENDAR, by=by.id, note=reason.strip())
    return len(found)


def _differing(agency_id: UUID) -> Iterator[Recount]:
    which = (Dossier.agency_id == agency_id, text(UNDER_THE_CLOCK))
    stood = defaultdict(list)
    for pause in pauses_of(select(Dossier.id).where(*which)):
        stood[pause.dossier_id].append(pause)
    for dossier in db.session.scalars(select(Dossier).where(*which)):
        before, after = dossier.due_at, recounted(dossier, stood[dossier.id])
        if before is not None and after is not None and before != after:
            yield Recount(dossier.id, dossier.reference, before, after)
