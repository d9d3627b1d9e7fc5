"""Legal holds: a dossier that a court, an inquiry or an inspection needs is kept whole."""

from uuid import UUID

from sqlalchemy import select

from accounts.actor import Actor
from accounts.freshness import require_fresh
from accounts.policy import Action
from core.clock import now
from core.database import db
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.errors import ReasonMissing
from dossiers.models import Dossier
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_for
from dossiers.privacy.errors import AlreadyPseudonymised, HoldStands, NotOnHold
from dossiers.privacy.models import LegalHold
from dossiers.stored.holding import tell_store


def put_on_hold(dossier_id: UUID, *, reason: str, actor: Actor) -> LegalHold:
    """Keep a dossier whole until the hold is lifted; on record, freshly proven.

    Raises DossierNotFound, ActionRefused, FreshProofNeeded, ReasonMissing, HoldStands,
    AlreadyPseudonymised.
    """
    dossier, standing = _locked(dossier_id, reason, actor)
    if standing is not None:
        raise HoldStands
    if dossier.pseudonymised_at is not None:
        raise AlreadyPseudonymised
    hold = LegalHold(id=new_id(), dossier_id=dossier_id, reason=reason.strip(), placed_by=actor.id)
    db.session.add(hold)
    _record(DossierTag.HOLD_PLACED, hold, actor, hold.reason)
    return hold


def lift_hold(dossier_id: UUID, *, reason: str, actor: Actor) -> LegalHold:
    """End the hold: from now on the retention term counts again.

    Raises DossierNotFound, ActionRefused, FreshProofNeeded, ReasonMissing, NotOnHold.
    """
    _, hold = _locked(dossier_id, reason, actor)
    if hold is None:
        raise NotOnHold
    hold.lifting_reason, hold.lifted_by, hold.lifted_at = reason.strip(), actor.id, now()
    _record(DossierTag.HOLD_LIFTED, hold, actor, hold.lifting_reason)
    return hold


def _locked(dossier_id: UUID, reason: str, actor: Actor) -> tuple[Dossier, LegalHold | None]:
    dossier = lock_for(dossier_id, actor=actor, action=Action.DOSSIER_HOLD)
    require_fresh(actor)
    if not reason.strip():
        raise ReasonMissing
    standing = select(LegalHold).where(
        LegalHold.dossier_id == dossier_id, LegalHold.lifted_at.is_(None)
    )
    return dossier, db.session.scalars(standing).one_or_none()


def _record(tag: DossierTag, hold: LegalHold, actor: Actor, reason: str) -> None:
    tell_store(hold)
    subject = f"hold:{hold.id}"
    record(tag, hold.dossier_id, actor=actor.id, subject=subject, details={"reason": reason})
