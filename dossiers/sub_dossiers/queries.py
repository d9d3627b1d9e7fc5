"""Which dossiers are parts of which."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from dossiers.models import Dossier
from dossiers.sub_dossiers.models import SubDossier


@dataclass(frozen=True)
class Tie:
    """A lead and its part, and what was asked and answered."""

    lead: Dossier
    part: Dossier
    asked: SubDossier

    def other(self, dossier: Dossier) -> Dossier:
        """The dossier at the other end."""
        return self.lead if dossier.id == self.part.id else self.part


def ties_of(dossier: Dossier) -> Sequence[Tie]:
    """What ties a dossier that the caller was given to others: its lead, and its parts in order."""
    tied = or_(SubDossier.dossier_id == dossier.id, SubDossier.lead_id == dossier.id)
    asked = db.session.scalars(select(SubDossier).where(tied).order_by(SubDossier.dossier_id)).all()
    return [
        Tie(
            db.session.get_one(Dossier, each.lead_id),
            db.session.get_one(Dossier, each.dossier_id),
            each,
        )
        for each in asked
    ]


def parts_of(lead: Dossier) -> Sequence[Tie]:
    """The parts of a dossier, the first one first."""
    return [tie for tie in ties_of(lead) if tie.lead.id == lead.id]


def lead_of(part: Dossier) -> Dossier | None:
    """The dossier of which the given one is a part."""
    return next((tie.lead for tie in ties_of(part) if tie.part.id == part.id), None)


def may_open(dossier: Dossier, actor: Actor) -> bool:
    """Whether the actor may look into it himself: it may be another agency's."""
    return policy.allows(actor, Action.DOSSIER_VIEW, dossier)
