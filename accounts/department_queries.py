"""Reading agencies, units and queues, for those who administer them."""

from collections.abc import Collection, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import or_, select

from accounts.actor import Actor
from accounts.department_models import FormerName
from accounts.models import Agency, Queue, Unit
from accounts.places import Place
from accounts.queries import agencies
from accounts.reach import administers_place, require_place
from core.clock import now
from core.database import db
from core.errors import NotFound

P = TypeVar("P", Agency, Unit)


def administered_agencies(*, visible_to: Actor, open_only: bool = False) -> list[Agency]:
    """The agencies that somebody administers, by code."""
    return [
        each for each in agencies(open_only=open_only) if administers_place(visible_to, each.id)
    ]


def find_place(sort: type[P], place_id: UUID, *, visible_to: Actor) -> P:
    """An agency or unit of somebody's own; raises NotFound for any other."""
    found = db.session.get(sort, place_id)
    if found is None:
        raise NotFound
    require_place(visible_to, found.id if isinstance(found, Agency) else found.agency_id)
    return found


def units_of(agency_ids: Collection[UUID]) -> Sequence[Unit]:
    """The units of these agencies by code, closed ones too."""
    return db.session.scalars(
        select(Unit).where(Unit.agency_id.in_(agency_ids)).order_by(Unit.code)
    ).all()


def former_names(place: Place) -> Sequence[FormerName]:
    """What a place was called, the newest name first."""
    return db.session.scalars(
        select(FormerName)
        .where(FormerName.place_id == place.id)
        .order_by(FormerName.valid_until.desc())
    ).all()


def queues_in_use(*, visible_to: Actor) -> Sequence[Queue]:
    """The queues of somebody's agencies and those of all, by code; no closed ones."""
    own = [each.id for each in administered_agencies(visible_to=visible_to)]
    return db.session.scalars(
        select(Queue)
        .where(
            or_(Queue.agency_id.in_(own), Queue.agency_id.is_(None)),
            or_(Queue.valid_until.is_(None), Queue.valid_until > now()),
        )
        .order_by(Queue.code)
    ).all()


def find_queue(queue_id: UUID, *, visible_to: Actor) -> Queue:
    """A queue that somebody administers; raises NotFound for any other."""
    found = db.session.get(Queue, queue_id)
    if found is None:
        raise NotFound
    require_place(visible_to, found.agency_id)
    return found
