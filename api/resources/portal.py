"""For the national portal: the feed of status changes, and one dossier's status."""

from typing import Any

from flask import url_for
from marshmallow import fields, validate

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.paging import LARGEST, USUAL
from api.resource import Resource
from api.schemas import Shape
from connectors.portal import national_status
from dossiers import queries
from dossiers.context import jurisdiction
from dossiers.feed import status_changes
from dossiers.models import Dossier, DossierStatus, StatusChange
from dossiers.procedure_codes import procedure_code_of

LARGEST_POSITION = 2**63 - 1

resource = Resource("portal", "For the national public service portal.")


class NationalStatusSchema(Shape):
    """A status in the portal's own vocabulary."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class PortalDossierSchema(Shape):
    """What the portal is told of a dossier; `national_status` is null where it has no word."""

    reference = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    service = fields.String(required=True)
    procedure_code = fields.String(required=True)
    status = fields.Enum(DossierStatus, by_value=True, required=True)
    national_status = fields.Nested(NationalStatusSchema, required=True, allow_none=True)
    submitted_at = fields.AwareDateTime(required=True, allow_none=True)
    received_at = fields.AwareDateTime(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    delivered_at = fields.AwareDateTime(required=True, allow_none=True)


class PortalChangeSchema(Shape):
    """One change. `sequence` counts the changes of a dossier, `position` those of all."""

    position = fields.Integer(required=True)
    sequence = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    reference = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    procedure_code = fields.String(required=True)
    status = fields.Enum(DossierStatus, by_value=True, required=True)
    national_status = fields.Nested(NationalStatusSchema, required=True, allow_none=True)


class FeedSchema(Shape):
    """Some changes. Keep `cursor` and ask again `after` it: nothing is skipped or repeated."""

    items = fields.List(fields.Nested(PortalChangeSchema), required=True)
    cursor = fields.Integer(required=True)
    next = fields.String(required=True, metadata={"description": "Address of what follows."})


class FeedArguments(Shape):
    """Where to go on reading."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=LARGEST_POSITION))
    limit = fields.Integer(load_default=USUAL, validate=validate.Range(min=1, max=LARGEST))


@resource.route("/portal/status-changes")
@requires(Action.PORTAL_READ)
@resource.arguments(FeedArguments, location="query")
@resource.response(200, FeedSchema)
def list_status_changes(arguments: dict[str, Any]) -> dict[str, Any]:
    """Read status changes of all dossiers after a cursor, each once, in order per dossier."""
    changes = status_changes(**arguments)
    cursor = changes[-1][0].position if changes else arguments["after"]
    return {
        "items": [_change(change, dossier) for change, dossier in changes],
        "cursor": cursor,
        "next": url_for(".list_status_changes", after=cursor, limit=arguments["limit"]),
    }


@resource.route("/portal/dossiers/<code>")
@requires(Action.PORTAL_READ)
@resource.response(200, PortalDossierSchema)
def show_status(code: str) -> dict[str, Any]:
    """Show where one dossier stands, by its national code or our reference."""
    dossier = queries.find_dossier_for_portal(code, visible_to=current_actor())
    return {
        "service": dossier.service_key,
        "procedure_code": procedure_code_of(dossier),
        "national_status": _national(dossier.status),
        **{name: getattr(dossier, name) for name in _SHOWN_COLUMNS},
    }


_SHOWN_COLUMNS = (
    "reference",
    "code",
    "status",
    "submitted_at",
    "received_at",
    "due_at",
    "finished_at",
    "delivered_at",
)


def _change(change: StatusChange, dossier: Dossier) -> dict[str, Any]:
    return {
        "position": change.position,
        "sequence": change.sequence,
        "at": change.at,
        "reference": dossier.reference,
        "code": dossier.code,
        "procedure_code": procedure_code_of(dossier),
        "status": change.status,
        "national_status": _national(change.status),
    }


def _national(status: DossierStatus) -> Any:
    return national_status(status, jurisdiction().profile.key)
