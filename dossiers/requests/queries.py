"""Reads of requests."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from dossiers.models import Dossier
from dossiers.requests.errors import RequestNotFound
from dossiers.requests.models import DossierRequest, RequestKind, RequestState
from dossiers.requests.rules import action_to_answer


def requests_of(dossier: Dossier, *, visible_to: Actor) -> Sequence[DossierRequest]:
    """The requests about a dossier, newest first.

    Applicants are told of what concerns them: not of what was proposed inside and is not granted.
    """
    found = db.session.scalars(_of(dossier.id)).all()
    return [each for each in found if may_see(each, dossier, visible_to)]


def may_see(request: DossierRequest, dossier: Dossier, actor: Actor) -> bool:
    """Whether somebody who sees the dossier is told of a request."""
    if request.by_applicant or request.kind is RequestKind.SUPPLEMENT:
        return True
    granted = request.state in {RequestState.GRANTED, RequestState.FULFILLED}
    return granted or policy.allows(actor, Action.REQUEST_VIEW, dossier)


def find_request(request_id: UUID, *, visible_to: Actor) -> tuple[DossierRequest, Dossier]:
    """One request with its dossier; raises RequestNotFound also where this actor is not told."""
    found = db.session.get(DossierRequest, request_id, populate_existing=True)
    if found is None:
        raise RequestNotFound
    dossier = db.session.get_one(Dossier, found.dossier_id)
    if not policy.allows(visible_to, Action.DOSSIER_VIEW, dossier):
        raise RequestNotFound
    if not may_see(found, dossier, visible_to):
        raise RequestNotFound
    return found, dossier


def standing(dossier_id: UUID, kind: RequestKind) -> DossierRequest | None:
    """The request of a kind that waits, for whoever has locked the dossier."""
    waiting = _of(dossier_id).where(
        DossierRequest.kind == kind, DossierRequest.state == RequestState.ASKED
    )
    return db.session.scalars(waiting).one_or_none()


def supplement_asked(dossier: Dossier) -> DossierRequest | None:
    """The list that the applicant is to answer now."""
    return standing(dossier.id, RequestKind.SUPPLEMENT)


def open_correction(dossier: Dossier) -> DossierRequest | None:
    """The granted correction that was not made yet."""
    granted = _of(dossier.id).where(
        DossierRequest.kind == RequestKind.CORRECTION, DossierRequest.state == RequestState.GRANTED
    )
    return db.session.scalars(granted).first()


def to_answer(
    *, visible_to: Actor, after: UUID | None = None, limit: int = 50
) -> Sequence[tuple[DossierRequest, Dossier]]:
    """The requests that wait for an answer which this actor may give, oldest first.

    Which deciding takes is a rule of each service, so it is looked at row by row.
    """
    found: list[tuple[DossierRequest, Dossier]] = []
    while len(found) < limit:
        rows = db.session.execute(_waiting(visible_to, after).limit(limit)).all()
        found += [
            (request, dossier)
            for request, dossier in rows
            if policy.allows(visible_to, action_to_answer(request.kind, dossier), dossier)
        ]
        if len(rows) < limit:
            break
        after = rows[-1][0].id
    return found[:limit]


def _waiting(visible_to: Actor, after: UUID | None) -> Select[DossierRequest, Dossier]:
    query = (
        select(DossierRequest, Dossier)
        .join(Dossier, Dossier.id == DossierRequest.dossier_id)
        .where(
            DossierRequest.state == RequestState.ASKED,
            DossierRequest.kind != RequestKind.SUPPLEMENT,
            DossierRequest.asked_by != visible_to.id,
            or_(
                policy.clause(visible_to, Action.REQUEST_ANSWER, Dossier),
                policy.clause(visible_to, Action.REQUEST_DECIDE, Dossier),
            ),
        )
        .order_by(DossierRequest.id)
    )
    return query if after is None else query.where(DossierRequest.id > after)


def may_answer(request: DossierRequest, dossier: Dossier, actor: Actor) -> bool:
    """Whether this actor could grant or deny a request that waits."""
    waits = request.state is RequestState.ASKED and request.kind is not RequestKind.SUPPLEMENT
    if not waits or request.asked_by == actor.id:
        return False
    return policy.allows(actor, action_to_answer(request.kind, dossier), dossier)


def earlier(dossier_id: UUID, kind: RequestKind) -> Sequence[DossierRequest]:
    """All requests of a kind, newest first, for whoever has locked the dossier."""
    return db.session.scalars(_of(dossier_id).where(DossierRequest.kind == kind)).all()


def request_of(reference: str, request_id: UUID, *, visible_to: Actor) -> DossierRequest:
    """A request by its id and its dossier's reference or code; raises RequestNotFound."""
    request, dossier = find_request(request_id, visible_to=visible_to)
    if reference not in {dossier.reference, dossier.code}:
        raise RequestNotFound
    return request


def _of(dossier_id: UUID) -> Select[DossierRequest]:
    return (
        select(DossierRequest)
        .where(DossierRequest.dossier_id == dossier_id)
        .order_by(DossierRequest.id.desc())
        .execution_options(populate_existing=True)
    )
