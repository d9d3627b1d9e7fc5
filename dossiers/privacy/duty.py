"""The recurring duty of retention: some dossiers at a time, each in a transaction of its own.

A process that dies in the middle leaves each dossier either whole or pseudonymised; the next one goes
on. Several at once do no harm: each asks again under the lock of the dossier.
"""

import time
from collections import Counter
from uuid import UUID

import structlog

from accounts.actor import SYSTEM
from core import audit
from core.database import reading, transaction
from dossiers.audit import DossierTag
from dossiers.operations.pseudonymising import pseudonymise
from dossiers.privacy.outlook import due_dossiers
from dossiers.privacy.people import empty_accounts

EVERY = 60.0
PAGE = 20
_REST = 3600.0

logger = structlog.get_logger(__name__)


class Duty:
    """Goes on every minute as long as it finds something, else once an hour."""

    def __init__(self) -> None:
        self._rest_until = 0.0
        self._failed: set[UUID] = set()

    def go_on(self) -> None:
        """Pseudonymise one page of dossiers, empty one of accounts. A chore."""
        if time.monotonic() < self._rest_until:
            return
        empty_accounts(PAGE)
        if not run(PAGE, passing_over=self._failed):
            self._rest_until = time.monotonic() + _REST
            self._failed.clear()


def run(limit: int, *, passing_over: set[UUID]) -> Counter[str]:
    """Pseudonymise at most so many dossiers that are due; returns how many of each service.

    Those that cannot be are added to `passing_over`. It opens its own transactions.
    """
    with reading():
        due = due_dossiers(limit, passing_over=passing_over)
    done = Counter(service for each in due if (service := _do(each, passing_over)))
    if done:
        with transaction():
            told = {"dossiers": dict(done), "reason": "the retention term has passed"}
            audit.note(DossierTag.RETENTION_RUN, actor=SYSTEM.id, subject="retention", details=told)
    return done


def _do(dossier_id: UUID, failed: set[UUID]) -> str | None:
    try:
        with transaction():
            tally = pseudonymise(dossier_id)
    except Exception:  # one dossier's fault must not keep the others
        logger.warning("not pseudonymised", dossier=str(dossier_id), exc_info=True)
        failed.add(dossier_id)
        return None
    return tally.service_key if tally else None
