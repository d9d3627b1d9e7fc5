"""Failed proofs are counted in the database, so that all processes share one count.

A sign-in is counted per login and address together, and failures per address over all logins.
Whoever guesses passwords is stopped where he sits; the owner of the login, elsewhere, is not.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Executable, bindparam, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from accounts.errors import TooManyAttempts
from accounts.proof_models import AttemptCount
from core.clock import now
from core.database import db, each_alone, transaction

WINDOW_MINUTES: Final = 15


@dataclass(frozen=True)
class Limit:
    """How many attempts of one sort are allowed in a window that the first one opens."""

    sort: str
    number: int
    minutes: int = WINDOW_MINUTES

    def opened_after(self) -> datetime:
        """A window opened before this moment is over."""
        return now() - timedelta(minutes=self.minutes)


PER_LOGIN_AND_ADDRESS: Final = Limit("login and address", 5)
PER_ADDRESS: Final = Limit("address", 100)
PER_ACCOUNT_CODE: Final = Limit("code", 5)
# Counts how often somebody was let try anew. Failures are counted under that number, wherever they
# come from: when it grows they begin anew.
UNLOCKED: Final = Limit("unlocked", 0, minutes=24 * 60)


def take(limit: Limit, *whose: str) -> None:
    """Count one attempt; raises TooManyAttempts beyond the limit.

    One statement of its own, outside any transaction: a rollback takes no attempt back, and of many
    at once each gets its own number.
    """
    if _increased(limit, whose) > limit.number:
        raise TooManyAttempts(minutes=limit.minutes)


def require_left(limit: Limit, *whose: str) -> None:
    """Look without counting; raises TooManyAttempts when the limit is reached."""
    if not is_left(limit, *whose):
        raise TooManyAttempts(minutes=limit.minutes)


def is_left(limit: Limit, *whose: str) -> bool:
    """Whether another attempt would be allowed; nothing is counted."""
    return counted(limit, *whose) < limit.number


def counted(limit: Limit, *whose: str) -> int:
    """How many attempts were counted in the window that is open."""
    with each_alone() as connection:
        number = connection.scalar(
            select(AttemptCount.number).where(
                AttemptCount.key == _key(limit, whose),
                AttemptCount.opened_at > limit.opened_after(),
            )
        )
    return number or 0


def note(limit: Limit, *whose: str) -> None:
    """Count one attempt without looking."""
    _increased(limit, whose)


def forgive(limit: Limit, *whose: str) -> None:
    """Begin anew: the proof was right."""
    with each_alone() as connection:
        connection.execute(delete(AttemptCount).where(AttemptCount.key == _key(limit, whose)))


def give_back(limit: Limit, *whose: str) -> None:
    """Let one attempt not count: it was right. Others that were wrong still do."""
    with each_alone() as connection:
        connection.execute(
            update(AttemptCount)
            .where(AttemptCount.key == _key(limit, whose), AttemptCount.number > 0)
            .values(number=AttemptCount.number - 1)
        )


def forget_old_attempts() -> None:
    """Remove counts whose window closed long ago. A chore: it opens its own transaction."""
    with transaction() as session:
        session.execute(
            delete(AttemptCount).where(AttemptCount.opened_at < now() - timedelta(days=1))
        )


def _increased(limit: Limit, whose: tuple[str, ...]) -> int:
    values = {"key": _key(limit, whose), "moment": now(), "over": limit.opened_after()}
    with each_alone() as connection:
        return int(connection.scalar(_INCREASE[db.engine.dialect.name], values) or 0)


def _key(limit: Limit, whose: tuple[str, ...]) -> bytes:
    """Neither addresses nor logins are kept, not even mistyped ones that may be passwords."""
    parts = (limit.sort, *whose)
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _increase(insert: Callable[..., Any]) -> Executable:
    moment = bindparam("moment", type_=AttemptCount.opened_at.type)
    over = AttemptCount.opened_at <= bindparam("over", type_=AttemptCount.opened_at.type)
    statement = insert(AttemptCount).values(key=bindparam("key"), opened_at=moment, number=1)
    increased: Executable = statement.on_conflict_do_update(
        index_elements=[AttemptCount.key],
        set_={
            "number": case((over, 1), else_=AttemptCount.number + 1),
            "opened_at": case((over, moment), else_=AttemptCount.opened_at),
        },
    ).returning(AttemptCount.number)
    return increased


_INCREASE: Final = {
    "postgresql": _increase(postgresql.insert),
    "sqlite": _increase(sqlite.insert),
}
