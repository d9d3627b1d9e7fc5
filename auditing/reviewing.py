"""Access reviews: every grant of an agency confirmed or marked; administrators settle the marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from accounts import policy
from accounts.actor import Actor
from accounts.granting import revoke_role
from accounts.models import Account, RoleGrant
from accounts.policy import Action, Scope
from accounts.reach import administers_place
from auditing import inquiries
from auditing.audit import AuditingTag
from auditing.errors import PurposeMissing, ReviewNotFound, WithdrawalNotFound
from auditing.models import AccessReview, Outcome, ReviewedGrant, Verdict
from core.audit import note
from core.clock import now, zone
from core.database import db
from core.errors import NotFound
from core.ids import new_id


@dataclass(frozen=True)
class Line:
    """A grant of a review, with the one who holds it."""

    row: ReviewedGrant
    grant: RoleGrant
    holder: str


def open_review(agency_id: UUID | None, day: date, *, by: Actor) -> AccessReview:
    """List all grants in an agency (None: those that reach all agencies) that held on a day.

    Raises NotFound for a foreign agency.
    """
    policy.require_ever(by, Action.AUDIT_REVIEW)
    if not policy.allows(by, Action.AUDIT_REVIEW, Scope(agency_id=agency_id)):
        raise NotFound
    review = AccessReview(id=new_id(), agency_id=agency_id, day=day, opened_by=by.id)
    db.session.add(review)
    db.session.flush()
    held = grants_on(agency_id, day)
    db.session.add_all(ReviewedGrant(review_id=review.id, grant_id=each.id) for each in held)
    _note(AuditingTag.REVIEW_OPENED, review, by, day=str(day), grants=len(held))
    return review


def grants_on(agency_id: UUID | None, day: date) -> Sequence[RoleGrant]:
    """The grants in an agency, or that reach all agencies, that held at some moment of a day."""
    begin = datetime.combine(day, time(), zone()).astimezone(UTC)
    return db.session.scalars(
        select(RoleGrant)
        .where(
            RoleGrant.agency_id == agency_id if agency_id else RoleGrant.agency_id.is_(None),
            RoleGrant.valid_from < begin + timedelta(days=1),
            or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > begin),
        )
        .order_by(RoleGrant.id)
    ).all()


def judge(
    review_id: UUID,
    grant_id: UUID,
    verdict: Verdict,
    reason: str,
    *,
    by: Actor,
    version: int | None = None,
) -> ReviewedGrant:
    """Confirm a grant, or mark it for withdrawal with a reason; nothing is withdrawn by this.

    Raises PurposeMissing, and as `inquiries.change`.
    """
    review = inquiries.change(AccessReview, review_id, by=by, version=version)
    row = db.session.get(ReviewedGrant, (review.id, grant_id))
    if row is None:
        raise ReviewNotFound
    if verdict is Verdict.WITHDRAW and not reason.strip():
        raise PurposeMissing
    row.verdict, row.reason = verdict, reason.strip()
    row.reviewed_by, row.reviewed_at = by.id, now()
    return row


def sign_off(
    review_id: UUID, conclusion: str, *, by: Actor, version: int | None = None
) -> AccessReview:
    """Close a review as a whole; what is marked goes to the administrators.

    Raises PurposeMissing, NotAllJudged, and as `inquiries.change`.
    """
    review = inquiries.change(AccessReview, review_id, by=by, version=version)
    rows = [each.row for each in lines(review)]
    inquiries.close(review, conclusion, left=sum(each.verdict is None for each in rows), by=by)
    marked = [each for each in rows if each.verdict is Verdict.WITHDRAW]
    for each in marked:
        each.waiting = True
    verdicts = {str(each.grant_id): str(each.verdict) for each in rows}
    _note(AuditingTag.REVIEW_SIGNED, review, by, verdicts=verdicts, marked=len(marked))
    return review


def settle(
    review_id: UUID, grant_id: UUID, outcome: Outcome, answer: str, *, by: Actor
) -> ReviewedGrant:
    """End a grant that was marked, or keep it with an answer to the auditor; by an administrator.

    Raises WithdrawalNotFound, PurposeMissing, and as `granting.revoke_role`.
    """
    policy.require_ever(by, Action.DEPARTMENT_ADMINISTER)
    key = ReviewedGrant.review_id == review_id, ReviewedGrant.grant_id == grant_id
    row = db.session.scalars(select(ReviewedGrant).where(*key).with_for_update()).one_or_none()
    grant = db.session.get(RoleGrant, grant_id)
    if row is None or grant is None or not row.waiting or not _administers(by, grant):
        raise WithdrawalNotFound
    if outcome is Outcome.KEPT and not answer.strip():
        raise PurposeMissing
    if outcome is Outcome.WITHDRAWN and (grant.valid_until is None or grant.valid_until > now()):
        revoke_role(grant_id, by=by)
    row.waiting, row.outcome, row.answer = False, outcome, answer.strip()
    row.settled_by, row.settled_at = by.id, now()
    note(
        AuditingTag.WITHDRAWAL_SETTLED,
        actor=by.id,
        subject=f"review:{review_id}",
        details={"grant": str(grant_id), "outcome": str(outcome), "answer": row.answer},
        agency_id=grant.agency_id,
    )
    return row


def withdrawals(*, visible_to: Actor) -> list[Line]:
    """Marked grants that wait for this administrator."""
    found = _lines(ReviewedGrant.waiting)
    return [each for each in found if _administers(visible_to, each.grant)]


def lines(review: AccessReview) -> list[Line]:
    """The grants of a review, with who holds them."""
    return _lines(ReviewedGrant.review_id == review.id)


def _lines(condition: object) -> list[Line]:
    query = (
        select(ReviewedGrant, RoleGrant, Account.display_name)
        .join(RoleGrant, RoleGrant.id == ReviewedGrant.grant_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(condition)  # type: ignore[arg-type]  # a condition, or a column of booleans
        .order_by(Account.display_name, RoleGrant.id)
    )
    return [Line(*row) for row in db.session.execute(query)]


def _administers(actor: Actor, grant: RoleGrant) -> bool:
    return actor.account_id != grant.account_id and administers_place(actor, grant.agency_id)


def _note(tag: AuditingTag, review: AccessReview, by: Actor, **details: object) -> None:
    note(
        tag,
        actor=by.id,
        subject=f"review:{review.id}",
        details=details,
        agency_id=review.agency_id,
    )
