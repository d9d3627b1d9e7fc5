"""A copy of everything kept about the caller."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, send_file, url_for
from marshmallow import fields

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.language import language
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers.operations.exports import (
    MEDIA_TYPE,
    ask_for_export,
    exports,
    fetch_export,
    find_export,
)
from dossiers.privacy.models import SubjectExport

Headed = tuple[Any, int, dict[str, str]]

resource = Resource("exports", "Copies of everything that is kept about you.")


class SubjectExportSchema(Shape):
    """A copy; it can be fetched from `ready_at` until `expires_at`."""

    id = fields.UUID(required=True)
    language = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    ready_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes; 0 until it is ready."})
    sha256 = fields.String(required=True)


@resource.route("/me/exports", methods=["POST"])
@requires(Action.EXPORT_OWN)
@resource.response(202, SubjectExportSchema)
def ask_export() -> Headed:
    """Ask for a copy; while one is being made, that one is meant. Needs a fresh proof."""
    with transaction() as session:
        export = ask_for_export(by=current_actor(), language=language())
        session.flush()
    address = url_for("exports.show_export", export_id=export.id)
    return export, 202, {"Location": address}


@resource.route("/me/exports")
@requires(Action.EXPORT_OWN)
@resource.response(200, SubjectExportSchema(many=True))
def list_exports() -> Sequence[SubjectExport]:
    """List your copies, the newest first."""
    return exports(by=current_actor())


@resource.route("/me/exports/<uuid:export_id>")
@requires(Action.EXPORT_OWN)
@resource.response(200, SubjectExportSchema)
def show_export(export_id: UUID) -> SubjectExport:
    """Show whether a copy is ready."""
    return find_export(export_id, by=current_actor())


@resource.route("/me/exports/<uuid:export_id>/content")
@requires(Action.EXPORT_OWN)
@resource.response(200, {"type": "string", "format": "binary"}, content_type=MEDIA_TYPE)
def fetch_export_content(export_id: UUID) -> Response:
    """Fetch a copy: one ZIP of pages, JSON and documents. Needs a fresh proof."""
    with transaction():
        _, file = fetch_export(export_id, by=current_actor())
    return send_file(file, mimetype=MEDIA_TYPE, as_attachment=True, download_name="export.zip")
