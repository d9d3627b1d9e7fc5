"""What an applicant asks for about a dossier he has sent: to correct it, to stop it."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts.policy import Action
from core.database import transaction
from dossiers import queries
from dossiers.masking import application_form
from dossiers.models import Dossier
from dossiers.requests import operations as requesting
from dossiers.requests.errors import RequestAnswered, RequestNotFound, RequestNotOffered
from dossiers.requests.models import DossierRequest, RequestKind, RequestState
from dossiers.requests.parts import questions_of
from dossiers.requests.queries import request_of
from dossiers.requests.rules import is_decided, offers
from forms import AnswersInvalid, Form, Page, Path
from forms.components import own_level
from forms.rendering import render_page
from web import languages
from web.admin import forms
from web.admin.forms import Field, Sheet
from web.admin.forms import Page as Answered
from web.citizen.blueprint import blueprint
from web.visitors import known_visitor, told


@blueprint.get("/<reference>/requests/correction")
def ask_correction(reference: str) -> str:
    """Ask which answers are to be corrected, and why."""
    return _correction_sheet(_open(reference, RequestKind.CORRECTION)).page()


@blueprint.post("/<reference>/requests/correction")
def send_correction(reference: str) -> Answered:
    """Ask the agency for it."""
    dossier = _open(reference, RequestKind.CORRECTION)
    return _correction_sheet(dossier).done(
        lambda: requesting.ask_correction(
            dossier.id,
            fields=forms.texts("fields"),
            reason=forms.text("reason"),
            actor=known_visitor(),
        ),
        _("Your request was sent. You are told when it is answered."),
        _home(dossier),
    )


@blueprint.get("/<reference>/requests/stop")
def ask_stop(reference: str) -> str:
    """Ask why the dossier is to be stopped."""
    return _stop_sheet(_open(reference, RequestKind.STOP)).page()


@blueprint.post("/<reference>/requests/stop")
def send_stop(reference: str) -> Answered:
    """Ask the agency for it."""
    dossier = _open(reference, RequestKind.STOP)
    return _stop_sheet(dossier).done(
        lambda: requesting.ask_stop(dossier.id, reason=forms.text("reason"), actor=known_visitor()),
        _("Your request was sent. You are told when it is answered."),
        _home(dossier),
    )


@blueprint.post("/<reference>/requests/<uuid:request_id>/take-back")
def take_back(reference: str, request_id: UUID) -> Response:
    """Take back what one asked for."""
    dossier, _asked = _found(reference, request_id)
    with transaction():
        requesting.take_back(request_id, actor=known_visitor())
    return told(_("Your request was taken back."), _home(dossier))


@blueprint.get("/<reference>/requests/<uuid:request_id>/correct")
def correct(reference: str, request_id: UUID) -> str:
    """The answers that may be corrected, as they are."""
    dossier, asked = _granted(reference, request_id)
    return _correct_page(dossier, asked, dict(dossier.answers), {})


@blueprint.post("/<reference>/requests/<uuid:request_id>/correct")
def send_corrected(reference: str, request_id: UUID) -> str | Response | tuple[str, int]:
    """Change them, once."""
    dossier, asked = _granted(reference, request_id)
    form, page = _page_of(dossier, asked)
    typed = form.answers_from(request.form, page)
    if "change_language" in request.form:
        languages.choose(request.form["change_language"])
        return _correct_page(dossier, asked, typed, {})
    blank: dict[str, Any] = dict.fromkeys(asked.what["granted"])
    try:
        with transaction():
            requesting.correct(
                request_id,
                {**blank, **typed},
                actor=known_visitor(),
                language=languages.current(),
                version=forms.number("version"),
            )
    except AnswersInvalid as error:
        return _correct_page(dossier, asked, typed, error.fields), 400
    return told(_("Your correction was made. The old answers are kept on record."), _home(dossier))


def _open(reference: str, kind: RequestKind) -> Dossier:
    actor = known_visitor()
    dossier = queries.find_dossier_by_reference(reference, visible_to=actor)
    policy.require(actor, Action.REQUEST_MAKE, dossier)
    if dossier.submitted_at is None or is_decided(dossier) or not offers(kind, dossier):
        raise RequestNotOffered
    return dossier


def _found(reference: str, request_id: UUID) -> tuple[Dossier, DossierRequest]:
    actor = known_visitor()
    dossier = queries.find_dossier_by_reference(reference, visible_to=actor)
    return dossier, request_of(reference, request_id, visible_to=actor)


def _granted(reference: str, request_id: UUID) -> tuple[Dossier, DossierRequest]:
    dossier, asked = _found(reference, request_id)
    if asked.kind is not RequestKind.CORRECTION:
        raise RequestNotFound
    if asked.state is not RequestState.GRANTED:
        raise RequestAnswered
    policy.require(known_visitor(), Action.REQUEST_MAKE, dossier)
    return dossier, asked


def _page_of(dossier: Dossier, asked: DossierRequest) -> tuple[Form, Page]:
    """A page with the granted questions alone."""
    form = application_form(dossier)
    wanted = tuple(each for each in own_level(form.components) if each.key in asked.what["granted"])
    titles = {languages.current(): _("Correct your answers")}
    return form, Page(f"correction-{asked.id}", 0, wanted, titles)


def _correct_page(
    dossier: Dossier,
    asked: DossierRequest,
    answers: dict[str, Any],
    errors: dict[Path, list[str]],
) -> str:
    form, page = _page_of(dossier, asked)
    language = languages.current()
    return render_template(
        "citizen/correct.html",
        dossier=dossier,
        asked=asked,
        fields=render_page(
            form, page, answers, errors, language, context=dossier.answers, bare=True
        ),
        errors=form.error_summary(errors, page),
    )


def _correction_sheet(dossier: Dossier) -> Sheet:
    options = [
        (key, each.label(languages.current())) for key, each in questions_of(dossier).items()
    ]
    return Sheet(
        _("Ask to correct what you sent"),
        _("Send the request"),
        [
            Field("fields", _("Answers to correct"), kind="boxes", options=options),
            Field("reason", _("Reason"), _("The agency reads it."), kind="area"),
        ],
        (_home(dossier), _("Back")),
        caption=dossier.code or dossier.reference,
        text=[
            _("An officer decides which of these answers you may change. Nothing changes before.")
        ],
    )


def _stop_sheet(dossier: Dossier) -> Sheet:
    return Sheet(
        _("Ask to stop the dossier"),
        _("Send the request"),
        [Field("reason", _("Reason"), _("The agency reads it."), kind="area")],
        (_home(dossier), _("Back")),
        caption=dossier.code or dossier.reference,
        text=[_("The agency decides. If it agrees, the dossier ends without a result.")],
    )


def _home(dossier: Dossier) -> str:
    return url_for("citizen.dossier", reference=dossier.reference)
