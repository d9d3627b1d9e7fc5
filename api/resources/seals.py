"""The seals of the record, for auditors' programs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.paging import Page, PageArguments, page_schema, paged
from api.resource import Resource
from api.schemas import Shape
from auditing.seals import checks
from auditing.seals.models import RecordCheck, RecordSeal
from core.database import transaction

_BINARY = {"schema": {"type": "string", "format": "binary"}}

resource = Resource("seals", "The daily seals of the record, for auditors.")


class SealSchema(Shape):
    """A seal. `locked` says whether its copy cannot be deleted."""

    number = fields.Integer(required=True)
    sealed_at = fields.AwareDateTime(required=True)
    ends = fields.Integer(required=True, metadata={"description": "How many chains had grown."})
    tree = fields.Function(
        lambda seal: seal.tree.hex(), metadata={"type": "string", "description": "Root, in hex."}
    )
    copied_at = fields.AwareDateTime(required=True, allow_none=True)
    locked = fields.Boolean(required=True)


class RecordCheckSchema(Shape):
    """A check of the whole record; `found` names the first flaw of each chain."""

    id = fields.UUID(required=True)
    asked_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    events = fields.Integer(required=True)
    chains = fields.Integer(required=True)
    seals = fields.Integer(required=True)
    found = fields.List(fields.Dict(), required=True)


class ProofSchema(Shape):
    """A proof of a chain's end, as exported cases hold it."""

    end = fields.String(required=True)
    place = fields.Integer(required=True)
    in_tree = fields.List(fields.String(), required=True)
    seal = fields.String(required=True)
    in_log = fields.List(fields.String(), required=True)
    statement = fields.String(required=True)
    signature = fields.String(required=True)
    token = fields.String(required=True)


@resource.route("/audit/seals")
@requires(Action.AUDIT_VIEW)
@resource.arguments(PageArguments, location="query")
@resource.response(200, page_schema(SealSchema))
def list_seals(arguments: dict[str, Any]) -> Page:
    """List the seals, newest first."""
    return paged(_seals, arguments, lambda seal: str(seal.number), read=int)


@resource.route("/audit/seals/<int:seal>")
@requires(Action.AUDIT_VIEW)
@resource.response(200, SealSchema)
def show_seal(seal: int) -> RecordSeal:
    """Show one seal."""
    return checks.find_seal(seal, visible_to=current_actor())


@resource.route("/audit/seals/<int:seal>/<any(json, p7s, tst):kind>")
@requires(Action.AUDIT_VIEW)
@resource.doc(
    responses={
        200: {
            "description": "The signed bytes, the signature (CMS) or the timestamp (RFC 3161).",
            "content": {"application/octet-stream": _BINARY},
        }
    }
)
def fetch_seal_part(seal: int, kind: str) -> Response:
    """Fetch what a seal says (`json`), its signature (`p7s`) or its timestamp (`tst`)."""
    content = checks.part_of(checks.find_seal(seal, visible_to=current_actor()), kind)
    return Response(content, content_type="application/octet-stream")


@resource.route("/audit/records/<uuid:record_id>/proof")
@requires(Action.AUDIT_VIEW)
@resource.response(200, ProofSchema)
def prove_record(record_id: UUID) -> dict[str, Any]:
    """Prove that the end of a record is part of what was sealed."""
    return checks.chain_proof(record_id, visible_to=current_actor())


@resource.route("/audit/checks", methods=["POST"])
@requires(Action.AUDIT_VIEW)
@resource.response(202, RecordCheckSchema)
def check_whole_record() -> tuple[RecordCheck, int]:
    """Have the whole record followed through its seals; while one check runs, that one is meant."""
    with transaction() as session:
        check = checks.ask_for_check(by=current_actor())
        session.flush()
    return check, 202


@resource.route("/audit/checks")
@requires(Action.AUDIT_VIEW)
@resource.response(200, RecordCheckSchema(many=True))
def list_checks() -> Sequence[RecordCheck]:
    """List the last checks of the whole record, newest first."""
    return checks.last_checks(visible_to=current_actor(), limit=10)


def _seals(*, after: int | None, limit: int) -> Sequence[RecordSeal]:
    return checks.seals(visible_to=current_actor(), before=after, limit=limit)
