"""Messages that nobody has taken: for operators, who ask what became of one."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, select

from core.clock import now
from core.database import db
from engine.models import Message, MessageState

_message: Any = Message.__table__


@dataclass(frozen=True)
class MessageView:
    """A message that nobody has taken.

    `why` is `wait-passed`, `instance-ended` (of `late_for`, which waited last, at `late_element`),
    `expired` for one that nobody ever waited for, or empty while somebody may still come.
    """

    name: str
    correlation_key: str
    message_id: str
    state: str
    why: str
    late_for: UUID | None
    late_element: str
    received_at: datetime
    expires_at: datetime


def untaken_messages(
    *,
    visible_to: ColumnElement[bool],
    name: str | None = None,
    correlation_key: str | None = None,
    waiting: bool = False,
    limit: int = 50,
) -> list[MessageView]:
    """Messages that came late or expired, the newest first; with `waiting` also those kept so far."""
    expired = (_message.c.state == MessageState.BUFFERED) & (_message.c.expires_at <= now())
    why = case((expired, "expired"), else_=_message.c.why).label("why")
    shown = [_message.c[each.name] for each in fields(MessageView) if each.name != "why"]
    query = select(*shown, why).where(visible_to)
    if waiting:
        query = query.where(_message.c.state.in_((MessageState.BUFFERED, MessageState.LATE)))
    else:
        query = query.where(expired | (_message.c.state == MessageState.LATE))
    if name is not None:
        query = query.where(_message.c.name == name)
    if correlation_key is not None:
        query = query.where(_message.c.correlation_key == correlation_key)
    rows = db.session.execute(query.order_by(_message.c.received_at.desc()).limit(limit))
    return [MessageView(**row._mapping) for row in rows]
