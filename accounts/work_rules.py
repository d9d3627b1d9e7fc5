"""How tasks of a queue come to people. Each process remembers the rules for a moment.

A rule changes rarely and is asked for with every task: a process that hears of it a few seconds late
does no harm, and the process that changed it hears of it at once.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
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
    queues: Mapping[tuple[UUID | None, str], Ruled]
    until: float


def rule_for(agency_id: UUID, groups: Collection[str]) -> Ruled | None:
    """The rule by which a task of these groups is given to somebody; None when it is taken.

    An agency's own queue goes before one of all agencies.
    """
    known = _rules()
    for place in (agency_id, None):
        for group in groups:
            if (place, group) in known:
                found = known[place, group]
                return found if found.rule is not WorkRule.PULL else None
    return None


def forget_rules() -> None:
    """Read the rules anew when they are asked for next."""
    current_app.extensions.pop(_EXTENSION, None)


def _rules() -> Mapping[tuple[UUID | None, str], Ruled]:
    kept: _Remembered | None = current_app.extensions.get(_EXTENSION)
    if kept is None or kept.until < time.monotonic():
        kept = _Remembered(_read(), time.monotonic() + LIFE)
        current_app.extensions[_EXTENSION] = kept
    return kept.queues


def _read() -> dict[tuple[UUID | None, str], Ruled]:
    rows = db.session.connection().execute(
        select(Queue.id, Queue.agency_id, Queue.code, Queue.work_rule).where(
            Queue.valid_until.is_(None) | (Queue.valid_until > now())
        )
    )
    return {
        (row.agency_id, row.code): Ruled(row.id, row.agency_id, row.code, WorkRule(row.work_rule))
        for row in rows
    }
