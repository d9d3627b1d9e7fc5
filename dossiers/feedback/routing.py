"""Where a petition is handled: away from those whom it concerns."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from accounts.models import RoleGrant, Unit
from accounts.places import is_there
from core.audit import AuditEvent
from core.clock import now
from core.database import db
from dossiers.audit import DossierTag
from dossiers.models import Dossier

_HANDLING = (
    DossierTag.TASK_CLAIMED,
    DossierTag.TASK_COMPLETED,
    DossierTag.REQUEST_ASKED,
    DossierTag.REQUEST_GRANTED,
    DossierTag.REQUEST_DENIED,
)
_PERSON = "account:"


def concerned(dossier: Dossier | None) -> frozenset[str]:
    """Who of the house has handled a dossier, by the ids of actors."""
    if dossier is None:
        return frozenset()
    found = db.session.scalars(
        select(AuditEvent.actor)
        .where(AuditEvent.chain_id == dossier.id, AuditEvent.tag.in_(_HANDLING))
        .distinct()
    )
    staff = frozenset(_accounts_of_staff(dossier.agency_id))
    return frozenset(actor for actor in found if actor in staff)


def unit_away(agency_id: UUID, dossier: Dossier | None, people: Collection[str]) -> UUID | None:
    """A unit of the agency that neither handled the dossier nor has one of these people in it.

    None where there is no such unit: then only who is there for the whole agency finds it.
    """
    busy = _units_of(people) | ({dossier.unit_id} if dossier and dossier.unit_id else set())
    units = db.session.scalars(
        select(Unit).where(Unit.agency_id == agency_id).order_by(Unit.code)
    ).all()
    parents = {unit.id: unit.parent_id for unit in units}
    taken = busy | {each for unit in busy for each in _above(unit, parents)}
    staffed = _staffed()
    for unit in units:
        line = {unit.id, *_above(unit.id, parents)}
        if (
            not line & busy
            and unit.id not in taken
            and unit.id in staffed
            and is_there(unit, now())
        ):
            return unit.id
    return None


def _above(unit: UUID, parents: dict[UUID, UUID | None]) -> list[UUID]:
    found, place = [], parents.get(unit)
    while place is not None and place not in found:
        found.append(place)
        place = parents.get(place)
    return found


def _units_of(people: Collection[str]) -> set[UUID]:
    accounts = [UUID(each.removeprefix(_PERSON)) for each in people if each.startswith(_PERSON)]
    held = select(RoleGrant.unit_id).where(
        RoleGrant.account_id.in_(accounts), RoleGrant.unit_id.is_not(None)
    )
    return {unit for unit in db.session.scalars(held) if unit is not None}


def _staffed() -> set[UUID]:
    """The units where somebody could answer."""
    held = select(RoleGrant.unit_id).where(
        RoleGrant.role.in_(("officer", "director")), RoleGrant.unit_id.is_not(None)
    )
    return {unit for unit in db.session.scalars(held.distinct()) if unit is not None}


def _accounts_of_staff(agency_id: UUID) -> set[str]:
    held = select(RoleGrant.account_id).where(
        (RoleGrant.agency_id == agency_id) | RoleGrant.agency_id.is_(None)
    )
    return {f"{_PERSON}{account}" for account in db.session.scalars(held.distinct())}
