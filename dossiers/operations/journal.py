"""Writing to audit chains: of dossiers at once, and what was only noted a little later."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from accounts.models import Account
from core.audit import append, loose_chains, seal
from core.database import db, reading, transaction
from dossiers.audit import DossierTag
from dossiers.models import Dossier
from dossiers.operations.counters import advance
from dossiers.operations.locking import hold_row

SEALING_SECONDS = 30.0


def record(
    tag: DossierTag,
    dossier_id: UUID,
    *,
    actor: str,
    subject: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Chain a deed to a dossier's record; its row is locked, for the chain has one next place."""
    agency_id = hold_row(dossier_id)
    append(
        tag,
        actor=actor,
        subject=subject or f"dossier:{dossier_id}",
        chain=dossier_id,
        details=details,
        agency_id=agency_id,
    )


def seal_looks() -> None:
    """Chain looks, refusals and other events that were noted without a lock."""
    with reading():
        chains = loose_chains()
    for chain in chains:
        with transaction():
            _lock_chain(chain)
            seal(chain)


def _lock_chain(chain: UUID) -> None:
    """Whoever appends to a chain holds the row it belongs to; the house's own chain has a counter."""
    for owner in (Dossier, Account):
        db.session.execute(select(owner.id).where(owner.id == chain).with_for_update())
    advance("audit", 0)
