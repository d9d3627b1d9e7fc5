"""The feed of status changes, numbered by one relay after commit.

Writers commit in any order, and a number taken inside a writer's transaction could become visible
after a higher one: a reader that remembers the highest number would skip it for ever. So changes are
committed without a number, and whoever holds the feed's counter numbers what is visible by then.
"""

from flask import Flask
from sqlalchemy import select, update

from core.chores import chores
from core.database import db, transaction
from dossiers.models import Counter, Dossier, StatusChange
from dossiers.operations.counters import advance

_COUNTER = "status-feed"
_BATCH = 1000
_POLL_SECONDS = 1.0
SKIPPED = 1_000_000_000


def install(app: Flask) -> None:
    """Let new changes be numbered as soon as they are durable.

    A second relay in another process does no harm: the counter's row orders them.
    """
    chores(app).add("status feed", _POLL_SECONDS, number_all, prompt=True)


def number_all() -> None:
    """Number everything that has no number yet."""
    while number_status_changes() == _BATCH:
        pass


def skip_ahead() -> None:
    """Leave out numbers that readers have seen and a restored backup knows nothing of.

    Given again, they would stand behind the cursor of whoever saw them first.
    """
    skipped = update(Counter).where(Counter.name == _COUNTER)
    db.session.execute(skipped.values(value=Counter.value + SKIPPED))


def number_status_changes(limit: int = _BATCH) -> int:
    """Number the changes that are visible and have no number yet; returns how many.

    Per dossier they are numbered in order: its row is locked from one change to the next, so of two
    changes of one dossier the later is never visible alone.
    """
    with transaction():
        position = advance(_COUNTER, 0)
        changes = db.session.scalars(
            select(StatusChange)
            .where(StatusChange.position.is_(None))
            .order_by(StatusChange.dossier_id, StatusChange.sequence)
            .limit(limit)
        ).all()
        for change in changes:
            position += 1
            change.position = position
        advance(_COUNTER, len(changes))
    return len(changes)


def status_changes(*, after: int, limit: int) -> list[tuple[StatusChange, Dossier]]:
    """The feed: numbered changes of all dossiers behind a position, in the order of their numbers."""
    rows = db.session.execute(
        select(StatusChange, Dossier)
        .join(Dossier, Dossier.id == StatusChange.dossier_id)
        .where(StatusChange.position > after)
        .order_by(StatusChange.position)
        .limit(limit)
    )
    return [(change, dossier) for change, dossier in rows]
