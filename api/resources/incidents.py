"""Incidents: what is stuck, and trying it again."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from accounts import policy
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.paging import Page, PageArguments, page_schema, paged
from api.resource import Resource
from api.supervision_schemas import (
    IncidentGroupsSchema,
    IncidentSchema,
    RetriedSchema,
    RetryManySchema,
    RetrySchema,
)
from core.database import transaction
from dossiers.supervising import supervised
from engine import operations, queries
from engine.errors import IncidentNotFound
from engine.queries import IncidentView

resource = Resource("incidents", "What cannot go on without an operator.")


class IncidentFilters(PageArguments):
    """How the list can be narrowed."""

    fingerprint = fields.String(load_default=None, validate=validate.Length(max=100))
    instance_id = fields.UUID(load_default=None)


@resource.route("/incident-groups")
@requires(Action.JOB_VIEW)
@resource.response(200, IncidentGroupsSchema)
def list_groups() -> dict[str, Any]:
    """List incidents by their cause, the most frequent first."""
    return {"items": queries.incident_groups(visible_to=_visible(Action.JOB_VIEW))}


@resource.route("/incident-groups/<fingerprint>/retry", methods=["POST"])
@requires(Action.INCIDENT_RETRY)
@resource.arguments(RetryManySchema)
@resource.response(200, RetriedSchema)
def retry_group(data: dict[str, Any], fingerprint: str) -> dict[str, int]:
    """Try every incident of one cause again, so many a second; those of suspended processes wait."""
    with transaction():
        visible = _visible(Action.INCIDENT_RETRY)
        if not queries.incidents(visible_to=visible, fingerprint=fingerprint, limit=1):
            raise IncidentNotFound
        count = operations.retry_incidents(
            fingerprint, **data, actor=current_actor().id, visible_to=visible
        )
        return {"count": count}


@resource.route("/incidents")
@requires(Action.JOB_VIEW)
@resource.arguments(IncidentFilters, location="query")
@resource.response(200, page_schema(IncidentSchema))
def list_incidents(arguments: dict[str, Any]) -> Page:
    """List what is stuck, oldest first."""
    return paged(_find, arguments, lambda incident: incident.id)


@resource.route("/incidents/<uuid:incident_id>")
@requires(Action.JOB_VIEW)
@resource.response(200, IncidentSchema)
def show_incident(incident_id: UUID) -> IncidentView:
    """Show one incident."""
    return queries.find_incident(incident_id, visible_to=_visible(Action.JOB_VIEW))


@resource.route("/incidents/<uuid:incident_id>/retry", methods=["POST"])
@requires(Action.INCIDENT_RETRY)
@resource.arguments(RetrySchema)
@resource.response(204)
def retry_incident(data: dict[str, Any], incident_id: UUID) -> None:
    """Try again what an incident stopped, perhaps with other values of variables."""
    if data["variables"]:
        policy.require_ever(current_actor(), Action.INSTANCE_CHANGE)
    with transaction():
        visible = _visible(Action.INCIDENT_RETRY)
        found = queries.find_incident(incident_id, visible_to=visible)
        operations.retry_incident(
            found.instance_id,
            incident_id,
            actor=current_actor().id,
            changes=data["variables"],
            scope=data["scope"],
            reason=data["reason"],
        )


def _find(**filters: Any) -> list[IncidentView]:
    return queries.incidents(visible_to=_visible(Action.JOB_VIEW), **filters)


def _visible(action: Action) -> Any:
    return supervised(current_actor(), action)
