"""Emptying instances that are over of all that people said; that and when something happened stays."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from core.database import db
from engine.history import erase_contents
from engine.machine.state import decode, encode
from engine.models import (
    History,
    Incident,
    Instance,
    InstanceBlob,
    Intervention,
    Job,
    Message,
    Subscription,
    Task,
)
from engine.step import RUNNING

_NOTHING: Final = encode({})
# What these say of an event are ids and names of our own. The rest may be people's words.
_HARMLESS: Final = frozenset({"names", "scope", "task", "via", "name", "incident"})
_history: Any = History.__table__
_instance: Any = Instance.__table__
_blob: Any = InstanceBlob.__table__
_subscription: Any = Subscription.__table__
_message: Any = Message.__table__


def are_over(instance_ids: Collection[UUID]) -> bool:
    """Whether none of the instances runs, and no work of theirs waits."""
    running = select(_instance.c.id).where(
        _instance.c.id.in_(instance_ids), _instance.c.state.in_(RUNNING)
    )
    waiting = select(Job.id).where(Job.instance_id.in_(instance_ids))
    asked = (running.limit(1), waiting.limit(1))
    return all(db.session.execute(each).first() is None for each in asked)


def erase(instance_ids: Collection[UUID], keys: Collection[str]) -> None:
    """Empty instances that are over, and the messages that came for them or for one of the keys."""
    _erase_messages(instance_ids, keys)
    erase_contents(instance_ids)
    for instance_id in instance_ids:
        _erase_state(instance_id)
        _erase_details(instance_id)
    over = _instance.c.id.in_(instance_ids)
    _do(update(_instance).where(over).values(end_reason=""))
    proposed = Intervention.instance_id.in_(instance_ids)
    _do(update(Intervention).where(proposed).values(variables=_NOTHING, reason=""))
    _do(update(Task).where(Task.instance_id.in_(instance_ids)).values(draft=None))
    for table in (Subscription, Incident, Job):
        _do(delete(table).where(table.instance_id.in_(instance_ids)))


def drop_jobs(name: str, text: str) -> int:
    """Delete the jobs whose payload says this text under this name; returns how many."""
    said = delete(Job).where(Job.payload[name].as_string() == text)
    return int(db.session.connection().execute(said).rowcount)


def _erase_messages(instance_ids: Collection[UUID], keys: Collection[str]) -> None:
    """Their payloads; a copy of a message is recognised by its name, its key and its id."""
    waited_for = select(_subscription.c.correlation_key).where(
        _subscription.c.instance_id.in_(instance_ids), _subscription.c.correlation_key != ""
    )
    came = or_(
        _message.c.late_for.in_(instance_ids),
        _message.c.correlation_key.in_(keys),
        _message.c.correlation_key.in_(waited_for),
    )
    _do(update(_message).where(came).values(variables=_NOTHING, why=""))


def _erase_state(instance_id: UUID) -> None:
    """An instance that is over has no token to stand anywhere: only its numbers are kept."""
    kept = select(_blob.c.state).where(_blob.c.instance_id == instance_id)
    state = db.session.connection().execute(kept).scalar_one_or_none()
    if state is not None:
        version, last_id, *_ = decode(state)
        scope: Sequence[Any] = ({}, [], []) if version > 1 else ({}, [])
        empty = encode([version, last_id, *scope])
        _do(update(_blob).where(_blob.c.instance_id == instance_id).values(state=empty))


def _erase_details(instance_id: UUID) -> None:
    rows = select(_history.c.seq, _history.c.details).where(
        _history.c.instance_id == instance_id, _history.c.details.is_not(None)
    )
    for row in db.session.connection().execute(rows).all():
        kept = {name: said for name, said in row.details.items() if name in _HARMLESS}
        if kept != row.details:
            entry = (_history.c.instance_id == instance_id) & (_history.c.seq == row.seq)
            _do(update(_history).where(entry).values(details=kept or None))


def _do(statement: Any) -> None:
    db.session.connection().execute(statement)
