"""How the cases are doing, in numbers that cost no more when more of them are finished."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import Flask
from sqlalchemy import Select, func, select, text

from core.clock import now
from core.database import db
from core.errors import N_
from core.metrics import Gauge, metrics
from core.readiness import Finding, Level, parts
from dossiers.models import UNDER_THE_CLOCK, Dossier, StatusChange

# The relay looks every second.
TOO_LONG: Final = timedelta(seconds=30)


@dataclass(frozen=True)
class Unnumbered:
    """Changes of status that readers of the feed cannot see yet, and the age of the oldest."""

    count: int
    oldest: timedelta


def install(app: Flask) -> None:
    """Hang these numbers, and the feed as a part, into the application."""
    metrics(app).read_by(gauges)
    parts(app).add("status feed", look_at_feed)


def overdue_dossiers() -> int:
    """Dossiers past their legal time limit; those whose clock stands still are none."""
    return db.session.execute(overdue_query(now())).scalar_one()


def unnumbered_changes() -> Unnumbered:
    """What the relay of the feed has not numbered yet."""
    count, oldest = db.session.execute(unnumbered_query()).one()
    return Unnumbered(count, now() - oldest if oldest else timedelta())


def gauges() -> Iterator[Gauge]:
    """Overdue dossiers and the lag of the feed."""
    yield Gauge(
        "motcua_dossiers_overdue",
        "Dossiers being processed past their legal time limit.",
        {(): overdue_dossiers()},
    )
    waiting = unnumbered_changes()
    yield Gauge(
        "motcua_feed_unnumbered",
        "Changes of status that readers of the feed cannot see yet.",
        {(): waiting.count},
    )
    yield Gauge(
        "motcua_feed_lag_seconds",
        "Age of the oldest change of status that readers of the feed cannot see yet.",
        {(): waiting.oldest.total_seconds()},
    )


def look_at_feed() -> Finding:
    """Whether changes of status reach the readers of the feed."""
    waiting = unnumbered_changes()
    if waiting.oldest <= TOO_LONG:
        return Finding(Level.OK, N_("Changes of status are handed on at once."))
    return Finding(
        Level.DEGRADED,
        N_("%(count)s changes of status are not handed on: is a process doing its chores?"),
        {"count": waiting.count},
    )


def overdue_query(moment: datetime) -> Select[int]:
    """The statement of `overdue_dossiers`."""
    late = (text(UNDER_THE_CLOCK), Dossier.due_at < moment)
    return select(func.count()).select_from(Dossier).where(*late)


def unnumbered_query() -> Select[int, datetime]:
    """The statement of `unnumbered_changes`."""
    waiting = StatusChange.position.is_(None)
    return select(func.count(), func.min(StatusChange.at)).where(waiting)
