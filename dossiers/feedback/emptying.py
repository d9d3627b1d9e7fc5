"""What petitions and ratings tell of people goes with their dossier, or after a time of their own."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from accounts.runtime import runtime
from core.clock import now
from core.database import db, transaction
from core.errors import N_
from dossiers.context import jurisdiction
from dossiers.feedback.models import Petition, PetitionState, Rating
from dossiers.models import Dossier
from dossiers.privacy.grounds import Ground
from dossiers.settled.retention import Term

_OPEN: Final = (PetitionState.SENT, PetitionState.ASKED)
_DAYS_OF_A_MONTH: Final = 31
_NOTHING: Final[dict[str, Any]] = {
    "sender_id": None,
    "name": "",
    "email": "",
    "secret_hash": None,
    "text": "",
    "question": "",
    "reply": "",
    "answer": "",
}


def _waits(_term: Term, _before: datetime) -> ColumnElement[bool]:
    waiting = select(Petition.id).where(
        Petition.dossier_id == Dossier.id, Petition.state.in_(_OPEN)
    )
    return waiting.exists()


PETITION_WAITS: Final = Ground("petition", N_("a petition about it waits for an answer"), _waits)


def empty(dossier_id: UUID) -> None:
    """In the transaction that pseudonymises a dossier; what was published stays, without people."""
    gone = update(Petition).where(Petition.dossier_id == dossier_id)
    db.session.execute(gone.values(**_NOTHING, emptied_at=now()))
    rating = db.session.get(Rating, dossier_id)
    if rating is not None:
        rating.text, rating.rated_by = "", runtime().pseudonyms.of_actor(rating.rated_by)


def forget_old_petitions() -> None:
    """Empty what was closed longer ago than the profile keeps it."""
    months = jurisdiction().profile.petitions.kept_months
    before = now() - timedelta(days=months * _DAYS_OF_A_MONTH)
    with transaction():
        old = update(Petition).where(Petition.closed_at < before, Petition.emptied_at.is_(None))
        db.session.execute(old.values(**_NOTHING, emptied_at=now()))
