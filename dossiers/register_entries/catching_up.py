"""Entries that were published before their service said what only one may say come to hold it, too.

A chore goes through them once for each wording of the rules, from the oldest on; a counter says how far
it has come. What is published later holds its keys from the beginning.
"""

from hashlib import sha256
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select

from core.database import reading, transaction
from dossiers.models import Counter, RegisterEntry
from dossiers.operations.counters import advance
from dossiers.register_entries import uniqueness
from dossiers.register_entries.operations import lock_entry
from workflows.pack import ServicePack
from workflows.queries import services

MOST_AT_ONCE: Final = 100
# More than there will ever be entries: whoever has come so far is through.
_THROUGH: Final = 10**12

log = structlog.get_logger(__name__)


def let_older_entries_hold_their_keys() -> int:
    """Go on where it was left; returns how many entries were looked at."""
    ruled = (pack for pack in services() if pack.manifest.register.unique)
    return sum(_go_on(pack) for pack in ruled)


def _go_on(pack: ServicePack) -> int:
    come_to, found = _next(pack)
    for number, entry_id in enumerate(found, start=come_to):
        with transaction():
            # Whoever else goes through them waits here, and then finds this one done.
            if advance(_place(pack), 0) == number:
                _hold(entry_id, pack)
                advance(_place(pack), 1)
    if come_to < _THROUGH and len(found) < MOST_AT_ONCE:
        with transaction():
            advance(_place(pack), _THROUGH)
    return len(found)


def _next(pack: ServicePack) -> tuple[int, list[UUID]]:
    """How many were done, and those that come now."""
    with reading() as session:
        place = select(Counter.value).where(Counter.name == _place(pack))
        come_to = session.scalar(place) or 0
        of_service = select(RegisterEntry.id).where(RegisterEntry.service_key == pack.manifest.key)
        query = of_service.order_by(RegisterEntry.id).offset(come_to).limit(MOST_AT_ONCE)
        return come_to, list(session.scalars(query)) if come_to < _THROUGH else []


def _hold(entry_id: UUID, pack: ServicePack) -> None:
    entry = lock_entry(entry_id)
    if entry.state in uniqueness.STANDING:
        uniqueness.release(entry)
        double = uniqueness.bind_whatever_stands(entry, pack)
        if double:
            log.warning("entries say the same", entry=entry.number, others=double)


def _place(pack: ServicePack) -> str:
    """The counter of these rules: other words for a key make other keys."""
    rules = sorted((name, rule.key) for name, rule in pack.manifest.register.unique.items())
    mark = sha256(repr(rules).encode()).hexdigest()[:16]
    return f"unique-held:{pack.manifest.key}:{mark}"
