"""Entries of the register as their holders and staff see them."""

from typing import Any
from uuid import UUID

from flask import Response, send_file
from marshmallow import fields, validate

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.idempotency import once
from api.paging import Page, PageArguments, page_schema, paged
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers import register
from dossiers.models import RegisterEntry
from dossiers.register_entries import copies, procedures, queries
from dossiers.register_entries.models import CertifiedCopy

resource = Resource("entries", "Entries of the register, for their holders and staff.")


class EntryChangeSchema(Shape):
    """A step in the life of an entry; `reason` is for its holder and staff only."""

    sequence = fields.Integer(required=True)
    kind = fields.String(required=True)
    on = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    ground = fields.String(required=True)
    note = fields.String(required=True)
    reason = fields.String(required=True)
    decision_number = fields.String(required=True)
    facts = fields.Dict(required=True)
    holder_name = fields.String(required=True)
    valid_until = fields.Date(required=True, allow_none=True)


class EntryFollowUpSchema(Shape):
    """What follows an entry; `outcome` is empty until its day."""

    name = fields.String(required=True)
    occurrence = fields.Integer(required=True)
    due_on = fields.Date(required=True)
    outcome = fields.String(required=True)


class CertifiedCopySchema(Shape):
    """A certified copy; it can be fetched once `ready_at` is there."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True)
    state_on = fields.Date(required=True)
    asked_at = fields.AwareDateTime(required=True)
    ready_at = fields.AwareDateTime(required=True, allow_none=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)


class OwnEntrySchema(Shape):
    """An entry; `state` is where it stands today."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    service = fields.String(required=True)
    dossier_id = fields.UUID(required=True)
    organisation_number = fields.String(required=True)
    organisation_name = fields.String(required=True)
    facts = fields.Dict(required=True)
    facts_version = fields.Integer(required=True)
    state = fields.String(required=True)
    issued_on = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    suspended_until = fields.Date(required=True, allow_none=True)


class WholeEntrySchema(OwnEntrySchema):
    """An entry with everything that happened to it and what follows."""

    history = fields.List(fields.Nested(EntryChangeSchema), required=True)
    follow_ups = fields.List(fields.Nested(EntryFollowUpSchema), required=True)
    copies = fields.List(fields.Nested(CertifiedCopySchema), required=True)


class EntryFilters(PageArguments):
    """How the list can be narrowed."""

    text = fields.String(load_default="", validate=validate.Length(max=100))


class EntryProcedureSchema(Shape):
    """Which procedure of the service is begun."""

    procedure = fields.String(required=True)


class BegunProcedureSchema(Shape):
    """The process that was begun."""

    instance_id = fields.UUID(required=True)


@resource.route("/entries")
@requires(Action.DOSSIER_VIEW)
@resource.arguments(EntryFilters, location="query")
@resource.response(200, page_schema(OwnEntrySchema))
def list_entries(arguments: dict[str, Any]) -> Page:
    """List one's own entries, or those of one's agencies, newest first."""

    def find(**filters: Any) -> list[dict[str, Any]]:
        found = queries.entries_of(visible_to=current_actor(), **filters)
        return [_told(each) for each in found]

    return paged(find, arguments, lambda each: str(each["id"]))


@resource.route("/entries/<uuid:entry_id>")
@requires(Action.DOSSIER_VIEW)
@resource.response(200, WholeEntrySchema)
def show_own_entry(entry_id: UUID) -> dict[str, Any]:
    """Show one entry with its history."""
    entry = queries.find_entry(entry_id, visible_to=current_actor())
    return {
        **_told(entry),
        "history": queries.history(entry),
        "follow_ups": queries.follow_ups_of(entry),
        "copies": queries.copies_of(entry),
    }


@resource.route("/entries/<uuid:entry_id>/copies", methods=["POST"])
@requires(Action.ENTRY_COPY)
@once
@resource.response(201, CertifiedCopySchema)
def ask_for_copy(entry_id: UUID) -> CertifiedCopy:
    """Ask for a certified copy of the entry as it stands now."""
    return copies.ask_for_copy(entry_id, actor=current_actor())


@resource.route("/copies/<uuid:copy_id>/content")
@requires(Action.DOSSIER_VIEW)
@resource.response(200, {"type": "string", "format": "binary"}, content_type=copies.MEDIA_TYPE)
def fetch_copy(copy_id: UUID) -> Response:
    """Fetch a certified copy (PDF); it goes on record."""
    with transaction():
        _copy, content = copies.fetch_copy(copy_id, actor=current_actor())
    return send_file(content, mimetype=copies.MEDIA_TYPE, download_name="copy.pdf")


@resource.route("/entries/<uuid:entry_id>/procedures", methods=["POST"])
@requires(Action.ENTRY_PROCEED)
@once
@resource.arguments(EntryProcedureSchema)
@resource.response(201, BegunProcedureSchema)
def begin_procedure(data: dict[str, Any], entry_id: UUID) -> dict[str, Any]:
    """Begin a case of the service about an entry, such as its revocation."""
    actor = current_actor()
    return {"instance_id": procedures.begin_procedure(entry_id, data["procedure"], actor=actor)}


def _told(entry: RegisterEntry) -> dict[str, Any]:
    columns = OwnEntrySchema().fields.keys() - {"service", "state"}
    shown = {name: getattr(entry, name) for name in columns}
    return {**shown, "service": entry.service_key, "state": register.state_of(entry)}
