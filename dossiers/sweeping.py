"""Takes away stored files that no document refers to: whoever stored them died before recording them.

Only files of a day and more are looked at. An upload is recorded seconds after it was stored, and
its key is never used again, so nobody can come to refer to a file while it is being taken away. What a
dossier's process stored waits until that is over, and what is on legal hold stays.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

import structlog

from dossiers.privacy.files import FOLDER, in_process, needed
from storage import store

log = structlog.get_logger(__name__)
OLD_ENOUGH = timedelta(days=1)
PAGE = 500


class Sweeping:
    """One walk through the store after another, a page at a time, a day between their beginnings."""

    def __init__(self) -> None:
        self._left: Iterator[str] = iter(())
        self._begun = datetime.min.replace(tzinfo=UTC)

    def go_on(self) -> int:
        """Look at one page of the files; returns how many were taken away. A chore."""
        page = list(islice(self._left, PAGE))
        # By the clock of the machines, as the store tells when a file was written.
        moment = datetime.now(UTC)
        if not page and moment - self._begun >= OLD_ENOUGH:
            self._begun = moment
            self._left = store().written_before(moment - OLD_ENOUGH, FOLDER)
            page = list(islice(self._left, PAGE))
        return _sweep(page)


def _sweep(keys: Sequence[str]) -> int:
    """A file's key ends with the id of its document; one that does not is not ours to judge."""
    files = [key for key in keys if _ends_with_id(key)]
    orphans = set(files) - needed(files)
    orphans -= in_process(orphans)
    for key in sorted(orphans):
        store().delete(key)
        log.info("file taken away that nothing refers to", key=key)
    return len(orphans)


def _ends_with_id(key: str) -> bool:
    try:
        UUID(key.rpartition("/")[2])
    except ValueError:
        return False
    return True
