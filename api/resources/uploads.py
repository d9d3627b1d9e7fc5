"""Uploads that can be resumed, by the open protocol tus 1.0.0."""

import binascii
from base64 import b64decode
from http import HTTPStatus
from typing import BinaryIO, Final, cast
from uuid import UUID

from flask import Response, current_app, request, url_for
from marshmallow import fields
from werkzeug.http import http_date

from accounts import policy
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.errors import MediaTypeUnsupported
from api.limits import PIECES, UPLOAD, caller, limiter
from api.parsing import PIECE
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers import queries
from dossiers.uploads import resuming
from dossiers.uploads.errors import ProtocolUnknown, UploadMalformed
from dossiers.uploads.models import Upload
from dossiers.uploads.resuming import CHECKSUMS, Checksum

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,expiration,checksum,termination"
_LONGEST: Final = 4_096

resource = Resource("uploads", "Files in pieces, which go on where they broke off (tus 1.0.0).")


class UploadSchema(Shape):
    """An upload under way. Once all its bytes came it is the document of the same id."""

    id = fields.UUID(required=True)
    dossier_id = fields.UUID(required=True)
    kind = fields.String(required=True, attribute="document_type")
    file_name = fields.String(required=True)
    length = fields.Integer(required=True, metadata={"description": "Bytes announced."})
    received = fields.Integer(required=True, metadata={"description": "Bytes that came."})
    expires_at = fields.AwareDateTime(required=True)


def name_protocol(response: Response) -> Response:
    """Every answer says which protocol is spoken."""
    response.headers["Tus-Resumable"] = VERSION
    if response.status_code == HTTPStatus.PRECONDITION_FAILED:
        response.headers["Tus-Version"] = VERSION
    return response


resource.after_request(name_protocol)


@resource.route("/dossiers/<uuid:dossier_id>/uploads", methods=["POST"])
@requires(Action.DOCUMENT_UPLOAD)
@limiter.limit(UPLOAD, key_func=caller)
@resource.response(201, UploadSchema)
def begin_upload(dossier_id: UUID) -> tuple[Upload, int, dict[str, str]]:
    """Announce a file: `Upload-Length`, and `Upload-Metadata` with `filename` and `kind`."""
    dossier = queries.find_dossier(dossier_id, visible_to=current_actor())
    policy.require(current_actor(), Action.DOCUMENT_UPLOAD, dossier)
    _require_protocol()
    told = _metadata()
    with transaction():
        upload = resuming.begin(
            dossier_id,
            told.get("kind", ""),
            told.get("filename", ""),
            _number("Upload-Length"),
            limit=current_app.config["UPLOAD_BYTES"],
            actor=current_actor(),
        )
    address = url_for("uploads.show_upload", upload_id=upload.id)
    return upload, 201, {"Location": address, **_standing(upload)}


@resource.route("/uploads/<uuid:upload_id>")
@requires(Action.DOCUMENT_UPLOAD)
@resource.response(200, UploadSchema)
def show_upload(upload_id: UUID) -> tuple[Upload, int, dict[str, str]]:
    """How far an upload is; HEAD tells it by its headers alone."""
    upload = resuming.find(upload_id, visible_to=current_actor())
    return upload, 200, {**_standing(upload), "Cache-Control": "no-store"}


@resource.route("/uploads/<uuid:upload_id>", methods=["PATCH"])
@requires(Action.DOCUMENT_UPLOAD)
@limiter.limit(PIECES, key_func=caller)
@resource.response(204)
def send_piece(upload_id: UUID) -> Response:
    """Send the bytes from `Upload-Offset` on; with the last ones the document is made."""
    resuming.find(upload_id, visible_to=current_actor())
    _require_protocol()
    if request.mimetype != PIECE:
        raise MediaTypeUnsupported
    received = resuming.receive(
        upload_id,
        _number("Upload-Offset"),
        cast("BinaryIO", request.stream),
        _checksum(),
        actor=current_actor(),
    )
    response = Response(status=204, headers={"Upload-Offset": str(received)})
    upload = resuming.find(upload_id, visible_to=current_actor())
    response.headers["Upload-Expires"] = http_date(upload.expires_at)
    if received == upload.length:
        document = resuming.finish(upload_id, actor=current_actor())
        address = url_for("documents.read_document", document_id=document.id)
        response.headers["Content-Location"] = address
    return response


@resource.route("/uploads/<uuid:upload_id>", methods=["DELETE"])
@requires(Action.DOCUMENT_UPLOAD)
@resource.response(204)
def end_upload(upload_id: UUID) -> None:
    """Give an upload up; what came of it is forgotten."""
    resuming.end(upload_id, actor=current_actor())


def _standing(upload: Upload) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.received),
        "Upload-Length": str(upload.length),
        "Upload-Expires": http_date(upload.expires_at),
        "Tus-Max-Size": str(current_app.config["UPLOAD_BYTES"]),
        "Tus-Extension": EXTENSIONS,
        "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
    }


def _require_protocol() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise ProtocolUnknown


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 15:  # noqa: PLR2004  a petabyte
        raise UploadMalformed(header=header)
    return int(text)


def _metadata() -> dict[str, str]:
    """Names with values in base64, separated by commas; raises UploadMalformed."""
    text = request.headers.get("Upload-Metadata", "")[:_LONGEST]
    pairs = (pair.strip().partition(" ") for pair in text.split(",") if pair.strip())
    try:
        told = {name: b64decode(value, validate=True).decode() for name, _, value in pairs}
    except (binascii.Error, UnicodeDecodeError) as error:
        raise UploadMalformed(header="Upload-Metadata") from error
    if any("\0" in value for value in told.values()):
        raise UploadMalformed(header="Upload-Metadata")
    return told


def _checksum() -> Checksum | None:
    text = request.headers.get("Upload-Checksum")
    if text is None:
        return None
    algorithm, _, digest = text.partition(" ")
    try:
        told = b64decode(digest, validate=True)
    except binascii.Error as error:
        raise UploadMalformed(header="Upload-Checksum") from error
    if algorithm not in CHECKSUMS:
        raise UploadMalformed(header="Upload-Checksum")
    return Checksum(algorithm, told)
