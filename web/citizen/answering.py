"""The questions of an application, a page at a time. Answers are checked when a page is sent."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts import policy
from accounts.policy import Action
from core.database import transaction
from dossiers import operations, queries
from dossiers.errors import DraftChangedMeanwhile
from dossiers.models import Dossier, DossierStatus
from dossiers.requests.queries import supplement_asked
from forms import AnswersInvalid, Page, Path
from forms.components import own_level
from forms.rendering import render_page
from web import languages
from web.citizen import steps
from web.citizen.blueprint import blueprint
from web.principals import Change, changes
from web.requests import Item, items_of
from web.visitors import known_visitor

CHECK = "check"


@blueprint.get("/<reference>/questions/<page_id>")
def question(reference: str, page_id: str) -> str | Response:
    """A page of questions with what was answered before."""
    dossier = _editable(reference)
    return _page(dossier, steps.page_of(dossier, page_id), dossier.answers, {})


@blueprint.post("/<reference>/questions/<page_id>")
def answer(reference: str, page_id: str) -> str | Response | tuple[str, int]:
    """Keep the answers of a page and lead on; or show the page again with what is wrong.

    Answers that are kept for later are kept as typed: they are checked when the applicant goes on.
    """
    dossier = _editable(reference)
    page = steps.page_of(dossier, page_id)
    form, sent = steps.form_of(dossier), request.form
    if "change_language" in sent:
        languages.choose(sent["change_language"])
        return _page(dossier, page, form.answers_from(sent, page), {})
    with_other_rows = form.rows_changed(sent, page)
    if with_other_rows is not None:
        return _page(dossier, page, with_other_rows, {})
    typed = form.answers_from(sent, page)
    try:
        if "later" in sent:
            _keep(dossier, page, typed)
            return redirect(url_for("citizen.dossier", reference=reference), 303)
        clean = form.load_page(page, typed, languages.current(), context=dossier.answers)
        return redirect(_keep(dossier, page, clean), 303)
    except AnswersInvalid as error:
        return _page(dossier, page, typed, error.fields), 400
    except DraftChangedMeanwhile as error:
        return _page(_editable(reference), page, typed, {}, since=_seen()), error.status


def _editable(reference: str) -> Dossier:
    actor = known_visitor()
    dossier = queries.find_dossier_by_reference(reference, visible_to=actor)
    policy.require(actor, Action.DOSSIER_EDIT, dossier)
    return dossier


def _keep(dossier: Dossier, page: Page, answers: dict[str, Any]) -> str:
    """Save a page's answers, forgetting those now left blank; returns where to go next."""
    left_blank = dict.fromkeys(str(one.key) for one in own_level(page.components))
    with transaction():
        saved = operations.save_answers(
            dossier.id, left_blank | answers, actor=known_visitor(), untouched_since=_seen()
        )
        correcting = request.args.get("back") == CHECK
        return steps.after(saved, page, correcting=correcting)


def _seen() -> int | None:
    """The version from which the page was drawn, if it says so."""
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None  # noqa: PLR2004  beyond any version


def _changes(dossier: Dossier, page: Page, since: int) -> list[tuple[Change, list[Any]]]:
    """Who changed answers of this page, with the answers as they are now."""
    labels = steps.questions(dossier)
    own = {str(one.key) for one in own_level(page.components)}
    rows = steps.form_of(dossier).summary(dossier.answers, languages.current())
    return [
        (change, [row for row in rows if str(row.path[0]) in change.edit.fields & own])
        for change in changes(dossier, labels, after=since)
        if change.edit.actor != known_visitor().id and change.edit.fields & own
    ]


def _page(
    dossier: Dossier,
    page: Page,
    answers: dict[str, Any],
    errors: dict[Path, list[str]],
    *,
    since: int | None = None,
) -> str:
    """The page of questions; `since` is the version after which others changed it."""
    language = languages.current()
    form = steps.form_of(dossier)
    return render_template(
        "citizen/question.html",
        dossier=dossier,
        heading=page.title(language),
        fields=render_page(form, page, answers, errors, language, context=dossier.answers),
        failed=bool(errors) or since is not None,
        version=dossier.version if since is not None else _seen() or dossier.version,
        changes=_changes(dossier, page, since) if since is not None else [],
        asked=_asked_here(dossier, page),
        back=steps.before(dossier, page, correcting=request.args.get("back") == CHECK),
    )


def _asked_here(dossier: Dossier, page: Page) -> list[Item]:
    """What the agency asks about the questions of this page."""
    if dossier.status is not DossierStatus.AWAITING_SUPPLEMENT:
        return []
    return [
        each
        for each in items_of(supplement_asked(dossier), dossier)
        if each.page_id == page.id and not each.paper
    ]
