"""What time does to entries: they expire, suspensions end, follow-ups come due. A chore.

Each is done in a transaction of its own under the entry's lock and looked at again there: who dies
in between, or comes second, does nothing twice. It costs as much as is due, not as there are entries.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import select, text

from core.clock import today
from core.database import db, reading, transaction
from dossiers.models import MAY_EXPIRE, MAY_RESUME, RegisterEntry
from dossiers.register_entries import follow_ups, operations
from dossiers.register_entries.models import STILL_DUE, EntryState, FollowUp
from dossiers.register_entries.operations import Deed, lock_entry
from dossiers.register_entries.rules import rules_of
from dossiers.register_entries.uniqueness import STANDING

EVERY: Final = 60.0
MOST_AT_ONCE: Final = 200

log = structlog.get_logger(__name__)


def let_time_pass() -> int:
    """Do what is due; returns how much was."""
    done = [_safely(_resume, each) for each in _resuming()]
    done += [_safely(_expire, each) for each in _expiring()]
    done += [_safely(_follow, *each) for each in _following()]
    return sum(done)


def _resuming() -> list[UUID]:
    over = (text(MAY_RESUME), RegisterEntry.suspended_until < today())
    return _found(select(RegisterEntry.id).where(*over).order_by(RegisterEntry.suspended_until))


def _expiring() -> list[UUID]:
    over = (text(MAY_EXPIRE), RegisterEntry.valid_until < today())
    return _found(select(RegisterEntry.id).where(*over).order_by(RegisterEntry.valid_until))


def _found(query: Any) -> list[UUID]:
    with reading() as session:
        return list(session.scalars(query.limit(MOST_AT_ONCE)))


def _following() -> list[tuple[UUID, str, int]]:
    due = (text(STILL_DUE), FollowUp.due_on <= today())
    columns = (FollowUp.entry_id, FollowUp.name, FollowUp.occurrence)
    with reading() as session:
        rows = session.execute(
            select(*columns).where(*due).order_by(FollowUp.due_on).limit(MOST_AT_ONCE)
        )
        return [(row.entry_id, row.name, row.occurrence) for row in rows]


def _resume(entry_id: UUID) -> None:
    entry = lock_entry(entry_id)
    until = entry.suspended_until
    if entry.state == EntryState.SUSPENDED and until is not None and until < today():
        operations.resume(entry, Deed(), on=until + timedelta(days=1))


def _expire(entry_id: UUID) -> None:
    entry = lock_entry(entry_id)
    over = entry.valid_until is not None and entry.valid_until < today()
    if entry.state in STANDING and over:
        operations.expire(entry)


def _follow(entry_id: UUID, name: str, occurrence: int) -> None:
    entry = lock_entry(entry_id)
    found = follow_ups.follow_up_of(entry_id, name, occurrence)
    if found is not None and found.done_at is None and found.due_on <= today():
        follow_ups.do(entry, found, rules_of(entry))


def _safely(work: Callable[..., None], *about: Any) -> int:
    """One that fails keeps no other from being done; it is tried again."""
    try:
        with transaction():
            work(*about)
    except Exception:
        db.session.rollback()
        log.warning("an entry of the register waits", entry=str(about[0]), exc_info=True)
        return 0
    return 1
