"""The documents of an application: one after the other, plain uploads."""

from dataclasses import dataclass
from typing import BinaryIO, cast
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import transaction
from core.errors import InvalidRequest
from core.i18n import pick, sentences_of
from dossiers import operations, queries
from dossiers.holdings.models import Holding
from dossiers.holdings.queries import fitting
from dossiers.models import Document, Dossier, DossierStatus
from dossiers.requests.queries import supplement_asked
from web import languages, limits
from web.citizen.blueprint import blueprint
from web.limits import limiter
from web.requests import Item, items_of
from web.visitors import known_visitor


@dataclass(frozen=True)
class Paper:
    """A kind of document with what has been attached of it."""

    kind: str
    name: str
    hint: str
    required: bool
    documents: tuple[Document, ...]
    fitting: tuple[Holding, ...] = ()


@blueprint.get("/<reference>/documents")
def documents(reference: str) -> str:
    """What must be attached, and what has been."""
    dossier = queries.find_dossier_by_reference(reference, visible_to=known_visitor())
    return _page(dossier, {})


@blueprint.post("/<reference>/documents/<kind>")
@limiter.limit(limits.UPLOAD)
def attach(reference: str, kind: str) -> Response | tuple[str, int]:
    """Attach one file. It is inspected and stored before the dossier's row is locked."""
    actor = known_visitor()
    dossier = queries.find_dossier_by_reference(reference, visible_to=actor)
    policy.require(actor, Action.DOCUMENT_UPLOAD, dossier)
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(dossier, {kind: _("Choose a file first")}), 400
    try:
        upload = operations.store_upload(
            dossier.id,
            file.filename,
            cast("BinaryIO", file.stream),
            limit_bytes=current_app.config["UPLOAD_BYTES"],
        )
    except InvalidRequest as error:
        return _page(dossier, {kind: sentences_of(error)}), 400
    with transaction():
        operations.attach_document(dossier.id, kind, upload, actor=actor)
    return redirect(url_for("citizen.documents", reference=reference, _anchor=kind), 303)


@blueprint.post("/<reference>/documents/<uuid:document_id>/remove")
def remove(reference: str, document_id: UUID) -> Response:
    """Take a document out again."""
    with transaction():
        operations.remove_document(document_id, actor=known_visitor())
    flash(_("The document was removed."), "done")
    return redirect(url_for("citizen.documents", reference=reference), 303)


def papers(dossier: Dossier, *, visible_to: Actor | None = None) -> list[Paper]:
    """The kinds of documents that the answers call for, and others that were attached.

    For who is `visible_to`, with what his store has of each kind.
    """
    pack = queries.pack_of(dossier)
    required = queries.required_papers(dossier, pack, dossier.answers)
    attached = [each for each in queries.documents(dossier) if each.origin == "applicant"]
    others = [each.document_type for each in attached if each.document_type not in required]
    return [
        Paper(
            kind=kind,
            name=pack.document_name(kind, languages.current()),
            hint=pick(pack.document_type(kind).hint, languages.current()),
            required=kind in required,
            documents=tuple(each for each in attached if each.document_type == kind),
            fitting=tuple(fitting(dossier, kind, visible_to=visible_to)) if visible_to else (),
        )
        for kind in dict.fromkeys([*required, *others])
    ]


def _page(dossier: Dossier, errors: dict[str, str]) -> str:
    return render_template(
        "citizen/documents.html",
        dossier=dossier,
        papers=papers(dossier, visible_to=known_visitor()),
        errors=errors,
        asked=_asked_by_kind(dossier),
        megabytes=current_app.config["UPLOAD_BYTES"] // 1024**2,
    )


def _asked_by_kind(dossier: Dossier) -> dict[str, list[Item]]:
    """What the agency asks about each kind of paper."""
    if dossier.status is not DossierStatus.AWAITING_SUPPLEMENT:
        return {}
    asked = [each for each in items_of(supplement_asked(dossier), dossier) if each.paper]
    return {
        kind: [each for each in asked if each.paper == kind]
        for kind in {each.paper for each in asked}
    }
