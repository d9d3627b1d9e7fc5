"""The papers that an applicant is asked for because no data came."""

from typing import Any, Final

from sqlalchemy import bindparam, select

from core.database import db
from dossiers.confidential.models import DataEnquiry, EnquiryState
from dossiers.models import Dossier, DossierStatus
from workflows.pack import ServicePack

_of_dossier: Any = bindparam("of_dossier")
_AWAITED: Final = (
    select(DataEnquiry.kind)
    .where(
        DataEnquiry.dossier_id == _of_dossier,
        DataEnquiry.paper_asked_at.is_not(None),
        DataEnquiry.closed_at.is_(None),
        DataEnquiry.state != EnquiryState.ANSWERED,
    )
    .order_by(DataEnquiry.id)
)


def papers_awaited(dossier: Dossier, pack: ServicePack) -> list[str]:
    """Their kinds; most services ask no other system, and then nothing is looked up."""
    if not pack.manifest.enquiries or dossier.status is not DossierStatus.AWAITING_SUPPLEMENT:
        return []
    return list(db.session.scalars(_AWAITED, {"of_dossier": dossier.id}))
