"""Documents of a dossier, for whoever may read them."""

from typing import Final
from uuid import UUID

from flask import Blueprint, Response

from dossiers.archiving.queries import archived_of
from dossiers.looks import note_reading
from dossiers.opening import find_document
from storage import store
from storage.serving import send
from web.visitors import known_visitor

SHOWN_IN_THE_BROWSER: Final = frozenset({"application/pdf", "image/jpeg", "image/png"})

blueprint = Blueprint("downloads", __name__)


@blueprint.get("/documents/<uuid:document_id>")
def document(document_id: UUID) -> Response:
    """One document. What a browser shows safely it may show, everything else is saved to disk."""
    actor = known_visitor()
    found = find_document(document_id, visible_to=actor)
    note_reading(found, actor)
    response = send(store(), found, save=found.media_type not in SHOWN_IN_THE_BROWSER)
    if found.confidential:
        response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/documents/<uuid:document_id>/archived")
def archived(document_id: UUID) -> Response:
    """A result with the proofs that its signatures need in later years, once they were added."""
    actor = known_visitor()
    found = find_document(document_id, visible_to=actor)
    kept = archived_of(found)
    note_reading(found, actor)
    response = send(store(), kept, save=True)
    if found.confidential:
        response.headers["Cache-Control"] = "no-store"
    return response
