"""Following a petition, by account or by link; and those that were published."""

from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.database import transaction
from core.errors import MotcuaError
from core.i18n import sentences_of
from dossiers.feedback import operations, queries
from dossiers.feedback.errors import PetitionNotFound
from dossiers.feedback.models import Petition
from web.feedback.blueprint import blueprint
from web.visitors import known_visitor, told, visitor
from web.wording import petition_state

LONGEST = 5000


@blueprint.get("/published")
def published() -> str:
    """What was asked and answered, without people."""
    return render_template("feedback/published.html", found=queries.published())


@blueprint.get("/mine")
def own() -> str:
    """One's own, newest first."""
    found = queries.own_petitions(visible_to=known_visitor())
    return render_template("feedback/own.html", found=found, state=petition_state)


@blueprint.get("/<uuid:petition_id>")
def petition(petition_id: UUID) -> str:
    """One petition of one's own."""
    return _page(_own(petition_id), "", {})


@blueprint.post("/<uuid:petition_id>/reply")
def reply(petition_id: UUID) -> Response | tuple[str, int]:
    """Say what was asked."""
    _own(petition_id)
    return _replied(petition_id, "")


@blueprint.get("/link/<secret>")
def by_link(secret: str) -> str:
    """The petition of somebody without an account."""
    return _page(queries.find_by_secret(secret), secret, {})


@blueprint.post("/link/<secret>")
def reply_by_link(secret: str) -> Response | tuple[str, int]:
    """Say what was asked."""
    return _replied(queries.find_by_secret(secret).id, secret)


def _own(petition_id: UUID) -> Petition:
    actor = known_visitor()
    found = queries.find_petition(petition_id, visible_to=actor)
    if not queries.is_own(found, actor):
        raise PetitionNotFound
    return found


def _replied(petition_id: UUID, secret: str) -> Response | tuple[str, int]:
    text = request.form.get("text", "")[:LONGEST]
    try:
        with transaction():
            operations.reply(petition_id, text=text, actor=visitor(), secret=secret)
    except MotcuaError as error:
        found = queries.find_by_secret(secret) if secret else _own(petition_id)
        return _page(found, secret, {"text": sentences_of(error)}), error.status
    home = url_for("feedback.by_link", secret=secret)
    own_page = url_for("feedback.petition", petition_id=petition_id)
    return told(_("Your reply was sent."), home if secret else own_page)


def _page(found: Petition, secret: str, errors: dict[str, str]) -> str:
    reply_to = url_for("feedback.reply_by_link", secret=secret)
    own_reply = url_for("feedback.reply", petition_id=found.id)
    return render_template(
        "feedback/petition.html",
        petition=found,
        state=petition_state(found.state),
        reply_to=reply_to if secret else own_reply,
        errors=errors,
    )
