"""My results: what the register holds for the visitor and his organisations, and certified copies."""

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from accounts.actor import Kind
from accounts.errors import ActionRefused
from core.database import transaction
from dossiers import register
from dossiers.register_entries import copies, queries
from dossiers.register_entries.follow_ups import INVITED
from dossiers.register_entries.rules import rules_of
from web.cursors import cursor
from web.register_words import facts_of, service_name
from web.visitors import known_visitor, told

PAGE_SIZE: Final = 20

blueprint = Blueprint("results", __name__, template_folder="templates", url_prefix="/results")


@blueprint.before_request
def _for_applicants() -> None:
    """Staff have pages of their own."""
    if known_visitor().kind is not Kind.CITIZEN:
        raise ActionRefused


@blueprint.get("/")
def results() -> str:
    """One's own results, newest first."""
    found = queries.entries_of(visible_to=known_visitor(), after=cursor(), limit=PAGE_SIZE + 1)
    return render_template(
        "citizen/results.html",
        entries=found[:PAGE_SIZE],
        state_of=register.state_of,
        service_name=service_name,
        last=found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None,
    )


@blueprint.get("/<uuid:entry_id>")
def result(entry_id: UUID) -> str:
    """One result: where it stands, what happened to it, its copies, what is to be done next."""
    actor = known_visitor()
    entry = queries.find_entry(entry_id, visible_to=actor)
    return render_template(
        "citizen/result.html",
        entry=entry,
        service=service_name(entry),
        state=register.state_of(entry),
        facts=facts_of(entry),
        history=queries.history(entry),
        dossier=queries.dossier_behind(entry),
        copies=queries.copies_of(entry),
        may_copy=copies.may_have_copies(entry, actor),
        invitations=_invitations(entry_id),
    )


@blueprint.post("/<uuid:entry_id>/copies")
def ask_for_copy(entry_id: UUID) -> AnyResponse:
    """Ask for a certified copy."""
    with transaction():
        copies.ask_for_copy(entry_id, actor=known_visitor())
    message = _("The certified copy is being made. Load this page again in a minute.")
    return told(message, url_for("results.result", entry_id=entry_id))


@blueprint.get("/copies/<uuid:copy_id>")
def copy(copy_id: UUID) -> Response:
    """A certified copy; on record."""
    with transaction():
        _found, content = copies.fetch_copy(copy_id, actor=known_visitor())
    return send_file(content, mimetype=copies.MEDIA_TYPE, download_name="copy.pdf")


def _invitations(entry_id: UUID) -> list[str]:
    """The services for which the holder is invited to apply."""
    entry = queries.find_entry(entry_id, visible_to=known_visitor())
    rules = rules_of(entry).manifest.follow_ups
    sent = [each.name for each in queries.follow_ups_of(entry) if each.outcome == INVITED]
    invited = {rules[name].invite for name in sent if name in rules}
    return sorted(invited - {""})
