"""What tells of people in a reception goes with the dossier."""

from typing import Any
from uuid import UUID

from sqlalchemy import update

from core.database import db
from dossiers.desk.models import DeskReception

_NOTHING: Any = {
    "owner": {},
    "submitter": {},
    "standing_paper": "",
    "owner_mark": None,
    "fact": "",
    "fact_kind": "",
}


def empty_reception(dossier_id: UUID) -> None:
    """Empty who came for whom; that somebody did, when and how stays."""
    of_dossier = update(DeskReception).where(DeskReception.dossier_id == dossier_id)
    db.session.execute(of_dossier.values(_NOTHING))
