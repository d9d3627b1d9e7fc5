"""The record, for auditors: searched, checked, taken along as a file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response

from accounts import queries as accounts
from accounts.policy import Action
from api.auditing_schemas import (
    EventFilters,
    EventSchema,
    ExportSchema,
    RecordStateSchema,
)
from api.authentication import current_actor, requires
from api.paging import Page, page_schema, paged
from api.resource import Resource
from auditing import files, looking
from auditing.looking import ChainState
from auditing.searching import (
    GROUPS,
    Search,
    actor_named,
    chain_named,
    read_place,
    written_place,
)
from core.database import transaction

MEDIA_TYPES = {"jsonl": "application/jsonl", "csv": "text/csv"}
_FILE = {"schema": {"type": "string", "format": "binary"}}

resource = Resource("record", "The record of who did what, for auditors.")


@resource.route("/audit/events")
@requires(Action.AUDIT_VIEW)
@resource.arguments(EventFilters, location="query")
@resource.response(200, page_schema(EventSchema))
def list_events(arguments: dict[str, Any]) -> Page:
    """Search the record, newest first. The search is on record, too."""
    asked = _search(arguments)
    with transaction():
        return paged(
            lambda after, limit: looking.search(
                asked, by=current_actor(), after=after, limit=limit
            ),
            {name: arguments[name] for name in ("cursor", "limit")},
            written_place,
            read=read_place,
        )


@resource.route("/audit/records/<uuid:record_id>")
@requires(Action.AUDIT_VIEW)
@resource.response(200, RecordStateSchema)
def check_record(record_id: UUID) -> ChainState:
    """Go through the record of a dossier or an account: is anything altered, removed or moved?"""
    with transaction():
        return looking.check_chain(record_id, by=current_actor())


@resource.route("/audit/exports", methods=["POST"])
@requires(Action.AUDIT_VIEW)
@resource.arguments(ExportSchema)
@resource.doc(
    responses={
        200: {
            "description": "The events that were found.",
            "content": dict.fromkeys(MEDIA_TYPES.values(), _FILE),
        }
    }
)
def export(data: dict[str, Any]) -> Response:
    """Take what a search finds along as a file; the purpose goes on record."""
    form = data["form"]
    with transaction():
        found = looking.export(_search(data), purpose=data["purpose"], by=current_actor())
        body = files.as_csv(found) if form == "csv" else files.as_json_lines(found)
    answer = Response(body, content_type=MEDIA_TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="record.{form}"'
    return answer


def _search(asked: Mapping[str, Any]) -> Search:
    """The search that was asked for; raises SubjectUnknown, AgencyUnknown."""
    about, tag = asked["about"], asked["tag"]
    chain = chain_named(about, visible_to=current_actor()) if about else asked["record"]
    return Search(
        actor=actor_named(asked["person"]) if asked["person"] else None,
        subject=asked["subject"] or None,
        chain=chain,
        tags=(tag,) if tag else tuple(map(str, GROUPS.get(asked["group"], ()))),
        agency_id=accounts.known_agency(asked["agency"]).id if asked["agency"] else None,
        first_day=asked["first_day"],
        last_day=asked["last_day"],
    )
