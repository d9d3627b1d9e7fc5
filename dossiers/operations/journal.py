"""Writing to a dossier's audit chain."""

from typing import Any
from uuid import UUID

from core.audit import append
from dossiers.audit import DossierTag
from dossiers.operations.locking import lock_dossier


def record(
    tag: DossierTag,
    dossier_id: UUID,
    *,
    actor: str,
    subject: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Chain a deed to a dossier's record; its row is locked, for the chain has one next place."""
    lock_dossier(dossier_id)
    append(
        tag,
        actor=actor,
        subject=subject or f"dossier:{dossier_id}",
        chain=dossier_id,
        details=details,
    )
