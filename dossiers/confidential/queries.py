"""Reads of enquiries. What was answered is read for a task alone, see `reading`."""

from collections.abc import Sequence

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
    of_dossier = select(DataEnquiry).where(DataEnquiry.dossier_id == dossier.id)
    return db.session.scalars(of_dossier.order_by(DataEnquiry.id)).all()


def newest_enquiry(kind: str) -> DataEnquiry | None:
    """The last one of a kind, for who plays the other system in a scenario."""
    of_kind = select(DataEnquiry).where(DataEnquiry.kind == kind)
    return db.session.scalars(of_kind.order_by(DataEnquiry.id.desc())).first()
