"""Escalating: each stage in a transaction of its own, under the lock of its dossier; mails afterwards.

Several processes may do it at once and any may die: what happened is a row, and who was told by mail is
a row that is written with the mail.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from flask_babel import force_locale, gettext, ngettext
from sqlalchemy import select, text, update

from accounts.actor import SYSTEM, Actor
from accounts.models import Account
from accounts.notices import write
from core.clock import now
from core.database import db, reading, transaction
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.escalation.finding import Reached, reached_by, still_reached
from dossiers.escalation.models import NOT_YET_MAILED, Escalation, EscalationNotice
from dossiers.escalation.recipients import recipients
from dossiers.models import Dossier
from dossiers.operations.journal import record
from dossiers.operations.locking import hold_row

EVERY: Final = 3600.0
_NAMED_IN_A_MAIL: Final = 30
logger = structlog.get_logger(__name__)


def escalate_all() -> int:
    """Let every stage that is reached now happen, then send the mails; returns how many happened.

    A chore: it opens its own transactions.
    """
    moment = now()
    with reading():
        found = list(reached_by(moment))
    happened = sum(_escalate_one(each, moment) for each in found)
    mail_all()
    return happened


def escalate(each: Reached, moment: datetime) -> bool:
    """Let a stage happen, with the open transaction; False where it did already, or no longer would."""
    watched, stage = each.watched, each.stage
    hold_row(watched.dossier_id)
    if not still_reached(each, moment):
        return False
    escalation = Escalation(
        id=new_id(),
        dossier_id=watched.dossier_id,
        subject_id=watched.subject_id,
        task_id=watched.task_id,
        stage=stage.key,
        due_at=watched.due.due_at,
        at=moment,
    )
    db.session.add(escalation)
    db.session.flush()
    told = recipients(each)
    db.session.add_all(
        EscalationNotice(escalation_id=escalation.id, person=person, by_mail=stage.by_mail)
        for person in told
    )
    _record(each, told)
    return True


def mail_all() -> int:
    """Send everybody one mail of all that he was not written of yet; returns how many were sent."""
    with reading():
        people = select(EscalationNotice.person).where(text(NOT_YET_MAILED)).distinct()
        waiting = db.session.scalars(people).all()
    return sum(_mail_one(person) for person in waiting)


def note_read(*, by: Actor) -> int:
    """Note that somebody has read all that he was told; returns how much was new."""
    unread = (EscalationNotice.person == by.id, EscalationNotice.read_at.is_(None))
    done = update(EscalationNotice).where(*unread).values(read_at=now())
    return int(db.session.connection().execute(done).rowcount)


def _escalate_one(each: Reached, moment: datetime) -> bool:
    try:
        with transaction():
            return escalate(each, moment)
    except Exception:  # one dossier's fault must not keep the others
        logger.warning("not escalated", dossier=str(each.watched.dossier_id), exc_info=True)
        return False


def _mail_one(person: str) -> bool:
    with transaction():
        notices = db.session.scalars(
            select(EscalationNotice)
            .where(EscalationNotice.person == person, text(NOT_YET_MAILED))
            .with_for_update()
        ).all()
        for each in notices:
            each.mailed_at = now()
        account = db.session.get(Account, UUID(person.partition(":")[2]))
        if account is None or not notices:
            return False
        _write(account, [each.escalation_id for each in notices])
        return True


def _write(account: Account, escalations: Sequence[UUID]) -> None:
    """One mail, with references alone: an open letter must not say more."""
    references = db.session.scalars(
        select(Dossier.reference)
        .join(Escalation, Escalation.dossier_id == Dossier.id)
        .where(Escalation.id.in_(escalations))
        .order_by(Escalation.due_at)
    ).all()
    named = list(dict.fromkeys(references))
    with force_locale(account.language):
        subject = ngettext(
            "%(num)s dossier needs you: its time limit",
            "%(num)s dossiers need you: their time limits",
            len(named),
        )
        intro = gettext("These dossiers are near their due date or past it:")
        more = len(named) - _NAMED_IN_A_MAIL
        rest = [gettext("and %(count)s more", count=more)] if more > 0 else []
        where = gettext("See them all:")
    lines = [*named[:_NAMED_IN_A_MAIL], *rest]
    address = f"{jurisdiction().public_url}/desk/escalations"
    write(account, subject, f"{intro}\n\n" + "\n".join(lines) + f"\n\n{where}\n{address}")


def _record(each: Reached, told: Sequence[str]) -> None:
    watched = each.watched
    details = {
        "stage": each.stage.key,
        "due": watched.due.due_at.isoformat(),
        "told": list(told),
    }
    subject = f"task:{watched.task_id}" if watched.task_id else ""
    record(
        DossierTag.ESCALATED,
        watched.dossier_id,
        actor=SYSTEM.id,
        subject=subject,
        details=details,
    )
