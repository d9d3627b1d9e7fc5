"""The control sheet of a dossier, handing it to another office, and what was handed to one's own."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from accounts import policy
from accounts import queries as accounts
from accounts.actor import Actor
from accounts.models import Unit
from accounts.places import agency_names, is_there, names_at
from accounts.policy import WORKERS, Action
from core.clock import now
from core.database import db, transaction
from core.errors import MotcuaError
from core.i18n import pick, sentences_of
from dossiers.audit import DossierTag
from dossiers.desk.models import DeskReception
from dossiers.desk.queries import find_reception
from dossiers.errors import DossierNotFound
from dossiers.handovers import operations, papers, queries
from dossiers.handovers.errors import (
    HandOverAnswered,
    NotAcknowledged,
    NotHandedToYou,
    PaperUnknown,
    ReceiverWrong,
)
from dossiers.handovers.models import HandOver, HandOverAnswer
from dossiers.handovers.operations import Receiver
from dossiers.handovers.sheet import control_sheet
from dossiers.looks import note_look
from dossiers.models import Dossier
from dossiers.operations.journal import record
from dossiers.queries import find_dossier_by_reference
from dossiers.settled import clock_for
from dossiers.time_limits import TimeLimit
from dossiers.time_limits import Unit as LimitUnit
from web import languages
from web.clerk.blueprint import blueprint
from web.papers import named_documents
from web.visitors import known_visitor, told

LONGEST_DAYS: Final = 250
ANSWERS: Final[Mapping[str, Callable[..., HandOverAnswer]]] = {
    "return": operations.give_back,
    "misroute": operations.send_back,
}


@blueprint.get("/dossiers/<reference>/control-sheet")
def control_sheet_of(reference: str) -> str:
    """Every hand-over of a dossier."""
    actor = known_visitor()
    found = find_dossier_by_reference(reference, visible_to=actor)
    note_look(found, actor)
    return render_template(
        "clerk/control_sheet.html",
        dossier=found,
        rows=control_sheet(found, languages.current()),
        may_send=policy.allows(actor, Action.HANDOVER_SEND, found),
    )


@blueprint.get("/dossiers/<reference>/control-sheet.pdf")
def control_sheet_pdf(reference: str) -> AnyResponse:
    """The same as form 06."""
    actor = known_visitor()
    found = find_dossier_by_reference(reference, visible_to=actor)
    with transaction():
        record(DossierTag.SHEET_MADE, found.id, actor=actor.id)
    name = f"control-sheet-{found.reference}.pdf"
    return as_pdf(papers.sheet_pdf(found), name)


@blueprint.get("/dossiers/<reference>/hand-over")
def ask_to_whom(reference: str) -> str:
    """Ask to whom the dossier goes, and what for."""
    actor = known_visitor()
    found = find_dossier_by_reference(reference, visible_to=actor)
    policy.require(actor, Action.HANDOVER_SEND, found)
    return _send_page(found, actor)


@blueprint.post("/dossiers/<reference>/hand-over")
def hand_over(reference: str) -> AnyResponse | tuple[str, int]:
    """Send the dossier to another office or person."""
    actor = known_visitor()
    found = find_dossier_by_reference(reference, visible_to=actor)
    policy.require(actor, Action.HANDOVER_SEND, found)
    return _sent(found, actor, url_for("clerk.control_sheet_of", reference=reference))


@blueprint.get("/receptions/<reference>/hand-over")
def ask_to_whom_from_desk(reference: str) -> str:
    """The same, for the office that took the dossier in for another agency."""
    actor = known_visitor()
    return _send_page(_taken_in(reference, actor), actor)


@blueprint.post("/receptions/<reference>/hand-over")
def hand_over_from_desk(reference: str) -> AnyResponse | tuple[str, int]:
    """Send what was taken in for another agency on."""
    actor = known_visitor()
    return _sent(
        _taken_in(reference, actor), actor, url_for("clerk.reception", reference=reference)
    )


def _taken_in(reference: str, actor: Actor) -> Dossier:
    """A dossier that the visitor's office took in for another one; raises DossierNotFound."""
    found, taken = find_reception(reference, visible_to=actor)
    if not hands_over(found, taken, actor):
        raise DossierNotFound
    return found


