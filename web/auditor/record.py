"""Searching the record, one chain of it, and taking what was found along as a file."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from auditing import files, looking
from auditing.errors import DaysWrong, SubjectUnknown
from auditing.searching import (
    GROUPS,
    Place,
    Search,
    actor_named,
    chain_named,
    names_of,
    read_place,
    written_place,
)
from core.audit import AuditEvent
from core.database import transaction
from core.errors import MotcuaError
from core.i18n import sentences_of
from web.auditor.blueprint import PAGE_SIZE, agency_items, auditor, blueprint, sent_day, sent_id
from web.visitors import told

FIELDS: Final = ("person", "about", "subject", "group", "tag", "agency", "first", "last")
WRONG_FIELD: Final[dict[type[MotcuaError], str]] = {SubjectUnknown: "about", DaysWrong: "first"}


@blueprint.get("/")
def overview() -> str | tuple[str, int]:
    """The search, and what it finds; nothing is looked for before something is asked."""
    typed = {name: request.args.get(name, "").strip() for name in FIELDS}
    try:
        asked = _asked(typed)
    except MotcuaError as error:
        field = WRONG_FIELD.get(type(error), "")
        text = sentences_of(error)
        return _page(typed, None, errors={field: text}), 422
    if not request.args:
        return _page(typed, None)
    with transaction():
        found = looking.search(asked, by=auditor(), after=_after(), limit=PAGE_SIZE + 1)
    return _page(typed, found)


@blueprint.get("/chains/<uuid:chain>")
def chain(chain: UUID) -> str:
    """One dossier's or account's chain: whether it holds, and its events."""
    with transaction():
        state = looking.check_chain(chain, by=auditor())
        found = looking.search(
            Search(chain=chain), by=auditor(), after=_after(), limit=PAGE_SIZE + 1
        )
    shown = found[:PAGE_SIZE]
    return render_template(
        "auditor/chain.html",
        state=state,
        found=shown,
        names=_names(shown),
        told_details=told_details,
        more=_more(found),
    )


@blueprint.post("/export")
def export() -> Response | AnyResponse:
    """What a search finds, as a file; the purpose goes on record."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    purpose, form = request.form.get("purpose", ""), request.form.get("form", "csv")
    try:
        with transaction():
            found = looking.export(_asked(typed), purpose=purpose, by=auditor())
            lines = form == "jsonl"
            body = files.as_json_lines(found) if lines else files.as_csv(found)
    except MotcuaError as error:
        asked: dict[str, Any] = {name: value for name, value in typed.items() if value}
        address = url_for("auditor.overview", **asked)
        return told(sentences_of(error), address)
    kind = "application/jsonl" if lines else "text/csv"
    answer = Response(body, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="record.{form}"'
    return answer


def told_details(event: AuditEvent) -> str:
    """The details of an event in one line."""
    if event.details is None:
        return _("erased") if event.salt is None else ""
    return "; ".join(f"{name}: {_plain(value)}" for name, value in event.details.items())


def _asked(typed: dict[str, str]) -> Search:
    """The search that was typed; raises SubjectUnknown, DaysWrong."""
    group = GROUPS.get(typed["group"], ())
    about = typed["about"]
    return Search(
        actor=actor_named(typed["person"]) if typed["person"] else None,
        subject=typed["subject"] or None,
        chain=chain_named(about, visible_to=auditor()) if about else None,
        tags=(typed["tag"],) if typed["tag"] else tuple(map(str, group)),
        agency_id=sent_id("agency"),
        first_day=sent_day("first"),
        last_day=sent_day("last"),
    )


def _page(
    typed: dict[str, str], found: list[AuditEvent] | None, errors: dict[str, str] | None = None
) -> str:
    shown = (found or [])[:PAGE_SIZE]
    return render_template(
        "auditor/record.html",
        typed=typed,
        searched=found is not None,
        found=shown,
        names=_names(shown),
        told_details=told_details,
        more=_more(found or []),
        agencies=agency_items(typed["agency"], everywhere=_("All agencies")),
        errors=errors or {},
    )


def _names(events: Sequence[AuditEvent]) -> dict[str, str]:
    return names_of(sorted({each.actor for each in events}))


def _more(found: Sequence[AuditEvent]) -> str | None:
    """The address of the next page."""
    if len(found) <= PAGE_SIZE:
        return None
    values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict()}
    values["after"] = written_place(found[PAGE_SIZE - 1])
    return url_for(str(request.endpoint), **values)


def _after() -> Place | None:
    """The place behind which to go on; None at the beginning, and for nonsense."""
    try:
        return read_place(request.args.get("after", ""))
    except ValueError:
        return None


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
