"""What was answered about somebody goes with the dossier."""

from uuid import UUID

from sqlalchemy import delete, select

from core.database import db
from dossiers.confidential.models import DataEnquiry, SealedAnswer


def empty(dossier_id: UUID) -> None:
    """In the transaction that pseudonymises a dossier; that something was asked, and why, stays."""
    asked = select(DataEnquiry.id).where(DataEnquiry.dossier_id == dossier_id)
    db.session.execute(delete(SealedAnswer).where(SealedAnswer.enquiry_id.in_(asked)))
