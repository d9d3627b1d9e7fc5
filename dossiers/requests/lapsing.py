"""Requests that nobody will answer any more."""

from typing import Any, Final

from sqlalchemy import and_, or_, update

from core.clock import now
from core.database import db
from dossiers.audit import DossierTag
from dossiers.models import Dossier
from dossiers.operations.journal import record
from dossiers.requests.models import DossierRequest, RequestKind, RequestState

_request: Any = DossierRequest.__table__
_UNUSED: Final = and_(
    _request.c.kind == RequestKind.CORRECTION, _request.c.state == RequestState.GRANTED
)
_LAPSE: Final = (
    update(_request)
    .where(or_(_request.c.state == RequestState.ASKED, _UNUSED))
    .values(state=RequestState.LAPSED, version=_request.c.version + 1)
    .returning(_request.c.id, _request.c.kind)
)


def lapse(dossier: Dossier) -> None:
    """What waits for an answer lapses, and a correction that was not made: a dossier is decided."""
    of_dossier = _LAPSE.where(_request.c.dossier_id == dossier.id).values(answered_at=now())
    for gone in db.session.connection().execute(of_dossier).all():
        record(
            DossierTag.REQUEST_LAPSED,
            dossier.id,
            actor="system",
            subject=f"request:{gone.id}",
            details={"kind": str(gone.kind)},
        )
