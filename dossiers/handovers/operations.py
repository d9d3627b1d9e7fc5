"""Handing a dossier over: sending, acknowledging, returning, and sending back what was misrouted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts import policy
from accounts import queries as accounts
from accounts.actor import Actor
from accounts.models import Agency, Unit
from accounts.places import is_there
from accounts.policy import Action, Scope
from accounts.substitutes import replaced_by
from core.clock import now
from core.database import db
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.errors import DossierNotFound, ReasonMissing
from dossiers.handovers.errors import (
    HandOverAnswered,
    NotAcknowledged,
    NotHandedToYou,
    PaperUnknown,
    ReceiverWrong,
)
from dossiers.handovers.models import AnswerKind, HandOver, HandOverAnswer
from dossiers.handovers.queries import answers_of, find_hand_over, receiving
from dossiers.models import Dossier
from dossiers.operations.handing_over import lock_with_proceedings, move_to_unit
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier
from dossiers.queries import documents, pack_of


@dataclass(frozen=True)
class Receiver:
    """A place: an agency, or one of its units; and perhaps a person there, by the id of the actor."""

    agency_id: UUID
    unit_id: UUID | None = None
    person: str = ""


def send(
    dossier_id: UUID,
    to: Receiver,
    *,
    purpose: str,
    papers: Sequence[UUID] = (),
    due_at: datetime | None = None,
    language: str,
    actor: Actor,
) -> HandOver:
    """Hand a dossier to another place or person; it is theirs once they acknowledge it.

    Who settles it may, and who took it in for another agency. `papers` are documents of the dossier
    that go along. A hand-over gives no right to see the dossier. Raises DossierNotFound,
    ActionRefused, ReasonMissing, ReceiverWrong, PaperUnknown.
    """
    dossier = lock_dossier(dossier_id)
    giver = _giver(dossier, actor)
    _require_reason(purpose)
    _require_receiver(dossier, giver, to)
    sent = HandOver(
        id=new_id(),
        dossier_id=dossier.id,
        purpose=purpose.strip(),
        papers=_names(dossier, papers, language),
        from_agency_id=giver.agency_id,
        from_unit_id=giver.unit_id,
        from_person=actor.id,
        to_agency_id=to.agency_id,
        to_unit_id=to.unit_id,
        to_person=to.person,
        due_at=due_at,
    )
    db.session.add(sent)
    place = {"agency": str(to.agency_id), "unit": str(to.unit_id or ""), "person": to.person}
    _record(DossierTag.HANDOVER_SENT, sent, actor, **place)
    return sent


def acknowledge(hand_over_id: UUID, *, actor: Actor) -> HandOverAnswer:
    """Take what was handed over; within the agency that settles it, the dossier moves to the unit.

    Raises HandOverNotFound, ActionRefused, NotHandedToYou, HandOverAnswered.
    """
    found = _locked(hand_over_id, actor)
    if answers_of(found):
        raise HandOverAnswered
    _move(found, found.to_agency_id, found.to_unit_id, actor)
    return _answer(found, AnswerKind.ACKNOWLEDGED, "", actor)


def give_back(hand_over_id: UUID, *, reason: str, actor: Actor) -> HandOverAnswer:
    """Return what was acknowledged, with what was done; the dossier goes back to where it came from.

    Raises HandOverNotFound, ActionRefused, NotHandedToYou, ReasonMissing, NotAcknowledged,
    HandOverAnswered.
    """
    found = _locked(hand_over_id, actor)
    given = {each.kind for each in answers_of(found)}
    if not given:
        raise NotAcknowledged
    if given != {AnswerKind.ACKNOWLEDGED}:
        raise HandOverAnswered
    _require_reason(reason)
    _move(found, found.from_agency_id, found.from_unit_id, actor)
    return _answer(found, AnswerKind.RETURNED, reason, actor)


def send_back(hand_over_id: UUID, *, reason: str, actor: Actor) -> HandOverAnswer:
    """Send back what is not for this place; it never left the sender's hands.

    Raises HandOverNotFound, ActionRefused, ReasonMissing, HandOverAnswered. Whoever works at the
    place may: the person it is meant for may not even be there.
    """
    found = _locked(hand_over_id, actor, by_anybody=True)
    if answers_of(found):
        raise HandOverAnswered
    _require_reason(reason)
    return _answer(found, AnswerKind.MISROUTED, reason, actor)


def _giver(dossier: Dossier, actor: Actor) -> Scope:
    """The place that hands over: the settling one, or the one that took the dossier in for it."""
    if policy.allows(actor, Action.DOSSIER_VIEW, dossier):
        policy.require(actor, Action.HANDOVER_SEND, dossier)
        return Scope(agency_id=dossier.agency_id, unit_id=dossier.unit_id)
    taken_in = Scope(
        agency_id=dossier.receiving_agency_id,
        unit_id=dossier.receiving_unit_id,
        service_key=dossier.service_key,
        submitted_at=dossier.submitted_at,
    )
    if not policy.allows(actor, Action.HANDOVER_SEND, taken_in):
        raise DossierNotFound
    return taken_in


def _require_receiver(dossier: Dossier, giver: Scope, to: Receiver) -> None:
    agency = db.session.get(Agency, to.agency_id)
    unit = db.session.get(Unit, to.unit_id) if to.unit_id else None
    moment = now()
    open_place = agency is not None and is_there(agency, moment)
    if to.unit_id:
        of_agency = unit is not None and unit.agency_id == to.agency_id
        open_place = open_place and of_agency and unit is not None and is_there(unit, moment)
    here = (giver.agency_id, giver.unit_id) == (to.agency_id, to.unit_id)
    if not open_place or (here and not to.person):
        raise ReceiverWrong(to=str(to.unit_id or to.agency_id))
    person = accounts.actor(to.person) if to.person else None
    place = Scope(agency_id=to.agency_id, unit_id=to.unit_id, service_key=dossier.service_key)
    if to.person and (person is None or not policy.allows(person, Action.HANDOVER_ANSWER, place)):
        raise ReceiverWrong(to=to.person)


def _names(dossier: Dossier, papers: Sequence[UUID], language: str) -> list[str]:
    """What the papers are called, as they are written on the sheet."""
    pack, known = pack_of(dossier), {each.id: each for each in documents(dossier)}
    for paper in papers:
        if paper not in known:
            raise PaperUnknown(paper=str(paper))
    return [pack.document_name(known[paper].document_type, language) for paper in papers]


def _locked(hand_over_id: UUID, actor: Actor, *, by_anybody: bool = False) -> HandOver:
    found = find_hand_over(hand_over_id, visible_to=actor)
    policy.require(actor, Action.HANDOVER_ANSWER, receiving(found))
    meant = {actor.id, *replaced_by(actor)}
    if found.to_person and found.to_person not in meant and not by_anybody:
        raise NotHandedToYou
    lock_with_proceedings(found.dossier_id)
    return found


def moves(found: HandOver, dossier: Dossier) -> bool:
    """Whether taking it moves the dossier: only between units of the agency that settles it."""
    within = found.from_agency_id == found.to_agency_id == dossier.agency_id
    return within and found.from_unit_id != found.to_unit_id


def _move(found: HandOver, agency_id: UUID, unit_id: UUID | None, actor: Actor) -> None:
    dossier = db.session.get_one(Dossier, found.dossier_id)
    if moves(found, dossier):
        move_to_unit(found.dossier_id, agency_id, unit_id, by=actor.id)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing


def _answer(found: HandOver, kind: AnswerKind, reason: str, actor: Actor) -> HandOverAnswer:
    if kind in {each.kind for each in answers_of(found)}:
        raise HandOverAnswered
    answer = HandOverAnswer(
        id=new_id(), hand_over_id=found.id, kind=kind, by=actor.id, at=now(), reason=reason.strip()
    )
    db.session.add(answer)
    _record(DossierTag.HANDOVER_ANSWERED, found, actor, kind=str(kind))
    return answer


def _record(tag: DossierTag, found: HandOver, actor: Actor, **details: Any) -> None:
    record(tag, found.dossier_id, actor=actor.id, subject=f"hand-over:{found.id}", details=details)
