"""My documents: the store of what was given or issued once, to be used again instead of asked again."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from accounts import policy
from accounts.actor import Kind
from accounts.errors import ActionRefused
from accounts.policy import Action
from core.database import transaction
from core.errors import InvalidRequest
from core.i18n import sentences_of
from dossiers.errors import DocumentNotFound
from dossiers.holdings import operations, queries
from dossiers.holdings.errors import HoldingNotFitting, HoldingUsed
from dossiers.holdings.models import Holding
from dossiers.holdings.operations import Particulars
from dossiers.opening import find_document
from dossiers.operations.documents import discard
from dossiers.queries import find_dossier_by_reference
from forms import code_tables
from storage import store
from storage.serving import send
from web.citizen.blueprint import blueprint as dossiers_pages
from web.cursors import cursor
from web.downloads import SHOWN_IN_THE_BROWSER
from web.languages import current
from web.papers import name_of_paper
from web.visitors import known_visitor, told

PAGE_SIZE: Final = 20
TYPES: Final = "document-types"
LONGEST: Final = 200

blueprint = Blueprint("store", __name__, template_folder="templates", url_prefix="/store")


@blueprint.before_request
def _for_applicants() -> None:
    """The authority has no such pages: it sees what is in a dossier."""
    if known_visitor().kind is not Kind.CITIZEN:
        raise ActionRefused


@blueprint.get("/")
def documents() -> str:
    """What is kept, and what could be."""
    actor = known_visitor()
    found = queries.holdings(visible_to=actor, after=cursor(), limit=PAGE_SIZE + 1)
    return render_template(
        "citizen/store.html",
        holdings=found[:PAGE_SIZE],
        keepable=queries.keepable(visible_to=actor),
        paper_name=lambda document: name_of_paper(document, current()),
        type_name=type_name,
        is_good=queries.is_good,
        last=found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None,
    )


@blueprint.get("/<uuid:holding_id>")
def document(holding_id: UUID) -> str:
    """One document, and every time it was used."""
    return _page(_found(holding_id))


@blueprint.get("/<uuid:holding_id>/content")
def content(holding_id: UUID) -> Response:
    """Its file."""
    found = _found(holding_id)
    return send(store(), found, save=found.media_type not in SHOWN_IN_THE_BROWSER)


@blueprint.post("/<uuid:holding_id>/hide")
def hide(holding_id: UUID) -> AnyResponse:
    """Offer it no longer, or again."""
    hidden = request.form.get("hidden") != "no"
    with transaction():
        operations.hide(holding_id, hidden=hidden, actor=known_visitor())
    message = _("The document is not offered any more.") if hidden else _("It is offered again.")
    return told(message, url_for("store.document", holding_id=holding_id))


@blueprint.post("/<uuid:holding_id>/delete")
def delete(holding_id: UUID) -> AnyResponse | tuple[str, int]:
    """Take it out of the store, if no dossier holds it."""
    try:
        with transaction():
            key = operations.delete(holding_id, actor=known_visitor())
    except HoldingUsed as error:
        return _page(_found(holding_id), sentences_of(error)), error.status
    store().delete(key)
    return told(_("The document was deleted."), url_for("store.documents"))


@blueprint.get("/keep/<uuid:document_id>")
def ask_to_keep(document_id: UUID) -> str:
    """Ask what stands on a document that is to be kept."""
    return _keep_page(document_id, {}, {})


@blueprint.post("/keep/<uuid:document_id>")
def keep(document_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keep a document of a finished dossier."""
    actor, typed = known_visitor(), {name: request.form.get(name, "").strip() for name in _FIELDS}
    found = find_document(document_id, visible_to=actor)
    policy.require(actor, Action.HOLDING_KEEP, found.dossier)
    try:
        particulars = _particulars(typed)
    except ValueError:
        errors = {"valid_until": _("Write the day as year, month and day, such as 2027-12-31")}
        return _keep_page(document_id, typed, errors), 400
    kept, written = operations.put_copy(found), False
    try:
        with transaction():
            operations.keep(document_id, kept, particulars, actor=actor)
        written = True
    except InvalidRequest as error:
        return _keep_page(document_id, typed, {"valid_until": sentences_of(error)}), 400
    finally:
        if not written:
            store().delete(kept.storage_key)
    return told(_("The document is kept for you."), url_for("store.documents"))


@dossiers_pages.post("/<reference>/documents/<kind>/reuse")
def reuse(reference: str, kind: str) -> AnyResponse:
    """Use a document of the store for a kind of paper instead of attaching a file."""
    actor = known_visitor()
    dossier = find_dossier_by_reference(reference, visible_to=actor)
    policy.require(actor, Action.DOCUMENT_UPLOAD, dossier)
    holding = queries.find_holding(_sent_id(), visible_to=actor)
    copy, written = operations.copy_for(holding, dossier), False
    try:
        with transaction():
            operations.use(dossier.id, kind, holding.id, copy, actor=actor)
        written = True
    finally:
        if not written:
            discard(copy)
    return redirect(url_for("citizen.documents", reference=reference, _anchor=kind), 303)


def type_name(holding: Holding) -> str:
    """What its type is called."""
    for option in code_tables.codes(TYPES):
        if option.value == holding.document_type:
            return option.labels.get(current(), option.value)
    return holding.document_type


_FIELDS: Final = ("issuer", "number", "valid_from", "valid_until")


def _particulars(typed: dict[str, str]) -> Particulars:
    """What was typed; raises ValueError for what is no day."""
    days = {name: _day(typed[name]) for name in ("valid_from", "valid_until")}
    return Particulars(typed["issuer"][:LONGEST], typed["number"][:LONGEST], **days)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _sent_id() -> UUID:
    try:
        return UUID(request.form.get("holding", ""))
    except ValueError as error:
        raise HoldingNotFitting from error


def _found(holding_id: UUID) -> Holding:
    return queries.find_holding(holding_id, visible_to=known_visitor())


def _page(found: Holding, error: str = "") -> str:
    actor = known_visitor()
    return render_template(
        "citizen/holding.html",
        holding=found,
        name=type_name(found),
        good=queries.is_good(found),
        uses=queries.uses_of(found),
        may_manage=policy.allows(actor, Action.HOLDING_MANAGE, found),
        errors={"delete": error} if error else {},
    )


def _keep_page(document_id: UUID, typed: dict[str, Any], errors: dict[str, str]) -> str:
    actor = known_visitor()
    found = find_document(document_id, visible_to=actor)
    policy.require(actor, Action.HOLDING_KEEP, found.dossier)
    if not queries.kept_as(found, found.dossier):
        raise DocumentNotFound
    name = name_of_paper(found, current())
    return render_template(
        "citizen/keep.html", document=found, name=name, typed=typed, errors=errors
    )
