"""Reads of the store, for its owner, members of an organisation by role, and nobody else."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import contains_eager

from accounts import policy
from accounts.actor import DRAFTING, Actor
from accounts.policy import Action
from core.clock import today
from core.database import db
from dossiers.holdings.errors import HoldingNotFound
from dossiers.holdings.models import Holding, HoldingUse, SignatureState
from dossiers.models import Document, DocumentState, Dossier, DossierStatus, RegisterEntry
from dossiers.queries import pack_of
from dossiers.register import state_of
from dossiers.register_entries.models import EntryState


def holdings(*, visible_to: Actor, after: UUID | None = None, limit: int = 50) -> Sequence[Holding]:
    """What is kept for this actor and his organisations, newest first; hidden ones too."""
    query = select(Holding).where(
        Holding.deleted_at.is_(None), policy.clause(visible_to, Action.HOLDING_VIEW, Holding)
    )
    if after is not None:
        query = query.where(Holding.id < after)
    return db.session.scalars(query.order_by(Holding.id.desc()).limit(limit)).all()


def find_holding(holding_id: UUID, *, visible_to: Actor) -> Holding:
    """One; raises HoldingNotFound also when this actor may not see it."""
    found = db.session.get(Holding, holding_id)
    if (
        found is None
        or found.deleted_at is not None
        or not policy.allows(visible_to, Action.HOLDING_VIEW, found)
    ):
        raise HoldingNotFound
    return found


def uses_of(holding: Holding) -> Sequence[tuple[HoldingUse, str]]:
    """Every time it was used, newest first, with the reference of the dossier."""
    rows = db.session.execute(
        select(HoldingUse, Dossier.reference)
        .join(Dossier, Dossier.id == HoldingUse.dossier_id)
        .where(HoldingUse.holding_id == holding.id)
        .order_by(HoldingUse.used_at.desc())
    )
    return [(use, reference) for use, reference in rows]


def fitting(dossier: Dossier, kind: str, *, visible_to: Actor) -> list[Holding]:
    """What could be used for a kind of document of a dossier instead of asking for it again."""
    kept_as = pack_of(dossier).document_type(kind).kept_as
    if not kept_as:
        return []
    found = db.session.scalars(
        select(Holding)
        .where(Holding.document_type == kept_as, Holding.hidden_at.is_(None))
        .where(*_of_owner(dossier, visible_to))
        .order_by(Holding.id.desc())
    )
    allowed = (each for each in found if policy.allows(visible_to, Action.HOLDING_USE, each))
    return [each for each in allowed if is_good(each)]


def is_good(holding: Holding) -> bool:
    """Whether it can be used today: in its days, no doubtful seal, its result not taken away."""
    day = today()
    begun = holding.valid_from is None or holding.valid_from <= day
    lasting = holding.valid_until is None or holding.valid_until >= day
    sound = holding.signature is not SignatureState.DOUBTFUL
    return begun and lasting and sound and _result_stands(holding)


def keepable(*, visible_to: Actor) -> list[tuple[Document, Dossier]]:
    """Documents of finished dossiers that the store would keep and has not yet, newest first."""
    rows = db.session.execute(
        select(Document, Dossier)
        .join(Dossier, Dossier.id == Document.dossier_id)
        .where(
            Document.removed_at.is_(None),
            Document.state == DocumentState.THERE,
            Dossier.status.in_((DossierStatus.FINISHED, DossierStatus.DELIVERED)),
            Dossier.pseudonymised_at.is_(None),
            ~select(Holding.id).where(Holding.document_id == Document.id).exists(),
            policy.clause(visible_to, Action.HOLDING_KEEP, Dossier),
        )
        .options(contains_eager(Document.dossier))
        .order_by(Document.id.desc())
        .limit(100)
    )
    return [(document, dossier) for document, dossier in rows if kept_as(document, dossier)]


def kept_as(document: Document, dossier: Dossier) -> str:
    """As which type of the profile the store keeps a document; empty if it does not."""
    return pack_of(dossier).document_type(document.document_type).kept_as


def reused(first: datetime, until: datetime, agency_id: UUID) -> int:
    """How many documents an agency got from the store in a time, the end left out."""
    used = select(func.count()).where(
        HoldingUse.agency_id == agency_id, HoldingUse.used_at >= first, HoldingUse.used_at < until
    )
    return db.session.scalar(used) or 0


def _of_owner(dossier: Dossier, actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """A document of one person or organisation never gets into a dossier of another one.

    A draft that names an organisation which its writer stands for is going to be that one's.
    """
    same = Holding.acting_for.in_({dossier.acting_for, _named(dossier, actor)})
    own = or_(Holding.acting_for != "", Holding.owner_id == dossier.owner_id)
    return same, own, Holding.deleted_at.is_(None)


def _named(dossier: Dossier, actor: Actor) -> str:
    pack = pack_of(dossier)
    said = str(pack.read(pack.manifest.owner_number, dossier.answers) or "")
    own = not dossier.acting_for and dossier.mandate_id is None
    return said if own and said in actor.organisations_as(DRAFTING) else dossier.acting_for


def _result_stands(holding: Holding) -> bool:
    if holding.entry_id is None:
        return True
    return state_of(db.session.get_one(RegisterEntry, holding.entry_id)) is EntryState.VALID
