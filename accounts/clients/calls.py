"""The last requests of programs and how many there were, for those who look after them.

Kept in memory and written by a chore every few seconds, so a request pays nothing for it; what a
process had not written when it died is missing here. Quotas do not depend on it.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.dialects import postgresql, sqlite

from accounts.clients.models import ClientCall, ClientUsage
from accounts.clients.queries import day_of
from core.clock import now
from core.database import transaction
from core.ids import new_id

WRITTEN_EVERY = 2.0
# Of each program at each writing: enough for a page, and a bound for the table.
MOST_CALLS, MOST_ERRORS = 5, 20
KEPT_FOR, COUNTED_FOR = timedelta(days=2), timedelta(days=400)
FIRST_ERROR = 400
_call: Any = ClientCall.__table__
_usage: Any = ClientUsage.__table__


@dataclass(frozen=True)
class Call:
    """One request of a program; see `ClientCall`."""

    client_id: str
    at: datetime
    method: str
    route: str
    status: int
    problem: str = ""
    detail: str = ""

    @property
    def failed(self) -> bool:
        """Whether it was answered by a problem."""
        return self.status >= FIRST_ERROR


@dataclass
class Calls:
    """What one process has not written yet."""

    _waiting: dict[tuple[str, bool], list[Call]] = field(default_factory=lambda: defaultdict(list))
    _counts: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def note(self, call: Call) -> None:
        """Remember a request until it is written; of very many, the newest."""
        with self._lock:
            self._counts[call.client_id, day_of(call.at), call.failed] += 1
            kept = self._waiting[call.client_id, call.failed]
            kept.append(call)
            del kept[: -(MOST_ERRORS if call.failed else MOST_CALLS)]

    def write(self) -> None:
        """Write what waits, in a transaction of its own. A chore."""
        with self._lock:
            waiting, self._waiting = self._waiting, defaultdict(list)
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        calls = sorted((call for kept in waiting.values() for call in kept), key=lambda it: it.at)
        rows = [{"id": new_id(), **call.__dict__} for call in calls]
        with transaction() as session:
            session.execute(insert(_call), rows)
            for client_id, day in sorted({(client_id, day) for client_id, day, _ in counts}):
                failed, fine = counts[client_id, day, True], counts[client_id, day, False]
                _count(session.connection(), client_id, day, failed + fine, failed)


def forget_old_calls() -> None:
    """Remove calls of days ago, and counts of years ago. A chore."""
    with transaction() as session:
        session.execute(delete(_call).where(_call.c.at < now() - KEPT_FOR))
        session.execute(delete(_usage).where(_usage.c.day < day_of(now() - COUNTED_FOR)))


def _count(connection: Any, client_id: str, day: str, calls: int, errors: int) -> None:
    dialect = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = {"client_id": client_id, "day": day, "calls": calls, "errors": errors}
    more = {"calls": _usage.c.calls + calls, "errors": _usage.c.errors + errors}
    added = dialect(_usage).values(row)
    connection.execute(added.on_conflict_do_update(index_elements=["client_id", "day"], set_=more))
