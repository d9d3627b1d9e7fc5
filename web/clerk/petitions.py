"""Petitions at the desk: refused, asked about, answered and published, away from whom they concern."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _

from accounts import policy
from accounts.policy import Action
from core.errors import NotFound
from dossiers.feedback import operations
from dossiers.feedback.models import Petition, PetitionState, Reopened
from dossiers.feedback.queries import find_petition, petitions, scope_of
from web.admin import forms
from web.admin.forms import Field, Page, Sheet
from web.clerk.blueprint import blueprint
from web.clerk.queues import name_of
from web.cursors import cursor
from web.visitors import known_visitor
from web.wording import petition_state

PAGE_SIZE: Final = 50


@blueprint.get("/petitions")
def petitions_to_answer() -> str:
    """What waits, oldest first; or all of them."""
    actor = known_visitor()
    policy.require_ever(actor, Action.PETITION_VIEW)
    waiting = "all" not in request.args
    found = petitions(visible_to=actor, waiting=waiting, after=cursor(), limit=PAGE_SIZE + 1)
    return render_template(
        "clerk/petitions.html",
        found=found[:PAGE_SIZE],
        waiting=waiting,
        state=petition_state,
        last=found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None,
    )


@blueprint.get("/petitions/<uuid:petition_id>")
def petition(petition_id: UUID) -> str:
    """One petition, with what can be done about it."""
    actor = known_visitor()
    found = find_petition(petition_id, visible_to=actor)
    may = policy.allows(actor, Action.PETITION_ANSWER, scope_of(found))
    return render_template(
        "clerk/petition.html",
        petition=found,
        state=petition_state(found.state),
        deeds=_deeds(found) if may else [],
        closer=name_of(found.closed_by or ""),
    )


@blueprint.get("/petitions/<uuid:petition_id>/<any(refuse, ask, answer, publish):purpose>")
def ask_about_petition(petition_id: UUID, purpose: str) -> str:
    """Ask what is said."""
    found = _found(petition_id)
    return _SHEETS[purpose](found).page()


@blueprint.post("/petitions/<uuid:petition_id>/<any(refuse, ask, answer, publish):purpose>")
def settle_petition(petition_id: UUID, purpose: str) -> Page:
    """Do it."""
    found = _found(petition_id)
    address = url_for("clerk.petition", petition_id=petition_id)
    said = (
        _("It is done, and its sender was told.") if purpose != "publish" else _("It is published.")
    )
    return _SHEETS[purpose](found).done(lambda: _SETTLING[purpose](petition_id), said, address)


def _found(petition_id: UUID) -> Petition:
    found = find_petition(petition_id, visible_to=known_visitor())
    if not policy.allows(known_visitor(), Action.PETITION_ANSWER, scope_of(found)):
        raise NotFound
    return found


def _deeds(found: Petition) -> list[tuple[str, str]]:
    names = {
        "answer": _("Answer it"),
        "ask": _("Ask its sender"),
        "refuse": _("Refuse to deal with it"),
        "publish": _("Publish it"),
    }
    if found.state is PetitionState.ANSWERED:
        open_to = ["publish"] if found.may_be_published and found.published_at is None else []
    else:
        open_to = ["answer", "ask", "refuse"] if found.state is PetitionState.SENT else ["answer"]
    return [(each, names[each]) for each in open_to]


def _sheet(found: Petition, title: str, button: str, fields: list[Field]) -> Sheet:
    back = url_for("clerk.petition", petition_id=found.id)
    return Sheet(
        title,
        button,
        [*fields, forms.seen(found.version)],
        (back, found.reference),
        caption=found.reference,
        rows=[(_("Petition"), found.text)],
    )


def _refusing(found: Petition) -> Sheet:
    reason = Field("text", _("Reason"), _("Its sender reads it."), kind="area")
    return _sheet(found, _("Refuse to deal with the petition"), _("Refuse"), [reason])


def _asking(found: Petition) -> Sheet:
    question = Field("text", _("Question"), _("Its sender reads it."), kind="area")
    return _sheet(found, _("Ask the sender of the petition"), _("Ask"), [question])


def _answering(found: Petition) -> Sheet:
    upheld = [("", "–"), ("yes", _("Yes")), ("no", _("No"))]
    ways = [
        ("", _("no")),
        (str(Reopened.DOSSIER), _("as a new dossier")),
        (str(Reopened.CORRECTION), _("as a correction of the open dossier")),
    ]
    fields = [
        Field("text", _("Answer"), _("Its sender reads it."), kind="area"),
        Field("upheld", _("Is the petition upheld?"), kind="select", options=upheld),
    ]
    if found.dossier_id is not None:
        fields.append(
            Field("reopen", _("Reopen the case?"), kind="select", options=ways, needed=False)
        )
    return _sheet(found, _("Answer the petition"), _("Send the answer"), fields)


def _publishing(found: Petition) -> Sheet:
    hint = _("Take out everything that tells of people.")
    fields = [
        Field("text", _("Petition"), hint, kind="area", value=found.text),
        Field("answer_text", _("Answer"), hint, kind="area", value=found.answer),
    ]
    return _sheet(found, _("Publish petition and answer"), _("Publish"), fields)


def _answer(petition_id: UUID) -> object:
    reopen = forms.text("reopen")
    return operations.answer(
        petition_id,
        text=forms.text("text"),
        upheld=forms.text("upheld") == "yes",
        reopen_as=Reopened(reopen) if reopen in set(Reopened) else None,
        actor=known_visitor(),
        version=forms.number("seen"),
    )


def _publish(petition_id: UUID) -> object:
    return operations.publish(
        petition_id,
        text=forms.text("text"),
        answer_text=forms.text("answer_text"),
        actor=known_visitor(),
        version=forms.number("seen"),
    )


def _refuse(petition_id: UUID) -> object:
    return operations.refuse(
        petition_id, reason=forms.text("text"), actor=known_visitor(), version=forms.number("seen")
    )


def _ask(petition_id: UUID) -> object:
    return operations.ask(
        petition_id,
        question=forms.text("text"),
        actor=known_visitor(),
        version=forms.number("seen"),
    )


_SHEETS: Final[dict[str, Callable[[Petition], Sheet]]] = {
    "refuse": _refusing,
    "ask": _asking,
    "answer": _answering,
    "publish": _publishing,
}
_SETTLING: Final[dict[str, Callable[[UUID], object]]] = {
    "refuse": _refuse,
    "ask": _ask,
    "answer": _answer,
    "publish": _publish,
}
