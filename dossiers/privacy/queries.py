"""Reads of holds, for whom they concern."""

from collections.abc import Sequence

from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from dossiers.models import Dossier
from dossiers.privacy.models import LegalHold


def holds_of(dossier: Dossier, *, visible_to: Actor) -> Sequence[LegalHold]:
    """The holds of a dossier, newest first; none for those who are not told of them, as its owner."""
    if not policy.allows(visible_to, Action.DOSSIER_VIEW_HOLD, dossier):
        return []
    return db.session.scalars(
        select(LegalHold)
        .where(LegalHold.dossier_id == dossier.id)
        .order_by(LegalHold.placed_at.desc(), LegalHold.id.desc())
    ).all()


def standing_hold(dossier: Dossier, *, visible_to: Actor) -> LegalHold | None:
    """The hold that is not lifted yet; None where there is none, or for those not told of it."""
    holds = holds_of(dossier, visible_to=visible_to)
    return next((each for each in holds if each.lifted_at is None), None)
