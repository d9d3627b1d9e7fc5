"""Reads of enquiries. What was answered is read for a task alone, see `reading`."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from dossiers.confidential.models import DataEnquiry
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier


def enquiries_of(dossier: Dossier, *, visible_to: Actor) -> Sequence[DataEnquiry]:
    """What was asked about the person of a dossier, the oldest first, without what was answered.

    Raises DossierNotFound.
    """
    if not policy.allows(visible_to, Action.DOSSIER_VIEW, dossier):
        raise DossierNotFound
    return _of(dossier.id)


def newest_enquiry(dossier_id: UUID, kind: str) -> DataEnquiry | None:
    """The last one of a kind, for who plays the other system."""
    return next((each for each in reversed(_of(dossier_id)) if each.kind == kind), None)


def _of(dossier_id: UUID) -> Sequence[DataEnquiry]:
    of_dossier = DataEnquiry.dossier_id == dossier_id
    return db.session.scalars(select(DataEnquiry).where(of_dossier).order_by(DataEnquiry.id)).all()
