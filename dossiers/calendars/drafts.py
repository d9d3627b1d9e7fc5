"""Drafts of a new year's days of rest, from a package that counts them out: proposals, nothing more.

Official data stands before a draft: a day that is known, proposed or was refused is not drafted again,
and whoever proposes something else for a drafted day takes the place of the draft.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.metadata import version
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from accounts import policy
from accounts.actor import SYSTEM, Actor
from accounts.policy import Action
from administration import EVERYWHERE
from administration.models import ProposalState, SettingProposal, SettingSubject
from administration.operations import decide, propose, refuse
from administration.timeline import Ruling
from core import audit
from core.clock import today
from core.database import db
from dossiers.audit import DossierTag
from dossiers.calendars.errors import NoDraftsHere, YearTooFar
from dossiers.calendars.years import year_of
from dossiers.context import jurisdiction
from dossiers.settled import clock_for
from dossiers.settled.calendar_days import CALENDAR_DAY, DRAFT, REST

MOST_YEARS_AHEAD = 5


@dataclass(frozen=True)
class Draft:
    """A day of rest that is believed to come."""

    day: date
    name: str
    source: str


def drafts_of(year: int) -> Sequence[Draft]:
    """The days of rest of a year that nobody has spoken of yet, and that fall on no day of rest.

    Raises NoDraftsHere where the profile names no country, YearTooFar.
    """
    if not today().year <= year <= today().year + MOST_YEARS_AHEAD:
        raise YearTooFar(last=today().year + MOST_YEARS_AHEAD)
    spoken_of = {each.day for each in year_of(year).days} | _proposed()
    calendar = clock_for(EVERYWHERE).calendar
    return [
        each
        for each in _counted_out(year)
        if each.day not in spoken_of and calendar.is_working_day(each.day)
    ]


def make_drafts(year: int, *, by: Actor) -> int:
    """Propose the drafts of a year for all agencies; nothing holds until a person decides.

    Raises ActionRefused, NoDraftsHere, YearTooFar. Returns how many were new.
    """
    policy.require(by, Action.SETTING_PROPOSE, policy.Scope(agency_id=EVERYWHERE))
    found = drafts_of(year)
    for each in found:
        value = {
            "day": str(each.day),
            "sort": REST,
            "name": each.name,
            "source": each.source,
            "certainty": DRAFT,
        }
        propose(
            CALENDAR_DAY,
            Ruling(value, today()),
            reason=each.source,
            by=SYSTEM,
            language="en",
            waits=True,
        )
    told = {"days": [str(each.day) for each in found]}
    audit.note(DossierTag.CALENDAR_DRAFTED, actor=by.id, subject=f"calendar:{year}", details=told)
    return len(found)


def drafted(year: int) -> Sequence[SettingProposal]:
    """The drafts of a year that wait for a decision, by day."""
    rows = db.session.scalars(_waiting().where(SettingSubject.key.startswith(f"{year}-")))
    return sorted(rows, key=lambda each: str((each.value or {})["day"]))


def settle_drafts(chosen: Collection[UUID], *, hold: bool, by: Actor, note: str = "") -> int:
    """Let drafts hold, or refuse them; returns how many.

    Those that are no longer open are passed over. Raises ProposalNotFound for who may not decide.
    """
    open_ones = set(db.session.scalars(_waiting().with_only_columns(SettingProposal.id)))
    found = [each for each in dict.fromkeys(chosen) if each in open_ones]
    for each in found:
        if hold:
            decide(each, by=by, note=note)
        else:
            refuse(each, by=by, note=note)
    return len(found)


def _waiting() -> Select[Any]:
    return (
        select(SettingProposal)
        .join(SettingSubject, SettingSubject.id == SettingProposal.subject_id)
        .where(
            SettingSubject.kind == CALENDAR_DAY,
            SettingSubject.agency_id == EVERYWHERE,
            SettingProposal.state == ProposalState.PROPOSED,
            SettingProposal.proposed_by == SYSTEM.id,
        )
    )


def _proposed() -> set[date]:
    """The days about which a proposal for all agencies was made and not taken back."""
    keys = db.session.scalars(
        select(SettingSubject.key)
        .join(SettingProposal, SettingProposal.subject_id == SettingSubject.id)
        .where(
            SettingSubject.kind == CALENDAR_DAY,
            SettingSubject.agency_id == EVERYWHERE,
            SettingProposal.state != ProposalState.WITHDRAWN,
        )
    )
    return {date.fromisoformat(key) for key in keys}


def _counted_out(year: int) -> Iterator[Draft]:
    """What the package knows; it is loaded when it is asked for, and takes a moment."""
    rules = jurisdiction().profile.calendar.get("drafts")
    if rules is None:
        raise NoDraftsHere
    count_out = import_module("holidays").country_holidays
    days = count_out(rules["country"], years=year, language=rules["language"])
    source = f"python-holidays {version('holidays')}"
    for day, name in sorted(days.items()):
        yield Draft(day, name, source)
