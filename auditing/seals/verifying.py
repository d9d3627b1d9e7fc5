"""Where the record differs from what was sealed: the first altered, removed, reordered or cut-off row.

Every chain is followed from its beginning, and must pass through every end that was sealed. What was
sealed is read from the tables and held against the copies kept for good, which decide.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select

from auditing.seals.models import RecordSeal
from auditing.seals.operations import copy_key, entries_of, said
from auditing.seals.statements import End, statement, tree_of
from core.audit import FIRST_HASH, AuditEvent, NewEvent, chained_hash, details_hold
from core.database import db, reading
from core.errors import MotcuaError
from signing import verify_statement
from storage import copies


class Flaw(StrEnum):
    """What is wrong at a place of the record."""

    ALTERED = "altered"
    REMOVED = "removed"
    REORDERED = "reordered"
    CUT_OFF = "cut-off"
    REWRITTEN = "rewritten"
    SEAL_ALTERED = "seal-altered"
    SEAL_REMOVED = "seal-removed"
    SEAL_UNSIGNED = "seal-unsigned"
    COPY_MISSING = "copy-missing"


@dataclass(frozen=True)
class Found:
    """A flaw of a seal, or at a position of a chain; `since` is the last that a seal proves."""

    flaw: Flaw
    chain: UUID | None = None
    position: int | None = None
    since: int = 0
    seal: int | None = None


@dataclass
class Outcome:
    """How much was looked at, and what was found; the first flaw of each chain only."""

    events: int = 0
    chains: int = 0
    seals: int = 0
    found: list[Found] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.found


def verify_record() -> Outcome:
    """Go through all seals and all chains."""
    outcome = Outcome()
    with reading():
        sealed = _check_seals(outcome)
        waiting = dict(sealed)
        for chain, events in _chains():
            outcome.chains += 1
            _check(chain, events, waiting.pop(chain, []), outcome)
        outcome.found += [
            Found(Flaw.CUT_OFF, chain=chain, position=1, seal=ends[0][0])
            for chain, ends in waiting.items()
        ]
    return outcome


def _chains() -> Iterator[tuple[UUID, list[AuditEvent]]]:
    """The chained events of each chain in their order; one chain at a time is held in memory."""
    event: Any = AuditEvent.__table__
    query = (
        select(*event.c)
        .where(event.c.position.is_not(None))
        .order_by(event.c.chain_id, event.c.position)
        .execution_options(yield_per=1000)
    )
    rows = db.session.connection().execute(query)
    for chain, events in groupby(rows, lambda row: row.chain_id):
        yield chain, cast(list[AuditEvent], list(events))


def _check(
    chain: UUID, events: Sequence[AuditEvent], ends: Sequence[tuple[int, End]], outcome: Outcome
) -> None:
    outcome.events += len(events)
    flaw = _first_flaw(chain, events) or _first_unsealed(chain, events, ends)
    if flaw is not None:
        outcome.found.append(flaw)


def _first_flaw(chain: UUID, events: Sequence[AuditEvent]) -> Found | None:
    """Where the chain itself breaks."""
    previous = FIRST_HASH
    for expected, event in enumerate(events, start=1):
        if event.position != expected:
            return Found(Flaw.REMOVED, chain=chain, position=expected)
        if event.hash != chained_hash(event, previous) or not details_hold(event):
            flaw = Flaw.REORDERED if _stands_elsewhere(events, expected, previous) else Flaw.ALTERED
            return Found(flaw, chain=chain, position=expected)
        previous = event.hash
    return None


def _stands_elsewhere(events: Sequence[AuditEvent], expected: int, previous: bytes) -> bool:
    """Whether another row of the chain is the one that belongs here."""
    names = [each.name for each in fields(NewEvent)]
    for event in events[expected:]:
        moved = NewEvent(**{name: getattr(event, name) for name in names} | {"position": expected})
        if event.hash == chained_hash(moved, previous):
            return True
    return False


def _first_unsealed(
    chain: UUID, events: Sequence[AuditEvent], ends: Sequence[tuple[int, End]]
) -> Found | None:
    """Where a chain that holds by itself leaves what was sealed of it."""
    proven = 0
    for number, end in ends:
        if end.position > len(events):
            return Found(Flaw.CUT_OFF, chain, len(events) + 1, proven, number)
        if events[end.position - 1].hash != end.hash:
            return Found(Flaw.REWRITTEN, chain, end.position, proven, number)
        proven = end.position
    return None


def _check_seals(outcome: Outcome) -> Mapping[UUID, list[tuple[int, End]]]:
    """The sealed ends of every chain, each with the number of its seal; what is wrong with seals."""
    seals = db.session.scalars(select(RecordSeal).order_by(RecordSeal.number)).all()
    outcome.seals = len(seals)
    outcome.found += _gaps(seals)
    ends: dict[UUID, list[tuple[int, End]]] = defaultdict(list)
    for place, seal in enumerate(seals):
        entries = _entries(seal, outcome)
        expected = statement(
            [said(each) for each in seals[: place + 1]],
            seals[place - 1].statement if place else None,
        )
        if seal.statement != expected or tree_of(entries) != seal.tree:
            outcome.found.append(Found(Flaw.SEAL_ALTERED, seal=seal.number))
        for end in entries:
            ends[end.chain_id].append((seal.number, end))
    return ends


def _gaps(seals: Sequence[RecordSeal]) -> Iterator[Found]:
    """Seals that copies know and the table does not."""
    here = {seal.number for seal in seals}
    for key in copies().keys("record/"):
        number = int(key.removeprefix("record/").partition(".")[0])
        if key.endswith(".json") and number not in here:
            yield Found(Flaw.SEAL_REMOVED, seal=number)


def _entries(seal: RecordSeal, outcome: Outcome) -> list[End]:
    """The ends of a seal, from its copy where there is one; what is wrong with signature and copy."""
    here = entries_of(seal.number)
    if seal.copied_at is None:
        return _read(here)
    try:
        there = {
            kind: copies().read(copy_key(seal.number, kind))
            for kind in ("json", "ends", "p7s", "tst")
        }
    except MotcuaError:
        outcome.found.append(Found(Flaw.COPY_MISSING, seal=seal.number))
        return _read(here)
    if there["json"] != seal.statement or there["ends"] != here:
        outcome.found.append(Found(Flaw.SEAL_ALTERED, seal=seal.number))
    if not verify_statement(there["json"], there["p7s"], there["tst"]).valid:
        outcome.found.append(Found(Flaw.SEAL_UNSIGNED, seal=seal.number))
    return _read(there["ends"])


def _read(entries: bytes) -> list[End]:
    return [End.read(entry) for entry in entries.splitlines()]
