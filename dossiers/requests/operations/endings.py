"""Ending a dossier without the result that was asked for: stopping it (form 05), refusing it."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from accounts.actor import Actor
from accounts.policy import Action
from dossiers.context import jurisdiction
from dossiers.models import Dossier, DossierStatus
from dossiers.operations.locking import lock_dossier
from dossiers.operations.status import record_status
from dossiers.requests.errors import NotReceived
from dossiers.requests.jobs import ask_letter, moment
from dossiers.requests.models import DossierRequest, RequestKind, RequestState
from dossiers.requests.operations.keeping import (
    ask,
    lock_open,
    require_reason,
    require_words,
    settle,
)
from dossiers.requests.rules import require_undecided, rule_of
from engine import operations as engine
from engine.messages import MessageOutcome
from workflows.sections.requests import OFFICER

STOPPED, NOT_ACCEPTED = "stopped", "not_accepted"
BASIS: Final = "basis"
_NOT_KEPT: Final = timedelta()


def propose_stop(dossier_id: UUID, *, reason: str, basis: str, actor: Actor) -> DossierRequest:
    """Propose to stop a dossier; done at once where the rule leaves it to officers.

    Raises DossierNotFound, NotAllowed, RequestNotOffered, DecidedAlready, ReasonMissing, NotInWords,
    RequestStands.
    """
    dossier = lock_open(dossier_id, actor=actor, action=Action.REQUEST_PROPOSE)
    rule = rule_of(RequestKind.STOP, dossier)
    require_undecided(dossier)
    require_words(reason)
    asked = ask(dossier, RequestKind.STOP, reason, {BASIS: basis.strip()}, by=actor)
    if rule.decided_by == OFFICER:
        settle(asked, dossier, RequestState.GRANTED, by=actor)
        stop(asked, dossier, actor)
    return asked


def ask_stop(dossier_id: UUID, *, reason: str, actor: Actor) -> DossierRequest:
    """Ask, as the applicant, that one's dossier is stopped.

    Raises DossierNotFound, NotAllowed, RequestNotOffered, DecidedAlready, ReasonMissing, RequestStands.
    """
    dossier = lock_open(dossier_id, actor=actor, action=Action.REQUEST_MAKE)
    rule_of(RequestKind.STOP, dossier)
    require_undecided(dossier)
    require_reason(reason)
    return ask(dossier, RequestKind.STOP, reason, {BASIS: ""}, by=actor, by_applicant=True)


def propose_refusal(dossier_id: UUID, *, reason: str, basis: str, actor: Actor) -> DossierRequest:
    """Propose to refuse what a received dossier asks for.

    Raises DossierNotFound, NotAllowed, RequestNotOffered, DecidedAlready, NotReceived, ReasonMissing,
    NotInWords, RequestStands.
    """
    dossier = lock_open(dossier_id, actor=actor, action=Action.REQUEST_PROPOSE)
    rule_of(RequestKind.REFUSAL, dossier)
    require_undecided(dossier)
    if dossier.received_at is None:
        raise NotReceived
    require_words(reason)
    return ask(dossier, RequestKind.REFUSAL, reason, {BASIS: basis.strip()}, by=actor)


def refuse_at_desk(dossier: Dossier, *, reason: str, actor: Actor) -> None:
    """Write down why a locked dossier is not accepted; its process goes on by itself.

    Raises ReasonMissing, NotInWords.
    """
    require_words(reason)
    asked = ask(dossier, RequestKind.REFUSAL, reason, {BASIS: ""}, by=actor)
    settle(asked, dossier, RequestState.GRANTED, by=actor)
    ask_letter(NOT_ACCEPTED, dossier, _told(asked, actor))


def stop(request: DossierRequest, dossier: Dossier, by: Actor) -> None:
    """Stop a dossier, as was granted."""
    _end(STOPPED, request, dossier, DossierStatus.STOPPED, by)
    ask_letter(STOPPED, dossier, _told(request, by))


def refuse(request: DossierRequest, dossier: Dossier, by: Actor) -> None:
    """Refuse what a dossier asks for; whether it then counts as finished is the profile's rule."""
    _end("refusal", request, dossier, jurisdiction().profile.refused_status, by)
    ask_letter(NOT_ACCEPTED, dossier, _told(request, by))


def _end(
    message: str, request: DossierRequest, dossier: Dossier, status: DossierStatus, by: Actor
) -> None:
    """Tell the process, which may draw what follows; one that does not listen is ended."""
    told = {message: {"reason": request.reason, "by": by.id}}
    outcome = engine.publish_message(message, str(dossier.id), told, time_to_live=_NOT_KEPT)
    if outcome is MessageOutcome.DELIVERED:
        return
    record_status(lock_dossier(dossier.id), status)
    if dossier.instance_id is not None:
        engine.cancel(dossier.instance_id, request.reason, actor=by.id)


def _told(request: DossierRequest, by: Actor) -> dict[str, Any]:
    """What letters 03 and 05 say."""
    return {
        "round": str(request.round),
        "reason": request.reason,
        "legal_basis": request.what.get(BASIS, ""),
        "decision": request.answer,
        "asked_at": moment(request.asked_at),
        "by": by.name,
    }
