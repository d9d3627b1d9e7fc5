"""What was promised about a dossier's end: the day, whether the clock stands, and days of before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.database import db
from dossiers.clock_models import ClockPause, DueChange
from dossiers.models import Dossier
from workflows.queries import service_version


@dataclass(frozen=True)
class Deadline:
    """The promised day of a dossier that the reader may see.

    While the clock stands (`stands_since`) the day is the one promised before; another is told when the
    clock goes on. `changes` are the oldest first.
    """

    due_at: datetime | None
    stands_since: datetime | None
    changes: Sequence[DueChange]


def deadline_of(dossier: Dossier) -> Deadline:
    """The deadline of a dossier that its caller has found; nothing is asked before reception."""
    if dossier.received_at is None:
        return Deadline(None, None, ())
    changes = select(DueChange).where(DueChange.dossier_id == dossier.id)
    return Deadline(
        dossier.due_at,
        _stands_since(dossier),
        db.session.scalars(changes.order_by(DueChange.at, DueChange.id)).all(),
    )


def _stands_since(dossier: Dossier) -> datetime | None:
    waits = service_version(dossier.service_version).manifest.clock_stands
    if dossier.status not in waits:
        return None
    standing = ClockPause.until.is_(None)
    of_dossier = select(ClockPause.since).where(ClockPause.dossier_id == dossier.id, standing)
    return db.session.scalar(of_dossier)
