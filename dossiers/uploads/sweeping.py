"""Takes pieces out of quarantine that no check will ever come for: whoever stored them died before.

Only pieces of a day and more are looked at, by the store's own clock; what a document still waits for
stays however old it is.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select

from core.database import reading
from dossiers.models import Document, DocumentState
from dossiers.uploads.models import Upload
from dossiers.uploads.quarantine import FOLDER, document_of
from storage import store

log = structlog.get_logger(__name__)
EVERY: Final = 60.0
OLD_ENOUGH: Final = timedelta(days=1)
PAGE: Final = 500


class QuarantineSweeping:
    """One walk after another, a page at a time, a day between their beginnings."""

    def __init__(self) -> None:
        self._left: Iterator[str] = iter(())
        self._begun = datetime.min.replace(tzinfo=UTC)

    def go_on(self) -> int:
        """Look at one page of the pieces; returns how many were taken away. A chore."""
        page = list(islice(self._left, PAGE))
        moment = datetime.now(UTC)
        if not page and moment - self._begun >= OLD_ENOUGH:
            self._begun = moment
            self._left = store().written_before(moment - OLD_ENOUGH, FOLDER)
            page = list(islice(self._left, PAGE))
        return _sweep(page)


def _sweep(keys: Sequence[str]) -> int:
    owners = {key: owner for key in keys if (owner := document_of(key)) is not None}
    kept = _awaited(set(owners.values()))
    going = sorted(key for key, owner in owners.items() if owner not in kept)
    for key in going:
        store().delete(key)
        log.info("piece taken away that no document waits for", key=key)
    return len(going)


def _awaited(documents: set[UUID]) -> set[UUID]:
    checking = select(Document.id).where(
        Document.id.in_(documents), Document.state == DocumentState.CHECKING
    )
    coming = select(Upload.id).where(Upload.id.in_(documents))
    with reading() as session:
        return set(session.scalars(checking)) | set(session.scalars(coming))
