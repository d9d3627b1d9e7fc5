"""What was believed on one day about another: decisions have the moment at which they were taken.

A due date that was promised is right or wrong by what was known then, not by what is known now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from administration import EVERYWHERE
from administration.models import ProposalState, SettingProposal, SettingSubject
from administration.timeline import value_on
from core.database import db
from dossiers.context import jurisdiction
from dossiers.settled.calendar_days import CALENDAR_DAY, DRAFT, REST, days_of_profile


@dataclass(frozen=True)
class Belief:
    """Whether a day was thought to be worked, why, and since when; no `sort` is the ordinary week.

    `learnt_at` is None for what the profile says and for the week; `published_on` is the day of the
    notice, where it was noted.
    """

    works: bool
    sort: str | None
    name: str
    source: str
    official: bool
    learnt_at: datetime | None
    published_on: str


def believed(day: date, *, on: date, agency_id: UUID = EVERYWHERE) -> Belief:
    """What a place believed about a day at the end of another one."""
    value, learnt_at = _decided(day, on, agency_id)
    if value is None:
        value = _of_profile(day, on)
    if value is None:
        calendar = jurisdiction().calendar
        works = day.isoweekday() not in calendar.weekend
        return Belief(works, None, "", "", official=True, learnt_at=None, published_on="")
    return Belief(
        works=value["sort"] != REST,
        sort=value["sort"],
        name=value["name"],
        source=value.get("source") or "",
        official=value.get("certainty") != DRAFT,
        learnt_at=learnt_at,
        published_on=value.get("published_on") or "",
    )


def changes_of(day: date, agency_id: UUID = EVERYWHERE) -> Sequence[SettingProposal]:
    """Every decision about a day at a place or everywhere, the first first."""
    return db.session.scalars(_decisions(day, agency_id).order_by(SettingProposal.decided_at)).all()


def _decided(
    day: date, on: date, agency_id: UUID
) -> tuple[Mapping[str, Any] | None, datetime | None]:
    """What was in force on a day of what had been decided by its end: the agency's own first."""
    zone = jurisdiction().calendar.zone
    end = datetime.combine(on + timedelta(days=1), time(), zone)
    for place in (agency_id, EVERYWHERE):
        decisions = db.session.scalars(
            _decisions(day, place)
            .where(SettingSubject.agency_id == place, SettingProposal.decided_at < end)
            .order_by(SettingProposal.position)
        ).all()
        value = value_on(on, [each.ruling for each in decisions])
        if value is not None:
            source = next(each for each in reversed(decisions) if each.value == value)
            return value, source.decided_at
    return None, None


def _decisions(day: date, agency_id: UUID) -> Select[Any]:
    return (
        select(SettingProposal)
        .join(SettingSubject, SettingSubject.id == SettingProposal.subject_id)
        .where(
            SettingSubject.kind == CALENDAR_DAY,
            SettingSubject.key == str(day),
            SettingSubject.agency_id.in_([agency_id, EVERYWHERE]),
            SettingProposal.state == ProposalState.DECIDED,
        )
    )


def _of_profile(day: date, on: date) -> Mapping[str, Any] | None:
    """The profile's word, unless it was published later than that."""
    for value in days_of_profile(jurisdiction().profile):
        published = value.get("published_on")
        known = not published or date.fromisoformat(published) <= on
        if value["day"] == str(day) and known:
            return value
    return None
