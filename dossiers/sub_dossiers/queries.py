"""Which dossiers are parts of which, for whoever may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from dossiers.models import Dossier
from dossiers.sub_dossiers.models import SubDossier


@dataclass(frozen=True)
class PartView:
    """A part: its dossier, and what was asked and answered. Who may see the lead may read these."""

    dossier: Dossier
    asked: SubDossier


def parts_of(lead: Dossier) -> Sequence[PartView]:
    """The parts of a dossier that the caller was given, the first one first."""
    rows = db.session.execute(
        select(Dossier, SubDossier)
        .join(SubDossier, SubDossier.dossier_id == Dossier.id)
        .where(SubDossier.lead_id == lead.id)
        .order_by(Dossier.id)
    )
    return [PartView(dossier, asked) for dossier, asked in rows]


def lead_of(part: Dossier) -> Dossier | None:
    """The dossier of which the given one is a part."""
    asked = db.session.get(SubDossier, part.id)
    return db.session.get(Dossier, asked.lead_id) if asked else None


def may_open(part: PartView, actor: Actor) -> bool:
    """Whether the actor may look into the part himself: it is another agency's."""
    return policy.allows(actor, Action.DOSSIER_VIEW, part.dossier)