def hands_over(found: Dossier, taken: DeskReception, actor: Actor) -> bool:
    """Whether the visitor sends on what his office took in for another agency."""
    office = policy.Scope(
        agency_id=taken.agency_id,
        unit_id=found.receiving_unit_id,
        service_key=found.service_key,
        submitted_at=found.submitted_at,
    )
    elsewhere = found.receiving_agency_id is not None
    return elsewhere and policy.allows(actor, Action.HANDOVER_SEND, office)


def _sent(found: Dossier, actor: Actor, address: str) -> AnyResponse | tuple[str, int]:
    errors = _errors()
    if errors:
        return _send_page(found, actor, errors), 400
    try:
        with transaction():
            operations.send(
                found.id,
                _receiver(),
                purpose=request.form["purpose"],
                papers=[UUID(each) for each in request.form.getlist("papers")],
                due_at=_due(found),
                language=languages.current(),
                actor=actor,
            )
    except (ReceiverWrong, PaperUnknown) as error:
        return _send_page(found, actor, {"to": sentences_of(error)}), error.status
    return told(_("The dossier was handed over. It is on the control sheet."), address)


@blueprint.get("/hand-overs")
def hand_overs() -> str:
    """What was handed to the visitor's places and waits to be acknowledged."""
    actor = known_visitor()
    policy.require_ever(actor, Action.HANDOVER_ANSWER)
    waiting = [
        (each, reference, _place(each.from_agency_id, each.from_unit_id))
        for each, reference in queries.waiting_for(visible_to=actor)
    ]
    return render_template("clerk/hand_overs.html", waiting=waiting)


@blueprint.get("/hand-overs/<uuid:hand_over_id>")
def hand_over_page(hand_over_id: UUID) -> str:
    """One hand-over: acknowledge it, return it, or send it back."""
    found = queries.find_hand_over(hand_over_id, visible_to=known_visitor())
    return _answer_page(found)


@blueprint.post("/hand-overs/<uuid:hand_over_id>/acknowledge")
def acknowledge(hand_over_id: UUID) -> AnyResponse | tuple[str, int]:
    """Take it."""
    return _answered(
        hand_over_id, operations.acknowledge, _("You have acknowledged the hand-over.")
    )


@blueprint.post("/hand-overs/<uuid:hand_over_id>/answer")
def answer(hand_over_id: UUID) -> AnyResponse | tuple[str, int]:
    """Return it, or send it back as misrouted."""
    reason = request.form.get("reason", "").strip()[:2000]
    deed = ANSWERS.get(request.form.get("answer", ""))
    found = queries.find_hand_over(hand_over_id, visible_to=known_visitor())
    if deed is None:
        return _answer_page(found, {"answer": _("Choose what becomes of it")}), 400
    if not reason:
        return _answer_page(found, {"reason": _("Write why")}), 400
    chosen = deed

    def with_reason(hand_over_id: UUID, *, actor: Actor) -> HandOverAnswer:
        return chosen(hand_over_id, reason=reason, actor=actor)

    return _answered(hand_over_id, with_reason, _("It goes back, and the control sheet says why."))


def as_pdf(content: bytes, name: str) -> AnyResponse:
    """A PDF that a browser may show."""
    made = Response(content, mimetype="application/pdf")
    made.headers.set("Content-Disposition", "inline", filename=name)
    return made


def _answered(
    hand_over_id: UUID, deed: Callable[..., HandOverAnswer], message: str
) -> AnyResponse | tuple[str, int]:
    actor = known_visitor()
    try:
        with transaction():
            deed(hand_over_id, actor=actor)
    except (
        HandOverAnswered,
        NotAcknowledged,
        NotHandedToYou,
    ) as error:
        return _refused(hand_over_id, error, actor)
    return told(message, url_for("clerk.hand_overs"))


