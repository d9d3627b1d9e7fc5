"""Forgetting messages and waits that are over: a chore, so it opens its own transactions."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, tuple_

from core.clock import now
from core.database import transaction
from engine.models import Message, MessageState, Subscription

PAGE = 1000
_message: Any = Message.__table__
_subscription: Any = Subscription.__table__


def forget_messages(kept_for: timedelta) -> int:
    """Delete what was delivered or expired, and waits that were over, longer ago than this.

    Until then a second copy of a message is recognised, and a late one known as late. Returns how
    many rows went; goes by pages, so that nobody waits long for a lock.
    """
    before = now() - kept_for
    settled = (_message.c.expires_at < before, _message.c.state != MessageState.ON_ITS_WAY)
    return _forget(_message, *settled) + _forget(_subscription, _subscription.c.closed_at < before)


def _forget(table: Any, *over: ColumnElement[bool]) -> int:
    key = tuple(table.primary_key)
    page = delete(table).where(tuple_(*key).in_(select(*key).where(*over).limit(PAGE)))
    forgotten = 0
    while True:
        with transaction() as session:
            count = session.connection().execute(page).rowcount
        forgotten += count
        if count < PAGE:
            return forgotten
