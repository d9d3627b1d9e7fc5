"""What follows a request by jobs: e-mail to those whom it concerns, and a letter."""

from datetime import datetime
from typing import Any, Final

from dossiers.models import Dossier
from dossiers.requests.models import DossierRequest, RequestKind, RequestState
from engine.runtime import current_runtime
from workflows.queries import service_version

TELL: Final = "request.tell"
MAKE_LETTER: Final = "letter.make"
_NEWS: Final = frozenset({RequestState.ASKED, RequestState.GRANTED, RequestState.DENIED})


def tell_later(request: DossierRequest, dossier: Dossier) -> None:
    """Let a job tell where a request stands now; of a supplement its status tells already."""
    news = request.kind is not RequestKind.SUPPLEMENT and request.state in _NEWS
    if news and dossier.instance_id is not None:
        payload = {"request": str(request.id), "state": str(request.state)}
        current_runtime().enqueue(TELL, dossier.instance_id, payload)


def ask_letter(name: str, dossier: Dossier, request: dict[str, Any]) -> None:
    """Let a job make a letter, if the service or its profile has it; else only pages tell.

    `request` may have: round, items (label, defect, remedy, legal_basis), reason, legal_basis, stage,
    asked_at, answer_until, old_due, new_due, decision, money, by (moments in ISO 8601, UTC).
    """
    pack = service_version(dossier.service_version)
    if name in pack.letters and dossier.instance_id is not None:
        payload = {"letter": name, "request": request}
        current_runtime().enqueue(MAKE_LETTER, dossier.instance_id, payload)


def moment(given: datetime | None) -> str:
    """A moment as letters are given it; empty for none."""
    return given.isoformat() if given is not None else ""
