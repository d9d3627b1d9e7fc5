"""Leases of jobs that are being worked in this process, renewed while their handlers run."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

import structlog

from core.database import transaction
from engine.jobs import table
from engine.jobs.table import Claimed

log = structlog.get_logger(__name__)
SHARE = 1 / 3


@dataclass
class _Held:
    claimed: Claimed
    lease: float
    renew_at: float


@dataclass
class Leases:
    """The jobs at work here. A handler may take as long as it needs: only a dead worker loses one.

    `renew_due` is called every now and then by one thread of the process.
    """

    _held: dict[UUID, _Held] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def held(self, claimed: Claimed, lease: float) -> Iterator[None]:
        """Have the lease renewed for as long as this lasts; `lease` is its length in seconds."""
        with self._lock:
            self._held[claimed.lock] = _Held(claimed, lease, time.monotonic() + lease * SHARE)
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(claimed.lock, None)

    def renew_due(self) -> None:
        """Renew what has used up a third of its lease; let go of what somebody else has by now."""
        for held in self._due():
            held.renew_at = time.monotonic() + held.lease * SHARE
            with transaction():
                ours = table.renew(held.claimed, held.lease)
            if not ours:
                self._let_go(held.claimed)

    def _due(self) -> list[_Held]:
        with self._lock:
            return [each for each in self._held.values() if each.renew_at <= time.monotonic()]

    def _let_go(self, claimed: Claimed) -> None:
        with self._lock:
            lost = self._held.pop(claimed.lock, None)
        if lost is not None:
            log.warning("lease lost", kind=claimed.kind, job=str(claimed.id))
