"""Requests at the desk: those that wait for an answer, proposing one, and the list of defects."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts.policy import Action
from core.database import transaction
from core.errors import MotcuaError
from core.i18n import sentences_of
from dossiers import operations, queries
from dossiers.errors import DossierNotFound
from dossiers.looks import note_look
from dossiers.models import Dossier, DossierStatus
from dossiers.requests import operations as requesting
from dossiers.requests.errors import RequestNotOffered
from dossiers.requests.models import DossierRequest, RequestKind
from dossiers.requests.operations import Asking, Defect
from dossiers.requests.parts import parts_of
from dossiers.requests.queries import find_request, to_answer
from dossiers.requests.rules import is_decided, offers
from engine.errors import WrongClaimToken
from web import languages
from web.admin import forms
from web.admin.forms import Field, Page, Sheet
from web.clerk.blueprint import blueprint
from web.clerk.queues import name_of, step_name
from web.clerk.working import claim_token
from web.cursors import cursor
from web.papers import names_of
from web.requests import shown
from web.visitors import known_visitor, told

PAGE_SIZE: Final = 50
MOST_DEFECTS: Final = 200
_PROPOSALS: Final = (RequestKind.EXTENSION, RequestKind.STOP, RequestKind.REFUSAL)


@blueprint.get("/requests")
def requests() -> str:
    """What waits for an answer that the visitor may give, oldest first."""
    actor = known_visitor()
    if not policy.may_ever(actor, Action.REQUEST_DECIDE):
        policy.require_ever(actor, Action.REQUEST_ANSWER)
    found = to_answer(visible_to=actor, after=cursor(), limit=PAGE_SIZE + 1)
    rows = found[:PAGE_SIZE]
    return render_template(
        "clerk/requests.html",
        rows=[(shown(asked, dossier, actor), dossier) for asked, dossier in rows],
        names=names_of(dossier for _asked, dossier in rows),
        last=rows[-1][0].id if len(found) > PAGE_SIZE else None,
    )


@blueprint.get("/requests/<uuid:request_id>")
def show_request(request_id: UUID) -> str:
    """One request, with what it takes to answer it."""
    actor = known_visitor()
    asked, dossier = find_request(request_id, visible_to=actor)
    note_look(dossier, actor)
    return _request_page(asked, dossier, {})


@blueprint.post("/requests/<uuid:request_id>")
def answer_request(request_id: UUID) -> Response | tuple[str, int]:
    """Grant or deny it."""
    actor = known_visitor()
    asked, dossier = find_request(request_id, visible_to=actor)
    version, reason = forms.number("version"), forms.text("reason")
    try:
        with transaction():
            if "grant" in request.form:
                requesting.grant(
                    request_id,
                    reason=reason,
                    fields=forms.texts("fields"),
                    version=version,
                    actor=actor,
                )
            else:
                requesting.deny(request_id, reason=reason, version=version, actor=actor)
    except MotcuaError as error:
        asked, dossier = find_request(request_id, visible_to=actor)
        return _request_page(asked, dossier, {"reason": sentences_of(error)}), error.status
    return told(_("The request was answered."), _home(dossier))


@blueprint.post("/requests/<uuid:request_id>/take-back")
def take_back(request_id: UUID) -> Response:
    """Take back what the visitor proposed."""
    actor = known_visitor()
    _asked, dossier = find_request(request_id, visible_to=actor)
    with transaction():
        requesting.take_back(request_id, actor=actor)
    return told(_("Your proposal was taken back."), _home(dossier))


@blueprint.get("/dossiers/<reference>/propose/<kind>")
def ask_proposal(reference: str, kind: str) -> str:
    """Ask what is proposed, and why."""
    dossier, sort = _open(reference, kind)
    return _sheet(dossier, sort).page()


@blueprint.post("/dossiers/<reference>/propose/<kind>")
def propose(reference: str, kind: str) -> Page:
    """Propose it."""
    dossier, sort = _open(reference, kind)
    done = _("It was proposed. Somebody else decides.")
    return _sheet(dossier, sort).done(lambda: _DEEDS[sort](dossier), done, _home(dossier))


@blueprint.get("/tasks/<uuid:task_id>/supplement")
def list_defects(task_id: UUID) -> str:
    """The list of defects, empty at first."""
    return _defects_page(task_id, [Defect("", "")], {})


@blueprint.post("/tasks/<uuid:task_id>/supplement")
def ask_supplement(task_id: UUID) -> str | Response | tuple[str, int]:
    """Ask for everything at once, or show the list with a row more or less."""
    defects = _typed_defects()
    if "add" in request.form:
        return _defects_page(task_id, [*defects, Defect("", "")], {})
    if "remove" in request.form:
        gone = forms.number("remove")
        kept = [each for number, each in enumerate(defects) if number != gone]
        return _defects_page(task_id, kept or [Defect("", "")], {})
    asking = Asking([each for each in defects if each != Defect("", "")], forms.text("basis"))
    token = claim_token()
    if token is None:
        raise WrongClaimToken
    try:
        with transaction():
            operations.ask_supplement(
                task_id,
                asking,
                token=token,
                actor=known_visitor(),
                language=languages.current(),
            )
    except MotcuaError as error:
        return _defects_page(task_id, defects, {_place(error): sentences_of(error)}), error.status
    return told(_("The applicant was asked for everything on the list."), url_for("clerk.queue"))


def _place(error: MotcuaError) -> str:
    """The field that an error is about."""
    return "basis" if error.code in {"basis-missing", "not-in-words"} else "defect-0"


def _typed_defects() -> list[Defect]:
    names = ("part", "defect", "remedy", "legal_basis")
    columns = [request.form.getlist(name)[:MOST_DEFECTS] for name in names]
    return [Defect(*(cell.strip()[: forms.LONGEST] for cell in row)) for row in zip(*columns)]  # noqa: B905  what somebody else wrote may be shorter


def _defects_page(task_id: UUID, defects: list[Defect], errors: dict[str, str]) -> str:
    actor = known_visitor()
    item = queries.find_task(task_id, visible_to=actor)
    dossier = queries.find_dossier(item.proceeding.dossier_id, visible_to=actor)
    rules = item.pack.manifest.requests.supplement
    if rules is None or item.task.element_id not in rules.tasks or item.task.holder != actor.id:
        raise RequestNotOffered
    return render_template(
        "clerk/supplement.html",
        item=item,
        step=step_name(item),
        dossier=dossier,
        defects=defects,
        parts=parts_of(dossier, languages.current()),
        basis=forms.text("basis"),
        errors=errors,
    )


def _request_page(asked: DossierRequest, dossier: Dossier, errors: dict[str, str]) -> str:
    each = shown(asked, dossier, known_visitor())
    return render_template(
        "clerk/request.html",
        each=each,
        dossier=dossier,
        asker=name_of(asked.asked_by),
        answerer=name_of(asked.answered_by or ""),
        fields=list(zip(asked.what.get("fields", []), each.fields, strict=True)),
        typed=forms.text("reason"),
        errors=errors,
    )


def _open(reference: str, kind: str) -> tuple[Dossier, RequestKind]:
    actor = known_visitor()
    dossier = queries.find_dossier_by_reference(reference, visible_to=actor)
    if dossier.status is DossierStatus.DRAFT:
        raise DossierNotFound
    policy.require(actor, Action.REQUEST_PROPOSE, dossier)
    if kind not in proposals(dossier):
        raise RequestNotOffered
    return dossier, RequestKind(kind)


def proposals(dossier: Dossier) -> list[str]:
    """What could be proposed about a dossier now."""
    if is_decided(dossier):
        return []
    possible = [kind for kind in _PROPOSALS if offers(kind, dossier)]
    if dossier.received_at is None:
        possible = [kind for kind in possible if kind is RequestKind.STOP]
    return [str(kind) for kind in possible]


def _sheet(dossier: Dossier, kind: RequestKind) -> Sheet:
    titles = {
        RequestKind.EXTENSION: _("Propose to extend the time limit"),
        RequestKind.STOP: _("Propose to stop the dossier"),
        RequestKind.REFUSAL: _("Propose to refuse the application"),
    }
    basis = Field("basis", _("Legal basis"), needed=False)
    day = Field("until", _("New day for the result"), kind="date")
    reason = Field(
        "reason", _("Reason"), _("The applicant reads it. Write a sentence."), kind="area"
    )
    first = day if kind is RequestKind.EXTENSION else basis
    return Sheet(
        titles[kind],
        _("Propose it"),
        [first, reason],
        (_home(dossier), _("Back")),
        caption=dossier.code or dossier.reference,
    )


def _extend(dossier: Dossier) -> DossierRequest:
    until = forms.day("until")
    if until is None:
        raise forms.Faulty({"until": _("Write a day")})
    return requesting.propose_extension(
        dossier.id, until=until, reason=forms.text("reason"), actor=known_visitor()
    )


def _stop(dossier: Dossier) -> DossierRequest:
    return requesting.propose_stop(
        dossier.id,
        reason=forms.text("reason"),
        basis=forms.text("basis"),
        actor=known_visitor(),
    )


def _refuse(dossier: Dossier) -> DossierRequest:
    return requesting.propose_refusal(
        dossier.id,
        reason=forms.text("reason"),
        basis=forms.text("basis"),
        actor=known_visitor(),
    )


_DEEDS: Final[dict[RequestKind, Callable[[Dossier], DossierRequest]]] = {
    RequestKind.EXTENSION: _extend,
    RequestKind.STOP: _stop,
    RequestKind.REFUSAL: _refuse,
}


def _home(dossier: Dossier) -> str:
    return url_for("clerk.dossier", reference=dossier.reference)
