"""Messages find the one who waits for them: by name and key in SQL, once each, late or early.

A publisher and an instance that begins to wait may pass each other unseen. Both therefore take the
same lock, on the pair of name and key, before they look; SQLite has a single writer anyway. The
publisher never waits for an instance while it holds that lock, so nobody waits in a circle.

A wait that is over leaves its row behind, closed: whatever comes for its name and key afterwards, when
nobody else waits, came late, and is kept with who waited last.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from core.clock import now
from core.database import db
from engine.models import Instance, Message, MessageState, Subscription

_message: Any = Message.__table__
_subscription: Any = Subscription.__table__
_instance: Any = Instance.__table__
MESSAGE, SIGNAL = "message", "signal"
KEPT = (MessageState.BUFFERED, MessageState.LATE)


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
        .where(*_for_pair(name, key), _subscription.c.closed_at.is_(None))
        .order_by(_subscription.c.created_at, _subscription.c.id)
        .limit(1)
    )
    found: Row[Any] | None = db.session.connection().execute(waiting).one_or_none()
    return found


def last_passed(name: str, key: str) -> Row[Any] | None:
    """The wait for this name and key that was over last: instance_id, element_id, and `life` of it."""
    passed = (
        select(
            _subscription.c.instance_id,
            _subscription.c.element_id,
            _instance.c.state.label("life"),
        )
        .join(_instance, _instance.c.id == _subscription.c.instance_id)
        .where(*_for_pair(name, key), _subscription.c.closed_at.is_not(None))
        .order_by(_subscription.c.closed_at.desc())
        .limit(1)
    )
    found: Row[Any] | None = db.session.connection().execute(passed).one_or_none()
    return found


def waiting_for_signal(
    name: str, *, after: UUID | None, until: UUID, limit: int
) -> Sequence[Row[Any]]:
    """Subscriptions to a signal by their age: id, instance_id, token and branch.

    Ids carry the moment they were made, so `until` leaves out who began to wait later.
    """
    query = select(
        _subscription.c.id,
        _subscription.c.instance_id,
        _subscription.c.token,
        _subscription.c.branch,
    ).where(*_to_signal(name), _subscription.c.id <= until)
    if after is not None:
        query = query.where(_subscription.c.id > after)
    return db.session.connection().execute(query.order_by(_subscription.c.id).limit(limit)).all()


def count_waiting_for_signal(name: str) -> int:
    """How many elements wait for a signal now."""
    count = select(func.count()).where(*_to_signal(name))
    return int(db.session.connection().execute(count).scalar_one())


def find_message(name: str, key: str, message_id: str) -> Row[Any] | None:
    """What is kept of a message."""
    found: Row[Any] | None = (
        db.session.connection()
        .execute(select(_message).where(*_named(name, key, message_id)))
        .one_or_none()
    )
    return found


def mark(name: str, key: str, message_id: str, state: MessageState, **values: Any) -> None:
    """A message is somewhere else now."""
    changed = update(_message).where(*_named(name, key, message_id))
    db.session.connection().execute(changed.values(state=state, **values))


def mark_delivered(name: str, key: str, message_id: str) -> None:
    """A message has found its receiver: what it said is not kept, only that it came."""
    mark(name, key, message_id, MessageState.DELIVERED, variables=b"", expires_at=now())


def take_buffered(opened: Iterable[Subscription]) -> list[tuple[Subscription, Row[Any]]]:
    """The kept messages for subscriptions just opened, the oldest for each, in their order.

    Whoever delivers one marks it delivered. The pairs stay locked.
    """
    wanted: dict[tuple[str, str], list[Subscription]] = defaultdict(list)
    for item in opened:
        if item.kind == MESSAGE:
            wanted[item.name, item.correlation_key].append(item)
    if not wanted:
        return []
    for name, key in sorted(wanted):
        lock_pair(name, key)
    most = max(map(len, wanted.values()))
    kept = db.session.connection().execute(_oldest(list(wanted), most)).all()
    waiting = {pair: iter(items) for pair, items in wanted.items()}
    chosen = [(next(waiting[row.name, row.correlation_key], None), row) for row in kept]
    return [(item, row) for item, row in chosen if item is not None]


def oldest_kept(name: str, key: str) -> Row[Any] | None:
    """The oldest kept message of a pair, which stays locked."""
    lock_pair(name, key)
    found: Row[Any] | None = (
        db.session.connection().execute(_oldest([(name, key)], 1)).one_or_none()
    )
    return found


def _oldest(pairs: Sequence[tuple[str, str]], most: int) -> Any:
    """So many of the oldest kept messages of each pair, the oldest of all first."""
    age = (_message.c.received_at, _message.c.message_id)
    place = func.row_number().over(
        partition_by=(_message.c.name, _message.c.correlation_key), order_by=age
    )
    kept = (
        select(_message, place.label("place"))
        .where(
            tuple_(_message.c.name, _message.c.correlation_key).in_(pairs),
            _message.c.state.in_(KEPT),
            _message.c.expires_at > now(),
        )
        .subquery()
    )
    return select(kept).where(kept.c.place <= most).order_by(kept.c.received_at, kept.c.message_id)


def lock_pair(name: str, key: str) -> None:
    """Wait until nobody else looks for this name and key, until the end of the transaction."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(f"{name}\0{key}".encode()).digest()
        number = int.from_bytes(digest[:8], signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def _for_pair(name: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return (
        _subscription.c.kind == MESSAGE,
        _subscription.c.name == name,
        _subscription.c.correlation_key == key,
    )


def _to_signal(name: str) -> tuple[ColumnElement[bool], ...]:
    """The empty key lets the index find a page of them in the order of their ids."""
    return (
        _subscription.c.kind == SIGNAL,
        _subscription.c.name == name,
        _subscription.c.correlation_key == "",
        _subscription.c.closed_at.is_(None),
    )


def _named(name: str, key: str, message_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        _message.c.name == name,
        _message.c.correlation_key == key,
        _message.c.message_id == message_id,
    )
