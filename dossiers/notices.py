"""E-mail to applicants about the status of their dossiers, behind the numbered feed.

A chore follows the feed with a cursor of its own and makes the mails in the transaction that moves the
cursor: each change is told once, and no request waits for it.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from flask import Flask
from flask_babel import force_locale, format_date
from sqlalchemy import select

from accounts import queries as accounts
from accounts.models import Account
from accounts.notices import write
from accounts.places import agency_names
from accounts.policy import Action, allows
from accounts.representing.members import administrators_of
from core.chores import chores
from core.database import db, transaction
from core.i18n import date_pattern, pick
from dossiers.guests import address_for
from dossiers.models import Dossier, DossierStatus, StatusChange
from dossiers.operations.counters import advance
from dossiers.settled import filled, notice_text
from workflows.queries import service_version

CURSOR: Final = "applicant-notices"
_BATCH: Final = 200
_POLL_SECONDS: Final = 1.0


def install(app: Flask) -> None:
    """Let applicants be told as soon as a change is numbered."""
    chores(app).add("applicant notices", _POLL_SECONDS, tell_all, prompt=True)


def tell_all() -> None:
    """Tell of every change that nobody was told of yet."""
    while tell_next() == _BATCH:
        pass


def tell_next(limit: int = _BATCH) -> int:
    """Tell of the next changes of the feed; returns how many were looked at."""
    with transaction():
        told = advance(CURSOR, 0)
        changes = _changes_after(told, limit)
        for change in changes:
            _tell(change)
        if changes:
            advance(CURSOR, (changes[-1].position or told) - told)
    return len(changes)


def _changes_after(position: int, limit: int) -> Sequence[StatusChange]:
    return db.session.scalars(
        select(StatusChange)
        .where(StatusChange.position > position)
        .order_by(StatusChange.position)
        .limit(limit)
    ).all()


def _tell(change: StatusChange) -> None:
    """Write to those whom it concerns; a dossier that goes back to “submitted” is not sent again.

    Nor is told of one of an older system where it stood when it came.
    """
    if change.status is DossierStatus.SUBMITTED and change.sequence > 1:
        return
    dossier = db.session.get_one(Dossier, change.dossier_id)
    if dossier.legacy_code is not None and change.sequence == 1:
        return
    for account in readers(dossier):
        text = notice_text(change.status, account.language, dossier.agency_id)
        if text:
            facts = facts_for(dossier, account)
            write(account, filled(text["subject"], facts), filled(text["text"], facts))


def readers(dossier: Dossier) -> Iterator[Account]:
    """Who is told of a dossier: its owner; where he has left its organisation, who administers it."""
    owner = db.session.get(Account, dossier.owner_id)
    if owner is not None and _may_see(owner.id, dossier):
        yield owner
    elif dossier.acting_for:
        for account_id in administrators_of(dossier.acting_for):
            yield db.session.get_one(Account, account_id)


def _may_see(account_id: UUID, dossier: Dossier) -> bool:
    actor = accounts.actor(f"account:{account_id}")
    return actor is not None and allows(actor, Action.DOSSIER_VIEW, dossier)


def facts_for(dossier: Dossier, account: Account) -> dict[str, Any]:
    """What the places of a text are filled with: nothing that an open letter must not say."""
    language = account.language
    with force_locale(language):
        due = format_date(dossier.due_at, date_pattern(language)) if dossier.due_at else "-"
    names = service_version(dossier.service_version).manifest.name
    return {
        "reference": dossier.reference,
        "code": dossier.code or dossier.reference,
        "service": pick(names, language),
        "agency": pick(agency_names(dossier.agency_id, dossier.submitted_at), language),
        "due": due,
        "address": address_for(account, dossier),
    }
