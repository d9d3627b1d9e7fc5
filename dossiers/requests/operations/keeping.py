"""Writing requests down: asked once of each kind, on the dossier's record, told to whom it concerns."""

import re
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.clock import now
from core.database import db
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.errors import DossierNotSubmitted, ReasonMissing
from dossiers.models import Dossier, DossierStatus
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_for
from dossiers.queries import find_dossier
from dossiers.requests.errors import NotInWords, RequestStands
from dossiers.requests.jobs import tell_later
from dossiers.requests.models import DossierRequest, RequestKind, RequestState
from dossiers.requests.queries import earlier
from dossiers.requests.rules import later
from engine import operations as engine

TAGS: Final = {
    RequestState.GRANTED: DossierTag.REQUEST_GRANTED,
    RequestState.DENIED: DossierTag.REQUEST_DENIED,
    RequestState.FULFILLED: DossierTag.REQUEST_FULFILLED,
    RequestState.TAKEN_BACK: DossierTag.REQUEST_TAKEN_BACK,
}
_A_SENTENCE: Final = re.compile(r"[^\W\d_]+\s+[^\W\d_]+")


def lock_open(dossier_id: UUID, *, actor: Actor, action: Action) -> Dossier:
    """Lock the process and then the dossier for a deed of an actor.

    Raises DossierNotFound, NotAllowed, DossierNotSubmitted.
    """
    seen = find_dossier(dossier_id, visible_to=actor)
    policy.require(actor, action, seen)
    if seen.instance_id is not None:
        engine.lock(seen.instance_id)
    dossier = lock_for(dossier_id, actor=actor, action=action)
    if dossier.status is DossierStatus.DRAFT:
        raise DossierNotSubmitted
    return dossier


def ask(
    dossier: Dossier,
    kind: RequestKind,
    reason: str,
    what: dict[str, Any],
    *,
    by: Actor,
    by_applicant: bool = False,
    term: str | None = None,
    before: Sequence[DossierRequest] | None = None,
) -> DossierRequest:
    """Write down what is asked about a locked dossier; `before` are those of its kind, if known.

    `term` is an ISO 8601 duration: for how long an answer is awaited.

    Raises RequestStands.
    """
    before = earlier(dossier.id, kind) if before is None else before
    require_none_stands(before)
    moment = now()
    asked = DossierRequest(
        id=new_id(),
        dossier_id=dossier.id,
        kind=kind,
        round=1 + len(before),
        state=RequestState.ASKED,
        reason=reason.strip(),
        what=what,
        asked_by=by.id,
        by_applicant=by_applicant,
        asked_at=moment,
        answer_until=later(moment, term) if term else None,
        answer="",
    )
    db.session.add(asked)
    _record(DossierTag.REQUEST_ASKED, asked, by.id)
    db.session.flush()
    tell_later(asked, dossier)
    return asked


def settle(
    request: DossierRequest, dossier: Dossier, state: RequestState, *, by: Actor, answer: str = ""
) -> None:
    """Note what became of a request of a locked dossier, and tell it."""
    request.state = state
    request.answer = answer.strip() or request.answer
    request.answered_by, request.answered_at = by.id, now()
    _record(TAGS[state], request, by.id)
    db.session.flush()
    tell_later(request, dossier)


def require_none_stands(before: Sequence[DossierRequest]) -> None:
    """Raise RequestStands where one of them waits for an answer."""
    if any(each.state is RequestState.ASKED for each in before):
        raise RequestStands


def require_reason(reason: str) -> None:
    """Raise ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing


def require_words(reason: str) -> None:
    """Raise ReasonMissing, or NotInWords where no two words say why."""
    require_reason(reason)
    if not _A_SENTENCE.search(reason):
        raise NotInWords(text=reason.strip())


def _record(tag: DossierTag, request: DossierRequest, by: str) -> None:
    record(
        tag,
        request.dossier_id,
        actor=by,
        subject=f"request:{request.id}",
        details={"kind": str(request.kind), "round": request.round},
    )
