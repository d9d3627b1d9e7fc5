"""What tells of people in rows about fees goes with the dossier; the accounts stay."""

from typing import Any
from uuid import UUID

from sqlalchemy import update

from core.database import db
from dossiers.fees.models import FeeExemption, FeeMatter, FeeReceipt, FeeRefund

_TOLD: Any = (
    (FeeExemption, {"reason": "", "note": ""}),
    (FeeMatter, {"note": ""}),
    (FeeRefund, {"reason": "", "note": ""}),
    (FeeReceipt, {"payer": "", "cancel_reason": ""}),
)


def empty_fees(dossier_id: UUID) -> None:
    """Empty what people have written about the fees of a dossier."""
    for table, nothing in _TOLD:
        db.session.execute(update(table).where(table.dossier_id == dossier_id).values(nothing))
