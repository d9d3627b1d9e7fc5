"""Reads of receptions, for the clerks of the office that took them in."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from dossiers.desk.models import DeskReception, PaperComponent
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier

NEWEST = 50


def find_reception(reference: str, *, visible_to: Actor) -> tuple[Dossier, DeskReception]:
    """A dossier that was entered at an office where the actor receives; raises DossierNotFound."""
    found = db.session.execute(
        select(Dossier, DeskReception)
        .join(DeskReception, DeskReception.dossier_id == Dossier.id)
        .where(or_(Dossier.reference == reference, Dossier.code == reference))
    ).one_or_none()
    if found is None or not may_receive(visible_to, found[1].agency_id):
        raise DossierNotFound
    return found[0], found[1]


def receptions(*, visible_to: Actor) -> Sequence[tuple[Dossier, DeskReception]]:
    """What was entered at the actor's offices, newest first."""
    scope = policy.Scope(agency_id=DeskReception.agency_id)
    rows = db.session.execute(
        select(Dossier, DeskReception)
        .join(DeskReception, DeskReception.dossier_id == Dossier.id)
        .where(policy.clause(visible_to, Action.DOSSIER_RECEIVE, scope))
        .order_by(DeskReception.entered_at.desc(), DeskReception.dossier_id)
        .limit(NEWEST)
    )
    return [(dossier, reception) for dossier, reception in rows]


def may_receive(actor: Actor, agency_id: UUID) -> bool:
    """Whether somebody takes applications in at an agency."""
    return policy.allows(actor, Action.DOSSIER_RECEIVE, policy.Scope(agency_id=agency_id))


def reception_of(dossier_id: UUID) -> DeskReception | None:
    """How a dossier was taken in; None for one that its applicant sent."""
    return db.session.get(DeskReception, dossier_id)


def paper_components(dossier_id: UUID) -> dict[str, PaperComponent]:
    """What was brought on paper, by kind."""
    rows = db.session.scalars(
        select(PaperComponent)
        .where(PaperComponent.dossier_id == dossier_id)
        .order_by(PaperComponent.document_type)
    )
    return {row.document_type: row for row in rows}


def kinds_on_paper(dossier_id: UUID) -> set[str]:
    """The kinds of which at least one sheet was brought."""
    found = paper_components(dossier_id)
    return {kind for kind, each in found.items() if each.originals + each.copies > 0}
