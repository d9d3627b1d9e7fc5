"""Messages find the one who waits for them: by name and key in SQL, once each, late or early.

A publisher and an instance that begins to wait may pass each other unseen. Both therefore take the
same lock, on the pair of name and key, before they look; SQLite has a single writer anyway. The
publisher never waits for an instance while it holds that lock, so nobody waits in a circle.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from core.clock import now
from core.database import db
from engine.machine.state import decode
from engine.models import Message, MessageState, Subscription

_message: Any = Message.__table__
_subscription: Any = Subscription.__table__
MESSAGE, SIGNAL = "message", "signal"


def remember(name: str, key: str, message_id: str, variables: bytes, expires_at: datetime) -> bool:
    """Note a message that came in, as kept for later; False when it was here before.

    Who sends it twice at once is told the same: the second waits here until the first is committed.
    """
    connection = db.session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    keep = insert(_message).values(
        name=name,
        correlation_key=key,
        message_id=message_id,
        variables=variables,
        state=MessageState.BUFFERED,
        received_at=now(),
        expires_at=expires_at,
    )
    new = keep.on_conflict_do_nothing().returning(_message.c.message_id)
    return connection.execute(new).one_or_none() is not None


def first_waiting(name: str, key: str) -> Row[Any] | None:
    """The oldest subscription to a message: instance_id, token and branch."""
    waiting = (
        select(_subscription.c.instance_id, _subscription.c.token, _subscription.c.branch)
        .where(
            _subscription.c.kind == MESSAGE,
            _subscription.c.name == name,
            _subscription.c.correlation_key == key,
        )
        .order_by(_subscription.c.created_at, _subscription.c.id)
        .limit(1)
    )
    found: Row[Any] | None = db.session.connection().execute(waiting).one_or_none()
    return found


def waiting_for_signal(name: str) -> Sequence[Row[Any]]:
    """Every subscription to a signal: instance_id, token and branch."""
    waiting = select(
        _subscription.c.instance_id, _subscription.c.token, _subscription.c.branch
    ).where(_subscription.c.kind == SIGNAL, _subscription.c.name == name)
    return db.session.connection().execute(waiting.order_by(_subscription.c.id)).all()


def mark_delivered(name: str, key: str, message_id: str) -> None:
    """A kept message has found its receiver."""
    db.session.connection().execute(
        update(_message)
        .where(
            _message.c.name == name,
            _message.c.correlation_key == key,
            _message.c.message_id == message_id,
        )
        .values(state=MessageState.DELIVERED)
    )


def take_buffered(opened: Iterable[Subscription]) -> list[tuple[Subscription, Mapping[str, Any]]]:
    """The kept messages for subscriptions just opened, the oldest for each; they count as delivered."""
    wanted = {(item.name, item.correlation_key): item for item in opened if item.kind == MESSAGE}
    if not wanted:
        return []
    for name, key in sorted(wanted):
        lock_pair(name, key)
    kept = (
        select(_message)
        .where(
            tuple_(_message.c.name, _message.c.correlation_key).in_(list(wanted)),
            _message.c.state == MessageState.BUFFERED,
            _message.c.expires_at > now(),
        )
        .order_by(_message.c.received_at.desc(), _message.c.message_id.desc())
    )
    oldest = {(row.name, row.correlation_key): row for row in db.session.connection().execute(kept)}
    for row in oldest.values():
        mark_delivered(row.name, row.correlation_key, row.message_id)
    return [(wanted[pair], decode(row.variables)) for pair, row in oldest.items()]


def lock_pair(name: str, key: str) -> None:
    """Wait until nobody else looks for this name and key, until the end of the transaction."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(f"{name}\0{key}".encode()).digest()
        number = int.from_bytes(digest[:8], signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))
