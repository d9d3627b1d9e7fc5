"""A case as evidence: one archive, made by a job."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, send_file, url_for
from marshmallow import fields, validate

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.language import language
from api.resource import Resource
from api.schemas import Shape
from auditing.evidence import asking
from auditing.evidence.models import EvidenceExport
from core.database import transaction
from dossiers import queries

Headed = tuple[Any, int, dict[str, str]]

resource = Resource("archives", "Cases as evidence: archives that anybody can check.")


class EvidenceSchema(Shape):
    """An archive; it can be fetched from `ready_at` until `expires_at`."""

    id = fields.UUID(required=True)
    dossier_id = fields.UUID(required=True)
    whole = fields.Boolean(
        required=True,
        metadata={"description": "As the authority has the case; else as you may see it."},
    )
    language = fields.String(required=True)
    purpose = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    ready_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes; 0 until it is ready."})
    sha256 = fields.String(required=True)


class NewEvidenceSchema(Shape):
    """What it is for; it goes on record."""

    purpose = fields.String(required=True, validate=validate.Length(min=1, max=500))


@resource.route("/dossiers/<uuid:dossier_id>/evidence", methods=["POST"])
@requires(Action.EVIDENCE_EXPORT)
@resource.arguments(NewEvidenceSchema)
@resource.response(202, EvidenceSchema)
def ask_evidence(data: dict[str, Any], dossier_id: UUID) -> Headed:
    """Ask for the archive of a case. Needs a fresh proof."""
    with transaction():
        told = {"purpose": data["purpose"], "language": language()}
        export = asking.ask_for_evidence(dossier_id, **told, by=current_actor())
    address = url_for("archives.show_evidence", evidence_id=export.id)
    return export, 202, {"Location": address}


@resource.route("/dossiers/<uuid:dossier_id>/evidence")
@requires(Action.EVIDENCE_EXPORT)
@resource.response(200, EvidenceSchema(many=True))
def list_evidence(dossier_id: UUID) -> Sequence[EvidenceExport]:
    """List the archives of a case that you have asked for, the newest first."""
    dossier = queries.find_dossier(dossier_id, visible_to=current_actor())
    return asking.evidence_of(dossier, by=current_actor())


@resource.route("/evidence/<uuid:evidence_id>")
@requires(Action.EVIDENCE_EXPORT)
@resource.response(200, EvidenceSchema)
def show_evidence(evidence_id: UUID) -> EvidenceExport:
    """Show whether an archive is ready."""
    return asking.find_evidence(evidence_id, by=current_actor())


@resource.route("/evidence/<uuid:evidence_id>/content")
@requires(Action.EVIDENCE_EXPORT)
@resource.response(200, {"type": "string", "format": "binary"}, content_type=asking.MEDIA_TYPE)
def fetch_evidence(evidence_id: UUID) -> Response:
    """Fetch an archive: pages, data, documents, events and proofs. Needs a fresh proof."""
    with transaction():
        _, file = asking.fetch_evidence(evidence_id, by=current_actor())
    return send_file(file, asking.MEDIA_TYPE, as_attachment=True, download_name="case.zip")
