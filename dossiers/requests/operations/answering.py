"""Granting and denying. Whoever comes second is told that the request waits no longer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from core.errors import NotAllowed, PreconditionFailed
from dossiers.models import Dossier
from dossiers.operations.locking import lock_for
from dossiers.requests.errors import OwnProposal, RequestAnswered, RequestNotOffered
from dossiers.requests.models import DossierRequest, RequestKind, RequestState
from dossiers.requests.operations import corrections, endings, extensions, withdrawals
from dossiers.requests.operations.keeping import require_reason, settle
from dossiers.requests.queries import find_request
from dossiers.requests.rules import action_to_answer, require_undecided
from engine import operations as engine


@dataclass(frozen=True)
class Granting:
    """What is granted: by whom, why, and of a correction which answers (none named: all asked for)."""

    by: Actor
    reason: str = ""
    fields: Sequence[str] = ()


Effect = Callable[[DossierRequest, Dossier, Granting], None]
_EFFECTS: Final[dict[RequestKind, Effect]] = {
    RequestKind.WITHDRAWAL: lambda asked, dossier, _: withdrawals.carry_out(asked, dossier),
    RequestKind.CORRECTION: lambda asked, _, given: corrections.open_for_edit(asked, given.fields),
    RequestKind.EXTENSION: lambda asked, dossier, given: extensions.carry_out(
        asked, dossier, given.by
    ),
    RequestKind.STOP: lambda asked, dossier, given: endings.stop(asked, dossier, given.by),
    RequestKind.REFUSAL: lambda asked, dossier, given: endings.refuse(asked, dossier, given.by),
}


def grant(
    request_id: UUID,
    *,
    reason: str = "",
    fields: Sequence[str] = (),
    version: int | None = None,
    actor: Actor,
) -> DossierRequest:
    """Grant a request, and do what it asks for.

    Raises RequestNotFound, NotAllowed, OwnProposal, RequestAnswered, DecidedAlready,
    PreconditionFailed, and by kind QuestionsUnknown, ExtensionTooLate, ExtendedAlready, NewDateWrong,
    TooLateToWithdraw.
    """
    request, dossier = _locked(request_id, version, actor)
    require_undecided(dossier)
    settle(request, dossier, RequestState.GRANTED, by=actor, answer=reason)
    _EFFECTS[request.kind](request, dossier, Granting(actor, reason, fields))
    db.session.flush()
    return request


def deny(
    request_id: UUID, *, reason: str, version: int | None = None, actor: Actor
) -> DossierRequest:
    """Deny a request, with the reason.

    Raises RequestNotFound, NotAllowed, OwnProposal, RequestAnswered, ReasonMissing, PreconditionFailed.
    """
    request, dossier = _locked(request_id, version, actor)
    require_reason(reason)
    settle(request, dossier, RequestState.DENIED, by=actor, answer=reason)
    return request


def take_back(request_id: UUID, *, version: int | None = None, actor: Actor) -> DossierRequest:
    """Take back what one asked for and nobody has answered.

    Raises RequestNotFound, NotAllowed, RequestAnswered, PreconditionFailed.
    """
    seen, dossier = find_request(request_id, visible_to=actor)
    action = Action.REQUEST_MAKE if seen.by_applicant else Action.REQUEST_PROPOSE
    request, dossier = _fresh(seen, dossier, action, version, actor)
    if request.asked_by != actor.id or request.kind is RequestKind.SUPPLEMENT:
        raise NotAllowed
    settle(request, dossier, RequestState.TAKEN_BACK, by=actor)
    return request


def _locked(request_id: UUID, version: int | None, actor: Actor) -> tuple[DossierRequest, Dossier]:
    """The request, which somebody else made and this actor may answer."""
    seen, dossier = find_request(request_id, visible_to=actor)
    if seen.kind is RequestKind.SUPPLEMENT:
        raise RequestNotOffered
    action = action_to_answer(seen.kind, dossier)
    request, dossier = _fresh(seen, dossier, action, version, actor)
    if request.asked_by == actor.id:
        raise OwnProposal
    return request, dossier


def _fresh(
    seen: DossierRequest, dossier: Dossier, action: Action, version: int | None, actor: Actor
) -> tuple[DossierRequest, Dossier]:
    """The request that waits, with process and dossier locked; raises RequestAnswered."""
    policy.require(actor, action, dossier)
    if dossier.instance_id is not None:
        engine.lock(dossier.instance_id)
    dossier = lock_for(dossier.id, actor=actor, action=action)
    request = db.session.get_one(DossierRequest, seen.id, populate_existing=True)
    if version is not None and version != request.version:
        raise PreconditionFailed
    if request.state is not RequestState.ASKED:
        raise RequestAnswered
    return request, dossier
