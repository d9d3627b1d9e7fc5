"""The store of documents of a person or organisation."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields, validate

from accounts import policy
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.idempotency import REPLAYED, once
from api.paging import Page, PageArguments, page_schema, paged
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers.holdings import operations, queries
from dossiers.holdings.models import Holding
from dossiers.holdings.operations import Kept, Particulars
from dossiers.models import Document
from dossiers.opening import find_document
from dossiers.operations.documents import StoredUpload, discard
from dossiers.queries import find_dossier
from storage import store
from storage.serving import send

resource = Resource("holdings", "Documents given or issued once, to be used again.")


class HoldingSchema(Shape):
    """A kept document. `signature` is `valid`, `doubtful` or `none`."""

    id = fields.UUID(required=True)
    document_type = fields.String(required=True)
    acting_for = fields.String(required=True)
    issuer = fields.String(required=True)
    number = fields.String(required=True)
    valid_from = fields.Date(required=True, allow_none=True)
    valid_until = fields.Date(required=True, allow_none=True)
    signature = fields.String(required=True)
    usable = fields.Boolean(required=True)
    hidden_at = fields.AwareDateTime(required=True, allow_none=True)
    file_name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    dossier_id = fields.UUID(required=True)
    added_at = fields.AwareDateTime(required=True)


class HoldingUseSchema(Shape):
    """One time it was used."""

    dossier = fields.String(required=True)
    used_at = fields.AwareDateTime(required=True)


class WholeHoldingSchema(HoldingSchema):
    """A kept document with every time it was used."""

    uses = fields.List(fields.Nested(HoldingUseSchema), required=True)


class NewHoldingSchema(Shape):
    """A document of a finished dossier, and what stands on it."""

    document_id = fields.UUID(required=True)
    issuer = fields.String(load_default="", validate=validate.Length(max=200))
    number = fields.String(load_default="", validate=validate.Length(max=200))
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)


class HidingSchema(Shape):
    """Whether it is offered no longer."""

    hidden = fields.Boolean(required=True)


class ReuseSchema(Shape):
    """Which kept document stands for which kind of paper."""

    kind = fields.String(required=True)
    holding_id = fields.UUID(required=True)


class ReusedSchema(Shape):
    """The dossier's own copy."""

    document_id = fields.UUID(required=True, attribute="id")
    sha256 = fields.String(required=True)


@resource.route("/holdings")
@requires(Action.HOLDING_VIEW)
@resource.arguments(PageArguments, location="query")
@resource.response(200, page_schema(HoldingSchema))
def list_holdings(arguments: dict[str, Any]) -> Page:
    """List what is kept for you and your organisations, newest first."""

    def find(**filters: Any) -> list[dict[str, Any]]:
        return [_told(each) for each in queries.holdings(visible_to=current_actor(), **filters)]

    return paged(find, arguments, lambda each: str(each["id"]))


@resource.route("/holdings", methods=["POST"])
@requires(Action.HOLDING_KEEP)
@resource.arguments(NewHoldingSchema)
@resource.response(201, HoldingSchema)
def keep_document(data: dict[str, Any]) -> Response:
    """Keep a document of a finished dossier. Its file is copied before anything is locked."""
    document = find_document(data["document_id"], visible_to=current_actor())
    policy.require(current_actor(), Action.HOLDING_KEEP, document.dossier)
    kept, stays = operations.put_copy(document), False
    try:
        response = _kept(document, kept, data)
        stays = REPLAYED not in response.headers
    finally:
        if not stays:
            store().delete(kept.storage_key)
    return response


@resource.route("/holdings/<uuid:holding_id>")
@requires(Action.HOLDING_VIEW)
@resource.response(200, WholeHoldingSchema)
def show_holding(holding_id: UUID) -> dict[str, Any]:
    """Show a kept document with every time it was used."""
    found = queries.find_holding(holding_id, visible_to=current_actor())
    uses = [{"dossier": name, "used_at": use.used_at} for use, name in queries.uses_of(found)]
    return {**_told(found), "uses": uses}


@resource.route("/holdings/<uuid:holding_id>/content")
@requires(Action.HOLDING_VIEW)
@resource.response(
    200, {"type": "string", "format": "binary"}, content_type="application/octet-stream"
)
def read_holding(holding_id: UUID) -> Response:
    """Read a kept document."""
    found = queries.find_holding(holding_id, visible_to=current_actor())
    return send(store(), found, save=True)


@resource.route("/holdings/<uuid:holding_id>/hide", methods=["POST"])
@requires(Action.HOLDING_MANAGE)
@resource.arguments(HidingSchema)
@resource.response(200, HoldingSchema)
def hide_holding(data: dict[str, Any], holding_id: UUID) -> dict[str, Any]:
    """Offer a kept document no longer, or again."""
    with transaction():
        operations.hide(holding_id, hidden=data["hidden"], actor=current_actor())
    return _told(queries.find_holding(holding_id, visible_to=current_actor()))


@resource.route("/holdings/<uuid:holding_id>", methods=["DELETE"])
@requires(Action.HOLDING_MANAGE)
@resource.response(204)
def delete_holding(holding_id: UUID) -> None:
    """Delete a kept document that no dossier holds."""
    with transaction():
        key = operations.delete(holding_id, actor=current_actor())
    store().delete(key)


@resource.route("/dossiers/<uuid:dossier_id>/documents/reuse", methods=["POST"])
@requires(Action.DOCUMENT_UPLOAD)
@resource.arguments(ReuseSchema)
@resource.response(201, ReusedSchema)
def reuse_document(data: dict[str, Any], dossier_id: UUID) -> Response:
    """Use a kept document in a dossier of the same owner, instead of sending it again."""
    dossier = find_dossier(dossier_id, visible_to=current_actor())
    policy.require(current_actor(), Action.DOCUMENT_UPLOAD, dossier)
    holding = queries.find_holding(data["holding_id"], visible_to=current_actor())
    copy, stays = operations.copy_for(holding, dossier), False
    try:
        response = _reused(dossier_id, data["kind"], holding.id, copy)
        stays = REPLAYED not in response.headers
    finally:
        if not stays:
            discard(copy)
    return response


@once
@resource.response(201, HoldingSchema)
def _kept(document: Document, kept: Kept, data: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in data.items() if name != "document_id"}
    told = Particulars(**said)
    return _told(operations.keep(document.id, kept, told, actor=current_actor()))


@once
@resource.response(201, ReusedSchema)
def _reused(dossier_id: UUID, kind: str, holding_id: UUID, copy: StoredUpload) -> Document:
    return operations.use(dossier_id, kind, holding_id, copy, actor=current_actor())


def _told(holding: Holding) -> dict[str, Any]:
    columns = HoldingSchema().fields.keys() - {"usable"}
    shown = {name: getattr(holding, name) for name in columns}
    return {**shown, "usable": queries.is_good(holding)}
