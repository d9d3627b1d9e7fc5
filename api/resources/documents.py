"""Documents of a dossier: up, down, and out again."""

from collections.abc import Sequence
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import Response, current_app, url_for
from marshmallow import fields, validate
from werkzeug.datastructures import FileStorage

from accounts import policy
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.idempotency import REPLAYED, once
from api.limits import UPLOAD, caller, limiter
from api.parsing import UploadedFile
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from core.i18n import sentences_of
from dossiers import operations, queries
from dossiers.looks import note_reading
from dossiers.models import Document, DocumentState, Dossier
from dossiers.opening import find_document, opens
from dossiers.operations import StoredUpload
from dossiers.operations.documents import discard
from storage import store
from storage.inspection.errors import refusal
from storage.serving import send

Headed = tuple[Any, int, dict[str, str]]

resource = Resource("documents", "Documents of dossiers.")


def refused_because(document: Document | dict[str, Any]) -> str:
    """Why the check refused it; empty if it did not."""
    told = _findings(document).get("refused")
    return sentences_of(refusal(told["code"], told["params"])) if told else ""


def removed_of(document: Document | dict[str, Any]) -> list[str]:
    """What the check took out of it."""
    return list(_findings(document).get("removed", []))


def _findings(document: Document | dict[str, Any]) -> dict[str, Any]:
    told = document["findings"] if isinstance(document, dict) else document.findings
    return told or {}


class DocumentSchema(Shape):
    """A document; `origin` is `applicant` or `authority`.

    A `confidential` one tells neither name nor SHA-256 to who may not open it.
    """

    id = fields.UUID(required=True)
    dossier_id = fields.UUID(required=True)
    kind = fields.String(required=True, attribute="document_type")
    origin = fields.String(required=True)
    file_name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    sha256 = fields.String(required=True)
    confidential = fields.Boolean(required=True)
    added_at = fields.AwareDateTime(required=True)
    state = fields.String(
        required=True,
        metadata={
            "description": "`there`, `checking` while it waits for its check, or `refused`; only the "
            "first can be read.",
            "enum": [each.value for each in DocumentState],
        },
    )
    refused_because = fields.Function(
        refused_because,
        metadata={
            "type": "string",
            "description": "In the caller's language; empty if it was not.",
        },
    )
    removed = fields.Function(
        removed_of,
        metadata={
            "type": "array",
            "items": {"type": "string"},
            "description": "What was taken out because it would act when the file is opened. `size` "
            "and `sha256` are then not those of the file that was sent.",
        },
    )


class DocumentsSchema(Shape):
    """All documents of a dossier, oldest first."""

    items = fields.List(fields.Nested(DocumentSchema), required=True)


class NewDocumentSchema(Shape):
    """A file, and which kind of paper it is."""

    kind = fields.String(required=True, validate=validate.Length(min=1, max=100))
    file = UploadedFile(required=True)


@resource.route("/dossiers/<uuid:dossier_id>/documents")
@requires(Action.DOSSIER_VIEW)
@resource.response(200, DocumentsSchema)
def list_documents(dossier_id: UUID) -> dict[str, Sequence[Document | dict[str, Any]]]:
    """List the documents of a dossier."""
    dossier = queries.find_dossier(dossier_id, visible_to=current_actor())
    return {"items": [_told(each, dossier) for each in queries.documents(dossier)]}


@resource.route("/dossiers/<uuid:dossier_id>/documents", methods=["POST"])
@requires(Action.DOCUMENT_UPLOAD)
@limiter.limit(UPLOAD, key_func=caller)
@resource.arguments(NewDocumentSchema, location="files")
@resource.response(201, DocumentSchema)
def attach_document(sent: dict[str, Any], dossier_id: UUID) -> Response:
    """Attach a file. It is inspected and stored before the dossier's row is locked."""
    upload, kept = _stored(dossier_id, sent["file"]), False
    try:
        response = _attached(dossier_id, sent["kind"], upload)
        kept = REPLAYED not in response.headers
    finally:
        if not kept:
            discard(upload)
    return response


@resource.route("/documents/<uuid:document_id>/content")
@requires(Action.DOCUMENT_VIEW)
@resource.response(
    200, {"type": "string", "format": "binary"}, content_type="application/octet-stream"
)
def read_document(document_id: UUID) -> Response:
    """Read a document as it was stored. Its SHA-256 is its ETag."""
    document = find_document(document_id, visible_to=current_actor())
    note_reading(document, current_actor())
    response = send(store(), document, save=True)
    kept = "no-store" if document.confidential else "private, no-cache"
    response.headers["Cache-Control"] = kept
    return response


@resource.route("/documents/<uuid:document_id>", methods=["DELETE"])
@requires(Action.DOCUMENT_DELETE)
@resource.response(204)
def remove_document(document_id: UUID) -> None:
    """Take a document of your own out of a dossier that can still be changed."""
    with transaction():
        operations.remove_document(document_id, actor=current_actor())


def _told(document: Document, dossier: Dossier) -> Document | dict[str, Any]:
    if opens(document, dossier, visible_to=current_actor()):
        return document
    told = {each.key: getattr(document, each.key) for each in Document.__table__.columns}
    return {**told, "file_name": "", "sha256": ""}


def _stored(dossier_id: UUID, file: FileStorage) -> StoredUpload:
    dossier = queries.find_dossier(dossier_id, visible_to=current_actor())
    policy.require(current_actor(), Action.DOCUMENT_UPLOAD, dossier)
    return operations.store_upload(
        dossier.id,
        file.filename or "",
        cast(BinaryIO, file.stream),
        limit_bytes=current_app.config["UPLOAD_BYTES"],
    )


@once
@resource.response(201, DocumentSchema)
def _attached(dossier_id: UUID, kind: str, upload: StoredUpload) -> Headed:
    document = operations.attach_document(dossier_id, kind, upload, actor=current_actor())
    address = url_for("documents.read_document", document_id=document.id)
    return document, 201, {"Location": address}
