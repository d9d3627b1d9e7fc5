"""What is emptied of entries when the dossier behind them is pseudonymised: they stay public."""

from uuid import UUID

from sqlalchemy import select, update

from accounts.runtime import runtime
from core.database import db
from dossiers.models import RegisterEntry
from dossiers.register_entries.models import CertifiedCopy, RegisterChange


def empty(dossier_id: UUID) -> None:
    """Reasons for staff and holder go; who asked for a copy becomes a pseudonym."""
    entries = select(RegisterEntry.id).where(RegisterEntry.dossier_id == dossier_id)
    of_entries = update(RegisterChange).where(RegisterChange.entry_id.in_(entries))
    db.session.execute(of_entries.values(reason=""))
    copies = select(CertifiedCopy).where(CertifiedCopy.entry_id.in_(entries))
    for copy in db.session.scalars(copies):
        copy.asked_by = runtime().pseudonyms.of_actor(copy.asked_by)
