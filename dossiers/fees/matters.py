"""What a clerk must look at: money that came otherwise than expected, and amounts that nobody knows."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.clock import now
from core.database import db
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.errors import ReasonMissing
from dossiers.fees.errors import MatterNotFound, MatterSettled
from dossiers.fees.models import FeeMatter, MatterKind
from dossiers.models import Dossier, PaymentOrder
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier


def open_matter(
    order: PaymentOrder,
    dossier: Dossier,
    kind: MatterKind,
    *,
    amount: int = 0,
    currency: str = "",
    transaction_code: str = "",
) -> FeeMatter:
    """Put something about an order of a locked dossier before the clerks; the same twice is one."""
    known = db.session.scalars(
        select(FeeMatter).where(
            FeeMatter.order_id == order.id,
            FeeMatter.transaction_code == transaction_code,
            FeeMatter.kind == kind,
        )
    ).one_or_none()
    if known is not None:
        return known
    matter = FeeMatter(
        id=new_id(),
        order_id=order.id,
        dossier_id=dossier.id,
        agency_id=dossier.agency_id,
        kind=kind,
        amount=amount,
        currency=currency or order.currency,
        transaction_code=transaction_code,
    )
    db.session.add(matter)
    _record(DossierTag.MATTER_OPENED, matter, "system")
    return matter


def settle_matter(matter_id: UUID, *, note: str, by: Actor) -> FeeMatter:
    """Close a matter with what came of it. Raises MatterNotFound, MatterSettled, ReasonMissing."""
    matter = hold_matter(matter_id, by=by)
    if not note.strip():
        raise ReasonMissing
    close_matter(matter, note=note.strip(), by=by.id)
    return matter


def hold_matter(matter_id: UUID, *, by: Actor) -> FeeMatter:
    """An open matter under the lock of its dossier.

    Raises MatterNotFound, NotAllowed, MatterSettled.
    """
    found = db.session.get(FeeMatter, matter_id)
    if found is None:
        raise MatterNotFound
    dossier = lock_dossier(found.dossier_id)
    if not policy.allows(by, Action.DOSSIER_VIEW, dossier):
        raise MatterNotFound
    policy.require(by, Action.FEE_DECIDE, dossier)
    db.session.refresh(found)
    if found.settled_at is not None:
        raise MatterSettled
    return found


def close_matter(matter: FeeMatter, *, note: str, by: str) -> None:
    """Note that a matter is settled, how and by whom."""
    matter.settled_at, matter.settled_by, matter.note = now(), by, note
    _record(DossierTag.MATTER_SETTLED, matter, by)


def close_matters_of(order: PaymentOrder, kind: MatterKind, *, note: str, by: str) -> None:
    """Close what is open about an order of one kind."""
    asked = select(FeeMatter).where(FeeMatter.order_id == order.id, FeeMatter.kind == kind)
    for matter in db.session.scalars(asked.where(FeeMatter.settled_at.is_(None))):
        close_matter(matter, note=note, by=by)


def _record(tag: DossierTag, matter: FeeMatter, by: str) -> None:
    details: dict[str, Any] = {
        "kind": matter.kind,
        "amount": matter.amount,
        "currency": matter.currency,
    }
    record(tag, matter.dossier_id, actor=by, subject=f"fee-matter:{matter.id}", details=details)
