"""What becomes of the store when the dossier behind a document is pseudonymised: it stays its owner's.

The copy in the store is the owner's and kept for him until he deletes it. Only what the record of a
dossier that tells of nobody any more would still say of people goes: who used what in it.
"""

from uuid import UUID

from sqlalchemy import select

from accounts.runtime import runtime
from core.database import db
from dossiers.holdings.models import HoldingUse


def empty(dossier_id: UUID) -> None:
    """Who used a document in the dossier becomes a pseudonym."""
    for use in db.session.scalars(select(HoldingUse).where(HoldingUse.dossier_id == dossier_id)):
        use.used_by = runtime().pseudonyms.of_actor(use.used_by)
