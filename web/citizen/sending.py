"""Checking the whole application, sending it, and replying when the agency asks for more."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.database import transaction
from core.errors import InvalidRequest
from core.i18n import pick, sentences_of
from dossiers import operations, queries
from dossiers.errors import (
    DocumentsMissing,
    DossierNotEditable,
    PapersBeingChecked,
    PapersRefused,
)
from dossiers.models import Dossier, DossierStatus
from dossiers.queries import TaskItem
from dossiers.register_entries.about import in_the_way
from dossiers.register_entries.errors import EntryNotTheirs, EntryStands
from dossiers.requests.errors import RequestNotFound
from dossiers.requests.operations import tick
from dossiers.requests.queries import supplement_asked
from dossiers.requests.rules import require_undecided
from dossiers.uploads.damage import require_kept
from engine.errors import TaskNotFound
from forms import Path
from forms.html_answers import id_of
from forms.rendering import render_page
from storage.errors import DocumentDamaged, DocumentMissing, StoreUnavailable
from web import languages
from web.citizen import steps
from web.citizen.attaching import papers
from web.citizen.blueprint import blueprint
from web.papers import said_by_the_agency, sections_of
from web.requests import Item, items_of
from web.visitors import known_visitor

Errors = list[dict[str, str]]
# The store does not answer, or a paper is not what it was: nothing is sent, and the page says so.
NOT_KEPT = (StoreUnavailable, DocumentMissing, DocumentDamaged)


@blueprint.get("/<reference>/check")
def check(reference: str) -> str | Response:
    """Everything that will be sent, with a way to change each answer."""
    dossier = queries.find_dossier_by_reference(reference, visible_to=known_visitor())
    if dossier.status is not DossierStatus.DRAFT:
        return redirect(url_for("citizen.dossier", reference=reference), 303)
    return _check_page(dossier, [])


@blueprint.post("/<reference>/submit")
def submit(reference: str) -> Response | tuple[str, int]:
    """Send the application. Sending it twice is no harm: the second leads to its page."""
    actor = known_visitor()
    dossier = queries.find_dossier_by_reference(reference, visible_to=actor)
    try:
        require_kept(dossier.id, visible_to=actor)
        with transaction():
            operations.submit(dossier.id, actor=actor, language=languages.current())
    except DossierNotEditable:
        return redirect(url_for("citizen.dossier", reference=reference), 303)
    except (EntryStands, EntryNotTheirs, PapersBeingChecked, *NOT_KEPT) as error:
        return _check_page(dossier, [{"text": sentences_of(error), "href": "#send"}]), error.status
    except InvalidRequest as error:
        return _check_page(dossier, _linked(dossier, error)), 400
    flash(
        _("Your application was sent. Keep the reference %(reference)s.", reference=reference),
        "done",
    )
    return redirect(url_for("citizen.dossier", reference=reference), 303)


@blueprint.get("/<reference>/supplement")
def supplement(reference: str) -> str:
    """What the agency asks for, with a way to change answers and documents, and the reply."""
    dossier, item = _asked(reference)
    return _supplement_page(dossier, item, {}, [])


@blueprint.post("/<reference>/supplement")
def reply(reference: str) -> str | Response | tuple[str, int]:
    """Send the reply to the agency."""
    dossier, item = _asked(reference)
    typed = item.pack.form(item.task.form_key).answers_from(request.form)
    if "change_language" in request.form:
        languages.choose(request.form["change_language"])
        return _supplement_page(dossier, item, typed, [])
    try:
        require_kept(dossier.id, visible_to=known_visitor())
        with transaction():
            operations.complete_task(
                item.task.id,
                typed,
                actor=known_visitor(),
                language=languages.current(),
                done=_done() if "list" in request.form else None,
            )
    except (PapersBeingChecked, *NOT_KEPT) as error:
        said = [{"text": sentences_of(error), "href": "#send"}]
        return _supplement_page(dossier, item, typed, said), error.status
    except InvalidRequest as error:
        return _supplement_page(dossier, item, typed, _linked(dossier, error), error.fields), 400
    flash(_("Your reply was sent."), "done")
    return redirect(url_for("citizen.dossier", reference=reference), 303)


@blueprint.post("/<reference>/supplement/ticks")
def keep_ticks(reference: str) -> Response:
    """Keep what is ticked as mended so far."""
    actor = known_visitor()
    dossier, _item = _asked(reference)
    asked = supplement_asked(dossier)
    if asked is None:
        raise RequestNotFound
    with transaction():
        tick(asked.id, _done(), actor=actor)
    flash(_("Your ticks are kept. Nothing was sent yet."), "done")
    return redirect(url_for("citizen.supplement", reference=reference), 303)


def _asked(reference: str) -> tuple[Dossier, TaskItem]:
    """What the applicant must do; raises TaskNotFound, and DecidedAlready once it is too late."""
    actor = known_visitor()
    dossier = queries.find_dossier_by_reference(reference, visible_to=actor)
    item = queries.request_to_applicant(dossier, visible_to=actor)
    if item is None:
        require_undecided(dossier)
        raise TaskNotFound
    return dossier, item


def _done() -> list[int]:
    """The numbers of the boxes that are ticked."""
    given = request.form.getlist("done")
    return [int(each) for each in given if each.isascii() and each.isdigit() and len(each) < 4]  # noqa: PLR2004  longer than any list


def _ticked(items: list[Item]) -> list[Item]:
    """As typed, where the form was sent already."""
    if "list" not in request.form:
        return items
    done = _done()
    return [replace(each, done=each.number in done) for each in items]


def _linked(dossier: Dossier, error: InvalidRequest) -> Errors:
    """The messages of an error, each with the address where it can be mended."""
    if isinstance(error, DocumentsMissing):
        return [_missing(dossier, str(path[-1]), names) for path, names in error.fields.items()]
    if isinstance(error, PapersRefused):
        return [_refused(dossier, str(path[-1]), names) for path, names in error.fields.items()]
    return [
        {"text": message, "href": _address(dossier, path)}
        for path, messages in error.fields.items()
        for message in messages
    ]


def _missing(dossier: Dossier, kind: str, names: list[str]) -> dict[str, str]:
    address = url_for("citizen.documents", reference=dossier.reference, _anchor=kind)
    return {"text": _("Attach: %(document)s", document=names[0]), "href": address}


def _refused(dossier: Dossier, kind: str, names: list[str]) -> dict[str, str]:
    address = url_for("citizen.documents", reference=dossier.reference, _anchor=kind)
    return {"text": _("Remove or replace: %(document)s", document=names[0]), "href": address}


def _address(dossier: Dossier, path: Path) -> str:
    rows = steps.form_of(dossier).summary(dossier.answers, languages.current())
    page_id = next((row.page_id for row in rows if row.path[:1] == path[:1]), None)
    if page_id is None:
        return f"#{id_of(path)}"
    return url_for(
        "citizen.question",
        reference=dossier.reference,
        page_id=page_id,
        back="check",
        _anchor=id_of(path),
    )


def _check_page(dossier: Dossier, errors: Errors) -> str:
    return render_template(
        "citizen/check.html",
        dossier=dossier,
        sections=sections_of(dossier, visible_to=known_visitor()),
        papers=papers(dossier),
        errors=errors,
        told=_told(dossier),
    )


def _told(dossier: Dossier) -> list[str]:
    """What the register holds already of what is applied for; who applies for it may still send it."""
    try:
        found = in_the_way(dossier, queries.pack_of(dossier))
    except EntryNotTheirs:
        return []
    words = [(each.number, pick(each.message, languages.current())) for each in found]
    return [f"{message} ({number})" for number, message in words]


def _supplement_page(
    dossier: Dossier,
    item: TaskItem,
    answers: dict[str, object],
    errors: Errors,
    fields: dict[Path, list[str]] | None = None,
) -> str:
    form = item.pack.form(item.task.form_key)
    language, asked = languages.current(), supplement_asked(dossier)
    return render_template(
        "citizen/supplement.html",
        dossier=dossier,
        asked=asked,
        items=_ticked(items_of(asked, dossier)),
        said=said_by_the_agency(dossier, visible_to=known_visitor()),
        sections=sections_of(dossier, visible_to=known_visitor()),
        papers=papers(dossier),
        fields=[
            render_page(form, page, answers, fields or {}, language, bare=True)
            for page in form.pages
        ],
        errors=errors,
    )
