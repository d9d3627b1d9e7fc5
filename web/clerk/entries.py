"""Entries of the register as staff see them: history with reasons, follow-ups, copies, procedures."""

from typing import Final
from uuid import UUID

from flask import Response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from accounts import policy
from accounts.policy import Action
from core.database import transaction
from core.i18n import pick
from dossiers import register
from dossiers.register_entries import copies, procedures, queries
from dossiers.register_entries.rules import rules_of
from web.clerk.blueprint import blueprint
from web.clerk.queues import name_of
from web.cursors import cursor
from web.languages import current
from web.register_words import facts_of, service_name
from web.visitors import known_visitor, told

PAGE_SIZE: Final = 20


@blueprint.get("/entries")
def entries() -> str:
    """Entries of the visitor's agencies, searched by number, holder or fact."""
    actor = known_visitor()
    policy.require_ever(actor, Action.DOSSIER_VIEW)
    text = request.args.get("text", "").strip()[:100]
    found = queries.entries_of(visible_to=actor, text=text, after=cursor(), limit=PAGE_SIZE + 1)
    return render_template(
        "clerk/entries.html",
        text=text,
        entries=found[:PAGE_SIZE],
        state_of=register.state_of,
        last=found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None,
    )


@blueprint.get("/entries/<uuid:entry_id>")
def entry(entry_id: UUID) -> str:
    """One entry with everything that happened to it, and what can be begun about it."""
    actor = known_visitor()
    found = queries.find_entry(entry_id, visible_to=actor)
    dossier = queries.dossier_behind(found)
    offered = rules_of(found).manifest.register.procedures
    return render_template(
        "clerk/entry.html",
        entry=found,
        service=service_name(found),
        state=register.state_of(found),
        facts=facts_of(found),
        history=queries.history(found),
        follow_ups=queries.follow_ups_of(found),
        copies=queries.copies_of(found),
        may_copy=copies.may_have_copies(found, actor),
        procedures={key: pick(each.name, current()) for key, each in offered.items()},
        may_proceed=policy.allows(actor, Action.ENTRY_PROCEED, dossier),
        dossier=dossier,
        name_of=name_of,
    )


@blueprint.post("/entries/<uuid:entry_id>/copies")
def ask_for_copy(entry_id: UUID) -> AnyResponse:
    """Ask for a certified copy, for somebody at the desk."""
    with transaction():
        copies.ask_for_copy(entry_id, actor=known_visitor())
    message = _("The certified copy is being made. Load this page again in a minute.")
    return told(message, url_for("clerk.entry", entry_id=entry_id))


@blueprint.get("/copies/<uuid:copy_id>")
def certified_copy(copy_id: UUID) -> Response:
    """A certified copy; on record."""
    with transaction():
        _found, content = copies.fetch_copy(copy_id, actor=known_visitor())
    return send_file(content, mimetype=copies.MEDIA_TYPE, download_name="copy.pdf")


@blueprint.post("/entries/<uuid:entry_id>/procedures")
def begin_procedure(entry_id: UUID) -> AnyResponse:
    """Begin a case about the entry."""
    name = request.form.get("procedure", "")
    with transaction():
        procedures.begin_procedure(entry_id, name, actor=known_visitor())
    return told(_("The case has begun."), url_for("clerk.entry", entry_id=entry_id))
