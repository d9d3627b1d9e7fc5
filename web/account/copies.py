"""Asking for a copy of everything kept about oneself, and fetching it."""

from uuid import UUID

from flask import Response, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from accounts.freshness import require_fresh
from core.database import transaction
from core.errors import Conflict
from core.i18n import sentences_of
from dossiers.operations.exports import MEDIA_TYPE, ask_for_export, exports, fetch_export
from web.account.blueprint import blueprint
from web.languages import current
from web.visitors import known_visitor, own_account, told


@blueprint.get("/account/copies")
def copies() -> str:
    """What a copy is, and the copies that can be fetched."""
    return _page()


@blueprint.get("/account/copies/ask")
def ask_copy() -> str:
    """Ask again who it is, and then whether a copy is really wanted."""
    own_account()
    require_fresh(known_visitor())
    return _page(asking=True)


@blueprint.post("/account/copies")
def make_copy() -> AnyResponse | tuple[str, int]:
    """Let a copy be made."""
    actor = known_visitor()
    own_account()
    try:
        with transaction():
            ask_for_export(by=actor, language=current())
    except Conflict as error:
        return _page(error=sentences_of(error)), error.status
    done = _("The copy is being made. You get an e-mail once it is ready, if we know your address.")
    return told(done, url_for("account.copies"))


@blueprint.get("/account/copies/<uuid:export_id>")
def fetch_copy(export_id: UUID) -> Response:
    """The copy itself, to be saved."""
    actor = known_visitor()
    own_account()
    with transaction():
        export, file = fetch_export(export_id, by=actor)
        name = f"motcua-{export.asked_at:%Y-%m-%d}.zip"
    response = send_file(file, mimetype=MEDIA_TYPE, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(*, asking: bool = False, error: str = "") -> str:
    own_account()
    found = exports(by=known_visitor())
    return render_template("account/copies.html", copies=found, asking=asking, error=error)