def _refused(hand_over_id: UUID, error: MotcuaError, actor: Actor) -> tuple[str, int]:
    found = queries.find_hand_over(hand_over_id, visible_to=actor)
    return _answer_page(found, {"": sentences_of(error)}), error.status


def _answer_page(found: HandOver, errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "clerk/hand_over.html",
        each=found,
        sender=_place(found.from_agency_id, found.from_unit_id),
        receiver=_place(found.to_agency_id, found.to_unit_id),
        answers={each.kind for each in queries.answers_of(found)},
        reference=db.session.get_one(Dossier, found.dossier_id).reference,
        given=request.form,
        errors=errors or {},
    )


def _send_page(found: Dossier, actor: Actor, errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "clerk/send.html",
        dossier=found,
        places=_places(),
        people=_people(found, actor),
        documents=named_documents(found),
        back=_back(found, actor),
        given=request.form,
        errors=errors or {},
    )


def _back(found: Dossier, actor: Actor) -> tuple[str, str]:
    """Where the page leads back: to the control sheet, or to the reception for who sees no sheet."""
    if policy.allows(actor, Action.DOSSIER_VIEW, found):
        address = url_for("clerk.control_sheet_of", reference=found.reference)
        return address, _("Control sheet")
    return url_for("clerk.reception", reference=found.reference), _("Reception at the desk")


def _errors() -> dict[str, str]:
    errors, days = {}, request.form.get("days", "").strip()
    if not request.form.get("to"):
        errors["to"] = _("Choose to whom the dossier goes")
    if not request.form.get("purpose", "").strip():
        errors["purpose"] = _("Write what is to be done")
    if days and not (days.isdecimal() and 0 < int(days) <= LONGEST_DAYS):
        errors["days"] = _("Write a number of days from 1 to %(most)s", most=LONGEST_DAYS)
    return errors


def _receiver() -> Receiver:
    agency, _slash, unit = request.form["to"].partition("/")
    try:
        place = (UUID(agency), UUID(unit) if unit else None)
    except ValueError as error:
        raise ReceiverWrong(to=request.form["to"]) from error
    return Receiver(*place, person=request.form.get("person", ""))


def _due(found: Dossier) -> Any:
    days = request.form.get("days", "").strip()
    if not days:
        return None
    limit = TimeLimit(Decimal(days), LimitUnit.WORKING_DAY)
    return clock_for(found.agency_id).due_at(now(), limit)


def _places() -> list[dict[str, str]]:
    """All agencies and units that take something now, each with the value that names it."""
    language, choices = languages.current(), [{"value": "", "text": ""}]
    units = db.session.scalars(select(Unit).order_by(Unit.code)).all()
    for agency in accounts.agencies(open_only=True):
        name = pick(agency_names(agency.id), language)
        choices.append({"value": str(agency.id), "text": name})
        choices += [
            {"value": f"{agency.id}/{unit.id}", "text": f"{name}: {pick(names_at(unit), language)}"}
            for unit in units
            if unit.agency_id == agency.id and is_there(unit, now())
        ]
    return choices


def _people(found: Dossier, actor: Actor) -> list[dict[str, str]]:
    colleagues = accounts.staff(
        [str(role) for role in WORKERS],
        agency_id=found.agency_id,
        unit_id=found.unit_id,
        service=found.service_key,
        visible_to=actor,
    )
    nobody = {"value": "", "text": _("nobody in particular")}
    return [nobody, *({"value": key, "text": name} for key, name in colleagues)]


def _place(agency_id: UUID, unit_id: UUID | None) -> str:
    language = languages.current()
    unit = db.session.get(Unit, unit_id) if unit_id else None
    names = [pick(agency_names(agency_id), language)]
    return ", ".join([*names, pick(names_at(unit), language)] if unit else names)
