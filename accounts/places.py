"""Agencies and units in time: what they are called, until when they are there, who takes over.

A place is renamed, closed and followed by another one; nothing is overwritten. What was settled under
a name is shown under that name: ask `names_at` for the moment of the case.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import func, select

from accounts.actor import Actor
from accounts.audit import AccountTag
from accounts.department_errors import (
    DaysOfPlaceWrong,
    PlaceClosed,
    PlaceClosedAlready,
    SuccessorWrong,
)
from accounts.department_models import FormerName
from accounts.models import Agency, Unit
from accounts.reach import require_place
from core import audit
from core.clock import now
from core.database import db
from core.errors import NotFound, PreconditionFailed

Place: TypeAlias = Agency | Unit


def names_at(place: Place, moment: datetime | None = None) -> Mapping[str, str]:
    """What a place is called at a moment (now), by language."""
    former = db.session.scalars(
        select(FormerName.names)
        .where(FormerName.place_id == place.id, FormerName.valid_until > (moment or now()))
        .order_by(FormerName.valid_until)
        .limit(1)
    ).first()
    return former or place.names


def agency_names(agency_id: UUID, moment: datetime | None = None) -> Mapping[str, str]:
    """What an agency is called at the moment of a case (now); raises NotFound."""
    agency = db.session.get(Agency, agency_id)
    if agency is None:
        raise NotFound
    return names_at(agency, moment)


def is_there(place: Place, moment: datetime) -> bool:
    """Whether a place takes something new at a moment."""
    begun = place.valid_from is None or place.valid_from <= moment
    return begun and (place.valid_until is None or place.valid_until > moment)


def require_open(place: Place, moment: datetime) -> None:
    """Raise PlaceClosed unless the place takes something new at a moment."""
    if not is_there(place, moment):
        raise PlaceClosed(name=place.code)


def require_open_agency(agency_id: UUID) -> None:
    """Raise PlaceClosed when an agency takes nothing new; one that is not known closes nothing."""
    agency = db.session.get(Agency, agency_id)
    if agency is not None:
        require_open(agency, now())


def rename(
    place: Place, names: Mapping[str, str], *, since: datetime, seen_version: int, by: Actor
) -> None:
    """Call a place otherwise since a moment, which may be over or still to come.

    Raises NotFound, PreconditionFailed, and DaysOfPlaceWrong before its last change.
    """
    _lock(place, seen_version, by)
    last = db.session.scalar(
        select(func.max(FormerName.valid_until)).where(FormerName.place_id == place.id)
    )
    if (last and since <= last) or (place.valid_from and since < place.valid_from):
        raise DaysOfPlaceWrong({("since",): [since.date().isoformat()]})
    db.session.add(FormerName(place_id=place.id, names=dict(place.names), valid_until=since))
    place.names = dict(names)
    _record(AccountTag.PLACE_RENAMED, place, by, since=since.isoformat(), names=dict(names))


def close(
    place: Place,
    *,
    until: datetime,
    successor_id: UUID | None,
    seen_version: int,
    by: Actor,
) -> None:
    """Let a place take nothing new from a moment on; what is open is handed to its successor.

    The units of a closed agency close with it. Raises NotFound, PreconditionFailed,
    PlaceClosedAlready, SuccessorWrong, DaysOfPlaceWrong.
    """
    _lock(place, seen_version, by)
    if place.valid_until is not None:
        raise PlaceClosedAlready
    if place.valid_from and until < place.valid_from:
        raise DaysOfPlaceWrong({("until",): [until.date().isoformat()]})
    if successor_id is not None:
        _require_successor(place, successor_id, until)
    place.valid_until, place.successor_id = until, successor_id
    for unit in _units_of(place):
        unit.valid_until = unit.valid_until or until
    successor = str(successor_id or "")
    _record(AccountTag.PLACE_CLOSED, place, by, until=until.isoformat(), successor=successor)


def _units_of(place: Place) -> list[Unit]:
    within = Unit.agency_id if isinstance(place, Agency) else Unit.parent_id
    found = list(db.session.scalars(select(Unit).where(within == place.id)))
    if isinstance(place, Agency):
        return found
    return found + [below for each in found for below in _units_of(each)]


def _require_successor(place: Place, successor_id: UUID, moment: datetime) -> None:
    successor: Place | None
    if isinstance(place, Agency):
        successor = db.session.get(Agency, successor_id)
    else:
        successor = db.session.get(Unit, successor_id)
    if successor is None or successor_id == place.id or not is_there(successor, moment):
        raise SuccessorWrong({("successor",): [str(successor_id)]})


def _lock(place: Place, seen_version: int, by: Actor) -> None:
    agency_id = None if isinstance(place, Agency) else place.agency_id
    require_place(by, agency_id)
    db.session.refresh(place, with_for_update=True)
    if place.version != seen_version:
        raise PreconditionFailed


def _record(tag: AccountTag, place: Place, by: Actor, **details: object) -> None:
    db.session.flush()
    subject = f"{place.__tablename__}:{place.id}"
    details = {"code": place.code, **details}
    audit.note(tag, actor=by.id, subject=subject, chain=place.id, details=details)
