"""Agencies, their units and queues: entering, renaming, closing, handing over."""

from typing import Any
from uuid import UUID

from accounts import department_queries, departments, operations, places
from accounts.department_queries import P
from accounts.models import Agency, Unit
from accounts.places import Place, names_at
from accounts.policy import Action
from accounts.work_rules import WorkRule
from api.authentication import current_actor, requires
from api.department_schemas import (
    ClosingSchema,
    DepartmentAgenciesSchema,
    DepartmentAgencySchema,
    DepartmentQueuesSchema,
    HandedOverSchema,
    HandOverSchema,
    NewAgencySchema,
    NewQueueSchema,
    NewUnitSchema,
    QueueChangeSchema,
    QueueSchema,
    RenamingSchema,
    UnitSchema,
    UnitsSchema,
)
from api.idempotency import once
from api.preconditions import matched_version, with_etag
from api.resource import Resource
from core.database import transaction
from dossiers.operations import handing_over
from dossiers.operations.handing_over import HandOver

resource = Resource("departments", "Agencies, their units and queues, for who administers them.")
Told = tuple[Any, int, dict[str, str]]


@resource.route("/administration/agencies")
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(200, DepartmentAgenciesSchema)
def list_agencies() -> dict[str, Any]:
    """List the agencies that you administer."""
    found = department_queries.administered_agencies(visible_to=current_actor())
    return {"items": [_place(each) for each in found]}


@resource.route("/administration/agencies", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@once
@resource.arguments(NewAgencySchema)
@resource.response(201, DepartmentAgencySchema)
def create_agency(data: dict[str, Any]) -> Told:
    """Enter an agency."""
    made = operations.create_agency(
        data["code"],
        data["ending"],
        data["names"],
        by=current_actor(),
        valid_from=data["valid_from"],
    )
    return _place(made), 201, with_etag(made.version)


@resource.route("/administration/agencies/<uuid:agency_id>")
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(200, DepartmentAgencySchema)
def show_agency(agency_id: UUID) -> Told:
    """Show an agency."""
    found = _agency(agency_id)
    return _place(found), 200, with_etag(found.version)


@resource.route("/administration/agencies/<uuid:agency_id>/rename", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.arguments(RenamingSchema)
@resource.response(200, DepartmentAgencySchema)
def rename_agency(data: dict[str, Any], agency_id: UUID) -> Told:
    """Call an agency otherwise since a moment; dossiers of before show the old name."""
    return _renamed(Agency, agency_id, data)


@resource.route("/administration/agencies/<uuid:agency_id>/close", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.arguments(ClosingSchema)
@resource.response(200, DepartmentAgencySchema)
def close_agency(data: dict[str, Any], agency_id: UUID) -> Told:
    """Let an agency take nothing new from a moment on."""
    return _closed(Agency, agency_id, data)


@resource.route("/administration/agencies/<uuid:agency_id>/units")
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(200, UnitsSchema)
def list_units(agency_id: UUID) -> dict[str, Any]:
    """List the units of an agency, closed ones too."""
    _agency(agency_id)
    return {"items": [_place(each) for each in department_queries.units_of([agency_id])]}


@resource.route("/administration/agencies/<uuid:agency_id>/units", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@once
@resource.arguments(NewUnitSchema)
@resource.response(201, UnitSchema)
def create_unit(data: dict[str, Any], agency_id: UUID) -> Told:
    """Enter a unit of an agency."""
    _agency(agency_id)
    made = departments.create_unit(agency_id, **data, by=current_actor())
    return _place(made), 201, with_etag(made.version)


@resource.route("/administration/units/<uuid:unit_id>/rename", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.arguments(RenamingSchema)
@resource.response(200, UnitSchema)
def rename_unit(data: dict[str, Any], unit_id: UUID) -> Told:
    """Call a unit otherwise since a moment."""
    return _renamed(Unit, unit_id, data)


@resource.route("/administration/units/<uuid:unit_id>/close", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.arguments(ClosingSchema)
@resource.response(200, UnitSchema)
def close_unit(data: dict[str, Any], unit_id: UUID) -> Told:
    """Let a unit take nothing new from a moment on."""
    return _closed(Unit, unit_id, data)


@resource.route("/administration/hand-over", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@once
@resource.arguments(HandOverSchema)
@resource.response(200, HandedOverSchema)
def hand_over(data: dict[str, Any]) -> dict[str, Any]:
    """Hand open dossiers over to another agency or unit, or (`preview`) count them."""
    why, preview = data.pop("reason"), data.pop("preview")
    plan, actor = HandOver(**data), current_actor()
    if preview:
        reached = handing_over.would_hand_over(plan, actor=actor)
        return {"dossiers": sum(reached.values()), "done": False}
    return {"dossiers": handing_over.hand_over(plan, reason=why, actor=actor), "done": True}


@resource.route("/administration/queues")
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(200, DepartmentQueuesSchema)
def list_queues() -> dict[str, Any]:
    """List the queues of your agencies, and those of all."""
    return {"items": department_queries.queues_in_use(visible_to=current_actor())}


@resource.route("/administration/queues", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@once
@resource.arguments(NewQueueSchema)
@resource.response(201, QueueSchema)
def create_queue(data: dict[str, Any]) -> Told:
    """Enter a queue with its work rule."""
    data["work_rule"] = WorkRule(data["work_rule"])
    made = departments.create_queue(**data, by=current_actor())
    return made, 201, with_etag(made.version)


@resource.route("/administration/queues/<uuid:queue_id>", methods=["PUT"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.arguments(QueueChangeSchema)
@resource.response(200, QueueSchema)
def change_queue(data: dict[str, Any], queue_id: UUID) -> Told:
    """Give a queue other names or another work rule."""
    with transaction():
        changed = departments.change_queue(
            queue_id,
            data["names"],
            WorkRule(data["work_rule"]),
            seen_version=matched_version(),
            by=current_actor(),
        )
    return changed, 200, with_etag(changed.version)


def _renamed(sort: type[P], place_id: UUID, data: dict[str, Any]) -> Told:
    with transaction():
        place = department_queries.find_place(sort, place_id, visible_to=current_actor())
        places.rename(place, **data, seen_version=matched_version(), by=current_actor())
    return _place(place), 200, with_etag(place.version)


def _closed(sort: type[P], place_id: UUID, data: dict[str, Any]) -> Told:
    with transaction():
        place = department_queries.find_place(sort, place_id, visible_to=current_actor())
        places.close(place, **data, seen_version=matched_version(), by=current_actor())
    return _place(place), 200, with_etag(place.version)


def _agency(agency_id: UUID) -> Agency:
    return department_queries.find_place(Agency, agency_id, visible_to=current_actor())


def _place(place: Place) -> dict[str, Any]:
    told = {
        name: getattr(place, name)
        for name in ("id", "code", "valid_from", "valid_until", "successor_id", "version")
    }
    if isinstance(place, Agency):
        return {**told, "names": dict(names_at(place)), "ending": place.abbreviation}
    own = {"agency_id": place.agency_id, "parent_id": place.parent_id}
    return {**told, "names": dict(names_at(place)), **own}
