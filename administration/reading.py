"""What is in force. Each process remembers the decisions of a kind for a moment.

Settings change by days and are read by every request: a process that hears of a new decision a few
seconds late does no harm, and the process that took it hears of it at once.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select

from administration.kinds import kinds
from administration.models import ProposalState, SettingProposal, SettingSubject
from administration.timeline import EVERYWHERE, Ruling, Value, value_on
from core.clock import today
from core.database import each_alone

LIFE: Final = 5.0

Rulings = Mapping[UUID, Mapping[str, tuple[Ruling, ...]]]


@dataclass(frozen=True)
class _Remembered:
    rulings: Rulings
    until: float


def in_force(
    kind: str, agency_id: UUID = EVERYWHERE, *, day: date | None = None
) -> dict[str, Value]:
    """The values of a kind by key on a day (today): an agency's own before those for everywhere."""
    rulings, on = rulings_of(kind), day or today()
    places = dict.fromkeys((EVERYWHERE, agency_id))
    held = {
        key: value_on(on, decisions)
        for place in places
        for key, decisions in rulings.get(place, {}).items()
        if place == EVERYWHERE or value_on(on, decisions) is not None
    }
    return {key: value for key, value in held.items() if value is not None}


def rulings_of(kind: str) -> Rulings:
    """All decisions of a kind, by place and key, in the order in which they were taken."""
    memory = kinds().remembered
    known: _Remembered | None = memory.get(kind)
    if known is None or known.until < time.monotonic():
        known = memory[kind] = _Remembered(_read(kind), time.monotonic() + LIFE)
    return known.rulings


def forget(kind: str) -> None:
    """Read a kind anew when it is asked for next."""
    kinds().remembered.pop(kind, None)


def _read(kind: str) -> Rulings:
    """What is committed: a decision that may yet be rolled back must not be remembered."""
    asked = (
        select(
            SettingSubject.agency_id,
            SettingSubject.key,
            SettingProposal.value,
            SettingProposal.valid_from,
            SettingProposal.valid_until,
        )
        .join(SettingProposal, SettingProposal.subject_id == SettingSubject.id)
        .where(SettingSubject.kind == kind, SettingProposal.state == ProposalState.DECIDED)
        .order_by(SettingProposal.position)
    )
    with each_alone() as connection:
        rows = connection.execute(asked).all()
    found: dict[UUID, dict[str, tuple[Ruling, ...]]] = {}
    for agency_id, key, *decided in rows:
        place = found.setdefault(agency_id, {})
        place[key] = (*place.get(key, ()), Ruling(*decided))
    return found
