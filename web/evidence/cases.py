"""Asking for the archive of a case, and fetching it."""

from uuid import UUID

from flask import Response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from accounts import policy
from accounts.freshness import require_fresh
from accounts.policy import Action
from auditing.errors import PurposeMissing
from auditing.evidence.asking import (
    MEDIA_TYPE,
    ask_for_evidence,
    evidence_of,
    fetch_evidence,
)
from core.database import transaction
from core.errors import MotcuaError
from core.i18n import sentences_of
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier
from dossiers.queries import find_dossier, find_dossier_by_reference
from storage.inspection.names import safe_name
from web.evidence.blueprint import blueprint
from web.languages import current
from web.visitors import known_visitor, told

LONGEST = 500


@blueprint.get("/cases/<reference>")
def case(reference: str) -> str:
    """What the archive is, those that one has asked for, and asking for one."""
    return _page(_found(reference), {})


@blueprint.get("/cases/<reference>/ask")
def ask(reference: str) -> str:
    """Ask again who it is, and then what the archive is for."""
    found = _found(reference)
    require_fresh(known_visitor())
    return _page(found, {}, asking=True)


@blueprint.post("/cases/<reference>")
def make(reference: str) -> AnyResponse | tuple[str, int]:
    """Let the archive be made."""
    found, actor = _found(reference), known_visitor()
    purpose = request.form.get("purpose", "")[:LONGEST]
    try:
        with transaction():
            ask_for_evidence(found.id, purpose=purpose, language=current(), by=actor)
    except PurposeMissing as error:
        return _page(found, {"purpose": sentences_of(error)}, asking=True), error.status
    except MotcuaError as error:
        if error.status == _FORBIDDEN:
            raise
        return _page(found, {"": sentences_of(error)}), error.status
    done = _("The archive is being made. Come back to this page in a minute.")
    return told(done, url_for("evidence.case", reference=found.reference))


@blueprint.get("/archives/<uuid:evidence_id>")
def fetch(evidence_id: UUID) -> Response:
    """The archive itself, to be saved."""
    actor = known_visitor()
    with transaction():
        export, file = fetch_evidence(evidence_id, by=actor)
        dossier = find_dossier(export.dossier_id, visible_to=actor)
        name = f"{safe_name(dossier.code or dossier.reference)}.zip"
    response = send_file(file, mimetype=MEDIA_TYPE, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


_FORBIDDEN = 403


def _found(reference: str) -> Dossier:
    """The case; one that may be seen and not exported is as good as not there."""
    found = find_dossier_by_reference(reference, visible_to=known_visitor())
    if not policy.allows(known_visitor(), Action.EVIDENCE_EXPORT, found):
        raise DossierNotFound
    return found


def _page(dossier: Dossier, errors: dict[str, str], *, asking: bool = False) -> str:
    return render_template(
        "evidence/case.html",
        dossier=dossier,
        archives=evidence_of(dossier, by=known_visitor()),
        asking=asking,
        own=policy.allows(known_visitor(), Action.DOSSIER_VIEW_PERSONAL, dossier),
        typed=request.form.get("purpose", ""),
        errors=errors,
    )
