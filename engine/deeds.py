"""What operators do goes into the history, and is told to whoever keeps a record of people's deeds."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.database import db
from engine import history
from engine.events import OperatorActed
from engine.models import HistoryKind, Instance
from engine.runtime import current_runtime
from engine.step import Step

_instance: Any = Instance.__table__


def noted(
    instance_id: UUID, kind: HistoryKind, element_id: str = "", *, actor: str, **details: Any
) -> None:
    """Note a deed between two steps; the instance must be locked."""
    history.record(instance_id, kind, element_id, actor=actor, **details)
    key = _business_key(instance_id)
    _tell(OperatorActed(instance_id, key, kind, element_id, actor, details))


def done(step: Step, kind: HistoryKind, element_id: str = "", **details: Any) -> None:
    """Note a deed of the step's actor."""
    step.projection.log.add(kind, element_id, **details)
    told_by(step, kind, element_id, **details)


def told_by(step: Step, kind: HistoryKind, element_id: str = "", **details: Any) -> None:
    """Tell a deed of the step's actor that the history has already."""
    machine, actor = step.machine, step.projection.log.actor
    _tell(OperatorActed(machine.id, machine.business_key, kind, element_id, actor, details))


def _tell(event: OperatorActed) -> None:
    if event.actor:
        current_runtime().tell(event)


def _business_key(instance_id: UUID) -> str:
    key = select(_instance.c.business_key).where(_instance.c.id == instance_id)
    return str(db.session.connection().execute(key).scalar() or "")
