"""How tasks of a queue come to people. Each process remembers the rules for a moment.

A rule changes rarely and is asked for with every task: a process that hears of it a few seconds late
does no harm, and the process that changed it hears of it at once.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from accounts.models import Queue
from core.clock import now
from core.database import db

LIFE: Final = 5.0
_EXTENSION: Final = "motcua.work-rules"


class WorkRule(StrEnum):
    """How a task of a queue finds somebody: taken by whoever wants it, or given to one."""

    PULL = "pull"
    ROUND_ROBIN = "round-robin"
    LEAST_LOADED = "least-loaded"
    SAME_OFFICER = "same-officer"


@dataclass(frozen=True)
class Ruled:
    """A queue whose tasks are given to somebody."""

    queue_id: UUID
    agency_id: UUID | None
    code: str
    rule: WorkRule


@dataclass(frozen=True)
class _Remembered:
    queues: Mapping[Any, Mapping[str, Ruled]]
    until: float


def rules_in(agency_id: UUID) -> Mapping[str, Ruled]:
    """The queues of an agency whose tasks are given to somebody, by their codes.

    An agency's own queue goes before one of all agencies.
    """
    known = _rules()
    if not known:
        return {}
    places = {**known.get(None, {}), **known.get(agency_id, {})}
    return {code: each for code, each in places.items() if each.rule is not WorkRule.PULL}


def forget_rules() -> None:
    """Read the rules anew when they are asked for next."""
    current_app.extensions.pop(_EXTENSION, None)


def _rules() -> Mapping[Any, Mapping[str, Ruled]]:
    kept: _Remembered | None = current_app.extensions.get(_EXTENSION)
    if kept is None or kept.until < time.monotonic():
        kept = _Remembered(_read(), time.monotonic() + LIFE)
        current_app.extensions[_EXTENSION] = kept
    return kept.queues


def _read() -> dict[UUID | None, dict[str, Ruled]]:
    rows = db.session.connection().execute(
        select(Queue.id, Queue.agency_id, Queue.code, Queue.work_rule).where(
            Queue.valid_until.is_(None) | (Queue.valid_until > now())
        )
    )
    found: dict[UUID | None, dict[str, Ruled]] = {}
    for row in rows:
        ruled = Ruled(row.id, row.agency_id, row.code, WorkRule(row.work_rule))
        found.setdefault(row.agency_id, {})[row.code] = ruled
    return found
