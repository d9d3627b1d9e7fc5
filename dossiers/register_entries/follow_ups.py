"""What follows an entry by itself: planned when it is issued, done once each when its day has come."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask_babel import force_locale, format_date
from sqlalchemy import func, select

from accounts.notices import write
from core.clock import now, today
from core.database import db
from core.errors import N_
from core.i18n import date_pattern, pick, translated
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.models import Dossier, RegisterEntry
from dossiers.notices import readers
from dossiers.operations.journal import record
from dossiers.operations.proceedings import open_proceeding
from dossiers.register_entries.models import FollowUp
from dossiers.register_entries.rules import later
from workflows.pack import ServicePack
from workflows.sections.follow_ups import AFTER, BEFORE_EXPIRY, EVERY, FollowUpRule

BEGUN, INVITED, DROPPED = "begun", "invited", "dropped"
_SUBJECT: Final = N_("%(number)s: %(name)s")
_TEXT: Final = N_(
    "Your result %(number)s (%(service)s) is valid until %(until)s. Apply in time if you still need it "
    "afterwards:\n%(address)s"
)


def plan(entry: RegisterEntry, pack: ServicePack, *, only_ahead: bool = False) -> None:
    """Write down what is to follow an entry that begins; with `only_ahead` nothing of the past."""
    for name, rule in pack.manifest.follow_ups.items():
        due = _first_day(entry, rule, only_ahead=only_ahead)
        if due is not None:
            _plan(entry, name, due)


def plan_again(entry: RegisterEntry, pack: ServicePack) -> None:
    """Move what precedes the expiry of an entry whose last day has changed."""
    for name, rule in pack.manifest.follow_ups.items():
        if rule.when == BEFORE_EXPIRY and entry.valid_until is not None:
            _drop(entry, name)
            _plan(entry, name, later(entry.valid_until, -rule.amount, rule.unit))


def drop(entry: RegisterEntry) -> None:
    """Nothing follows an entry that has ended."""
    for each in _waiting(entry):
        each.done_at, each.outcome = now(), DROPPED


def do(entry: RegisterEntry, follow_up: FollowUp, pack: ServicePack) -> None:
    """Do what is due for a locked entry: begin its case, or invite its holder."""
    rule = pack.manifest.follow_ups.get(follow_up.name)
    follow_up.done_at = now()
    if rule is None:
        follow_up.outcome = DROPPED
        return
    if rule.process:
        follow_up.outcome = BEGUN
        told = {"entry": facts_for_process(entry), "follow_up": follow_up.name}
        version = pack.version
        follow_up.instance_id = open_proceeding(entry, rule.process, told, version=version)
    else:
        follow_up.outcome = INVITED
        _invite(entry, rule, pack)
    if rule.when == EVERY:
        _plan(entry, follow_up.name, later(follow_up.due_on, rule.amount, rule.unit))
    details = {"number": entry.number, "name": follow_up.name, "outcome": follow_up.outcome}
    record(DossierTag.FOLLOW_UP, entry.dossier_id, actor="system", details=details)


def facts_for_process(entry: RegisterEntry) -> dict[str, Any]:
    """What a process about an entry begins with, below `entry`."""
    return {
        "id": str(entry.id),
        "number": entry.number,
        "state": str(entry.state),
        "holder": {"number": entry.organisation_number, "name": entry.organisation_name},
        "facts": entry.facts,
        "issued_on": entry.issued_on,
        "valid_until": entry.valid_until,
    }


def _first_day(entry: RegisterEntry, rule: FollowUpRule, *, only_ahead: bool) -> date | None:
    if rule.when == BEFORE_EXPIRY:
        last = entry.valid_until
        over = last is None or (only_ahead and last < today())
        return None if over or last is None else later(last, -rule.amount, rule.unit)
    due = later(entry.issued_on, rule.amount, rule.unit)
    while only_ahead and due < today() and rule.when == EVERY:
        due = later(due, rule.amount, rule.unit)
    return None if only_ahead and due < today() and rule.when == AFTER else due


def _plan(entry: RegisterEntry, name: str, due: date) -> None:
    before = select(func.max(FollowUp.occurrence)).where(
        FollowUp.entry_id == entry.id, FollowUp.name == name
    )
    db.session.flush()
    occurrence = (db.session.scalar(before) or 0) + 1
    db.session.add(FollowUp(entry_id=entry.id, name=name, occurrence=occurrence, due_on=due))


def _drop(entry: RegisterEntry, name: str) -> None:
    for each in _waiting(entry):
        if each.name == name:
            each.done_at, each.outcome = now(), DROPPED


def _waiting(entry: RegisterEntry) -> Iterator[FollowUp]:
    db.session.flush()
    yield from db.session.scalars(
        select(FollowUp).where(FollowUp.entry_id == entry.id, FollowUp.done_at.is_(None))
    ).all()


def _invite(entry: RegisterEntry, rule: FollowUpRule, pack: ServicePack) -> None:
    dossier = db.session.get_one(Dossier, entry.dossier_id)
    for account in readers(dossier):
        with force_locale(account.language):
            told = _told(entry, rule, pack, account.language)
            write(account, translated(_SUBJECT, told), translated(_TEXT, told))


def _told(
    entry: RegisterEntry, rule: FollowUpRule, pack: ServicePack, language: str
) -> Mapping[str, Any]:
    until = format_date(entry.valid_until, date_pattern(language)) if entry.valid_until else "–"
    return {
        "number": entry.number,
        "name": pick(rule.name, language),
        "service": pick(pack.manifest.name, language),
        "until": until,
        "address": f"{jurisdiction().public_url}/results/{entry.id}",
    }


def follow_up_of(entry_id: UUID, name: str, occurrence: int) -> FollowUp | None:
    """One, locked with its entry."""
    return db.session.get(FollowUp, (entry_id, name, occurrence), populate_existing=True)
