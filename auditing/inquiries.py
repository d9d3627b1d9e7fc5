"""What samples and access reviews share: who sees them, and that one sign-off closes them."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from auditing.errors import (
    NotAllJudged,
    PurposeMissing,
    ReviewNotFound,
    SampleNotFound,
    SignedOff,
)
from auditing.models import AccessReview, Sample
from core.clock import now
from core.database import db
from core.errors import PreconditionFailed

Kept = TypeVar("Kept", Sample, AccessReview)


def newest(
    kind: type[Kept], *, visible_to: Actor, after: UUID | None = None, limit: int
) -> Sequence[Kept]:
    """Those that the auditor sees, newest first; `after` is the last one of the page before."""
    query = select(kind).where(_seen(kind, visible_to))
    if after is not None:
        query = query.where(kind.id < after)
    return db.session.scalars(query.order_by(kind.id.desc()).limit(limit)).all()


def find(kind: type[Kept], inquiry_id: UUID, *, visible_to: Actor) -> Kept:
    """One of them; raises SampleNotFound, ReviewNotFound."""
    return _one(kind, select(kind).where(kind.id == inquiry_id), visible_to)


def change(kind: type[Kept], inquiry_id: UUID, *, by: Actor, version: int | None) -> Kept:
    """Lock one that is still open and count a change of it; `version` is the one that was seen.

    Raises SampleNotFound, ReviewNotFound, SignedOff, PreconditionFailed.
    """
    locked = select(kind).where(kind.id == inquiry_id).with_for_update()
    found = _one(kind, locked.execution_options(populate_existing=True), by)
    if found.signed_at is not None:
        raise SignedOff
    if version is not None and version != found.version:
        raise PreconditionFailed
    found.version += 1
    return found


def close(inquiry: Sample | AccessReview, conclusion: str, *, left: int, by: Actor) -> None:
    """Sign it off as a whole, nothing of it being left; raises PurposeMissing, NotAllJudged."""
    if not conclusion.strip():
        raise PurposeMissing
    if left:
        raise NotAllJudged(count=left)
    inquiry.signed_by, inquiry.signed_at = by.id, now()
    inquiry.conclusion = conclusion.strip()


def _one(kind: type[Kept], query: Select[Kept], visible_to: Actor) -> Kept:
    found = db.session.scalars(query.where(_seen(kind, visible_to))).one_or_none()
    if found is None:
        raise SampleNotFound if kind is Sample else ReviewNotFound
    return found


def _seen(kind: type[Kept], actor: Actor) -> ColumnElement[bool]:
    """Which ones an auditor sees: those of his agencies, and samples that he has drawn himself."""
    policed = policy.clause(actor, Action.AUDIT_REVIEW, kind)
    return or_(policed, Sample.drawn_by == actor.id) if kind is Sample else policed
