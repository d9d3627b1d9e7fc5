"""An upheld petition reopens its case: as a correction of an open dossier, or as a new dossier."""

from uuid import UUID

from accounts.actor import Actor
from core.database import db
from dossiers.audit import DossierTag
from dossiers.feedback.errors import ReopeningImpossible
from dossiers.feedback.models import Petition, Reopened
from dossiers.models import Dossier
from dossiers.operations.drafts import begin_again
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier
from dossiers.requests.operations.corrections import grant_correction
from dossiers.requests.rules import is_decided


def reopen(petition: Petition, how: Reopened, *, by: Actor) -> UUID:
    """Reopen the case of a petition; the id of the new dossier, or of the correction.

    Raises ReopeningImpossible.
    """
    if petition.dossier_id is None:
        raise ReopeningImpossible
    old = lock_dossier(petition.dossier_id)
    if old.pseudonymised_at is not None or is_decided(old) is (how is Reopened.CORRECTION):
        raise ReopeningImpossible
    made = _corrected(old, by) if how is Reopened.CORRECTION else _anew(old, by)
    details = {"as": str(how), "id": str(made), "petition": petition.reference}
    record(DossierTag.REOPENED, old.id, actor=by.id, details=details)
    return made


def _corrected(old: Dossier, by: Actor) -> UUID:
    """All answers may be corrected, once."""
    return grant_correction(old, by=by).id


def _anew(old: Dossier, by: Actor) -> UUID:
    """A draft of its owner with the same answers; he completes and sends it."""
    draft = begin_again(old, by=by)
    record(
        DossierTag.DRAFTED,
        draft.id,
        actor=by.id,
        details={"reopens": old.reference},
    )
    db.session.flush()
    return draft.id
