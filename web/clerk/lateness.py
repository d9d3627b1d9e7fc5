"""Noting why a dossier is late."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts.policy import Action
from core.database import transaction
from core.i18n import sentences_of
from dossiers import queries as dossiers
from reporting import operations, queries
from reporting.errors import CauseUnknown, NotLate
from reporting.words import cause_name
from web.clerk.blueprint import blueprint
from web.visitors import known_visitor, told


@blueprint.get("/dossiers/<reference>/lateness")
def ask_about_lateness(reference: str) -> str:
    """Ask why the dossier is late."""
    return _page(reference, "")


@blueprint.post("/dossiers/<reference>/lateness")
def note_lateness(reference: str) -> Response | tuple[str, int]:
    """Note why the dossier is late."""
    actor = known_visitor()
    found = dossiers.find_dossier_by_reference(reference, visible_to=actor)
    try:
        with transaction():
            operations.note_cause(found.id, request.form.get("cause", ""), by=actor)
    except (CauseUnknown, NotLate) as error:
        return _page(reference, sentences_of(error)), error.status
    return told(_("The cause is noted."), url_for("clerk.dossier", reference=reference))


def _page(reference: str, error: str) -> str:
    actor = known_visitor()
    found = dossiers.find_dossier_by_reference(reference, visible_to=actor)
    policy.require(actor, Action.OVERDUE_EXPLAIN, found)
    noted = queries.cause_of(found)
    return render_template(
        "clerk/lateness.html",
        dossier=found,
        causes=[(code, cause_name(code)) for code in operations.causes()],
        noted=noted.cause if noted else "",
        errors={"cause": error} if error else {},
    )
