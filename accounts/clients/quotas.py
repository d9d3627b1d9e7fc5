"""How many requests a program may send in a minute and on a day, over all server processes together.

A process takes a twentieth of a quota from the database in one statement and spends it in memory: so
a request costs a twentieth of a statement, the sum is never more than the quota, and what a process
did not spend of its last share when the minute ends is at most a twentieth that was not to be had.
Quotas of less than forty are counted one by one. Once all is taken, refusing costs no statement.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actor import Actor
from accounts.clients.errors import QuotaUsedUp
from accounts.clients.models import ClientQuota
from core.clock import now
from core.database import each_alone, transaction

SECONDS = {"day": 86_400, "minute": 60}
SHARES = 20
FORGOTTEN_AFTER = timedelta(days=2)
_quota: Any = ClientQuota.__table__


@dataclass(frozen=True)
class Standing:
    """One quota of a program after a request: what is left as far as this process knows, and until
    when (seconds).
    """

    span: str
    limit: int
    remaining: int
    resets_in: int


@dataclass
class _Share:
    begins: int
    left: int = 0
    taken: int = 0


class Quotas:
    """The shares of one process."""

    def __init__(self) -> None:
        self._shares: dict[tuple[str, str], _Share] = {}
        self._lock = Lock()

    def spend(self, actor: Actor) -> list[Standing]:
        """Count one request of a program that has quotas; raises QuotaUsedUp."""
        moment, client = now().timestamp(), _client_of(actor)
        with self._lock:
            for span, limit in limits_of(actor).items():
                self._fill(client, span, limit, moment)
            return [
                self._spend(client, span, limit, moment) for span, limit in limits_of(actor).items()
            ]

    def standings(self, actor: Actor) -> list[Standing]:
        """What is left, without counting anything or asking the database."""
        moment = now().timestamp()
        return list(self._standings(actor, moment))

    def _standings(self, actor: Actor, moment: float) -> Iterator[Standing]:
        for span, limit in limits_of(actor).items():
            share = self._shares.get((_client_of(actor), span))
            if share is not None and share.begins == _begin(span, moment):
                yield _standing(span, limit, share, moment)

    def _fill(self, client: str, span: str, limit: int, moment: float) -> None:
        share = self._shares.get((client, span))
        if share is None or share.begins != _begin(span, moment):
            share = self._shares[client, span] = _Share(_begin(span, moment))
        if share.left == 0 and share.taken < limit:
            wanted = max(1, limit // SHARES)
            share.taken = _take(client, span, share.begins, wanted)
            share.left = max(0, min(wanted, limit - (share.taken - wanted)))
        if share.left == 0:
            seconds = _standing(span, limit, share, moment).resets_in
            raise QuotaUsedUp(limit=limit, span=span, seconds=seconds)

    def _spend(self, client: str, span: str, limit: int, moment: float) -> Standing:
        share = self._shares[client, span]
        share.left -= 1
        return _standing(span, limit, share, moment)


def _client_of(actor: Actor) -> str:
    return actor.id.partition(":")[2]


def limits_of(actor: Actor) -> Mapping[str, int]:
    """The quotas of a program by their span; none for people."""
    known = {"day": actor.requests_per_day, "minute": actor.requests_per_minute}
    return {span: limit for span, limit in known.items() if limit is not None}


def forget_old_quotas() -> None:
    """Remove what was counted of minutes and days that are over. A chore."""
    with transaction() as session:
        session.execute(delete(_quota).where(_quota.c.begins_at < now() - FORGOTTEN_AFTER))


def _begin(span: str, moment: float) -> int:
    return int(moment) // SECONDS[span] * SECONDS[span]


def _standing(span: str, limit: int, share: _Share, moment: float) -> Standing:
    remaining = max(0, limit - share.taken) + share.left
    resets_in = max(1, round(share.begins + SECONDS[span] - moment))
    return Standing(span, limit, remaining, resets_in)


def _take(client: str, span: str, begins: int, wanted: int) -> int:
    """Take some for this process; returns how many are taken by all of them now."""
    row = {
        "client_id": client,
        "span": span,
        "begins_at": datetime.fromtimestamp(begins, UTC),
        "taken": wanted,
    }
    with each_alone() as connection:
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        statement = insert(_quota).values(row)
        added = statement.on_conflict_do_update(
            index_elements=["client_id", "span", "begins_at"],
            set_={"taken": _quota.c.taken + wanted},
        )
        return int(connection.execute(added.returning(_quota.c.taken)).scalar_one())
