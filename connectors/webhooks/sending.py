"""Sending: what follows a webhook's position in the numbered feed, one message after the other.

The position moves only after the receiver has accepted a message, so nothing is skipped and the
order of the feed holds; who dies in between sends the same message again, under the same id.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, exists, select

from accounts.notices import Notice, tell
from accounts.representing.members import administrators_of
from accounts.runtime import runtime as accounts
from connectors.calls import seconds_asked
from connectors.errors import SystemDown
from connectors.webhooks import signing
from connectors.webhooks.audit import WebhookTag
from connectors.webhooks.keeping import note, secrets_of
from connectors.webhooks.models import Webhook, WebhookAttempt
from core.clock import now
from core.database import db, reading, transaction
from core.egress import AddressRefused, Egress
from core.ids import new_id
from dossiers.models import Dossier, StatusChange

CHANGED: Final = "dossier.status-changed"
TRIAL: Final = "webhook.trial"
SYSTEM: Final = "webhook"
GIVEN_UP_AFTER: Final = timedelta(days=5)
KEPT_FOR: Final = timedelta(days=30)
AT_ONCE: Final = 50
LONGEST_PAUSE: Final = 3600.0
GONE: Final = 410
_CHANGE: Any = StatusChange.__table__
_DOSSIER: Any = Dossier.__table__
_HOOK: Any = Webhook.__table__
_ITS_OWN = (
    (_CHANGE.c.dossier_id == _DOSSIER.c.id)
    & (_DOSSIER.c.acting_for == _HOOK.c.acting_for)
    & (_CHANGE.c.position > _HOOK.c.position)
)
_WAITING = (
    select(_HOOK.c.id)
    .where(_HOOK.c.disabled_at.is_(None), _HOOK.c.removed_at.is_(None))
    .where(exists().where(_ITS_OWN))
)


@dataclass(frozen=True)
class Message:
    """What is sent: the same at every attempt. `position` is None for a trial."""

    id: str
    position: int | None
    body: bytes


@dataclass(frozen=True)
class Letter:
    """A message with where it goes and what signs it now."""

    message: Message
    address: str
    secrets: list[str]


@dataclass(frozen=True)
class Outcome:
    """What came of it: the status of HTTP if one came, and what was wrong, if anything."""

    status: int | None
    fault: str = ""
    retry_after: float | None = None


def waiting() -> list[UUID]:
    """The webhooks for which there is something to send."""
    return list(db.session.scalars(_WAITING))


def is_waiting(webhook_id: UUID) -> bool:
    """Whether there is something to send to one."""
    return db.session.scalar(_WAITING.where(_HOOK.c.id == webhook_id)) is not None


def send_next(egress: Egress, webhook_id: UUID) -> None:
    """Send what waits, some messages at most; raises SystemDown when one must be tried again."""
    for _ in range(AT_ONCE):
        with reading():
            letter = _next(webhook_id)
        if letter is None:
            return
        outcome = _post(egress, letter)
        with transaction():
            _log(webhook_id, letter.message, outcome)
            goes_on = _settle(webhook_id, letter.message, outcome)
        if outcome.fault and goes_on:
            raise _again(outcome)


def send_once(egress: Egress, webhook_id: UUID, position: int | None) -> None:
    """Send one message of the log again, or a trial; whatever comes of it stands in the log."""
    with reading():
        webhook = db.session.get_one(Webhook, webhook_id)
        letter = _letter(webhook, _trial() if position is None else _change_at(webhook, position))
    if letter is None:
        return
    outcome = _post(egress, letter)
    with transaction():
        _log(webhook_id, letter.message, outcome)


def forget_old_attempts() -> None:
    """Remove the log of weeks ago. A chore."""
    with transaction() as session:
        session.execute(delete(WebhookAttempt).where(WebhookAttempt.at < now() - KEPT_FOR))


def _next(webhook_id: UUID) -> Letter | None:
    webhook = db.session.get(Webhook, webhook_id)
    if webhook is None or webhook.disabled_at or webhook.removed_at:
        return None
    return _letter(webhook, _change_at(webhook))


def _letter(webhook: Webhook, message: Message | None) -> Letter | None:
    return Letter(message, webhook.address, secrets_of(webhook)) if message else None


def _change_at(webhook: Webhook, position: int | None = None) -> Message | None:
    """The change at a position, or the next one after the webhook's, as a message."""
    after = StatusChange.position > webhook.position
    found = db.session.execute(
        select(StatusChange, Dossier)
        .join(Dossier, Dossier.id == StatusChange.dossier_id)
        .where(Dossier.acting_for == webhook.acting_for)
        .where(after if position is None else StatusChange.position == position)
        .order_by(StatusChange.position)
        .limit(1)
    ).first()
    return _message(webhook, *found) if found else None


def _message(webhook: Webhook, change: StatusChange, dossier: Dossier) -> Message:
    told = {
        "organisation": dossier.acting_for,
        "reference": dossier.reference,
        "service": dossier.service_key,
        "status": change.status,
        "sequence": change.sequence,
        "position": change.position,
    }
    name = f"msg_{webhook.id.hex}_{change.position}"
    return Message(name, change.position, _body(CHANGED, change.at, told))


def _trial() -> Message:
    return Message(f"msg_{new_id().hex}", None, _body(TRIAL, now(), {}))


def _body(kind: str, moment: datetime, data: dict[str, Any]) -> bytes:
    told = {"type": kind, "timestamp": moment.isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False).encode()


def _post(egress: Egress, letter: Letter) -> Outcome:
    message, seconds = letter.message, int(now().timestamp())
    signed = signing.headers(message.id, seconds, message.body, letter.secrets)
    headers = {"Content-Type": "application/json", "User-Agent": "Motcua-Webhook", **signed}
    try:
        answer = egress.post(letter.address, message.body, headers)
    except AddressRefused as error:
        return Outcome(None, f"address refused: {error.params['reason']}")
    except OSError as error:
        return Outcome(None, str(error) or type(error).__name__)
    if 200 <= answer.status < 300:  # noqa: PLR2004  the class of statuses
        return Outcome(answer.status)
    return Outcome(answer.status, f"HTTP {answer.status}", seconds_asked(answer.retry_after))


def _log(webhook_id: UUID, message: Message, outcome: Outcome) -> None:
    db.session.add(
        WebhookAttempt(
            webhook_id=webhook_id,
            message_id=message.id,
            position=message.position,
            at=now(),
            status=outcome.status,
            fault=outcome.fault[:200],
        )
    )


def _settle(webhook_id: UUID, message: Message, outcome: Outcome) -> bool:
    """Move the position or count the failure; returns whether the webhook is still to be told."""
    webhook = db.session.get_one(Webhook, webhook_id, with_for_update=True, populate_existing=True)
    if not outcome.fault:
        webhook.failing_since = None
        webhook.position = max(webhook.position, message.position or 0)
        return True
    webhook.failing_since = webhook.failing_since or now()
    if outcome.fault.startswith("address refused"):
        note(WebhookTag.REFUSED, webhook, "system", fault=outcome.fault)
    if outcome.status == GONE or webhook.failing_since <= now() - GIVEN_UP_AFTER:
        _disable(webhook, outcome)
    return webhook.disabled_at is None and webhook.removed_at is None


def _disable(webhook: Webhook, outcome: Outcome) -> None:
    webhook.disabled_at, webhook.fault = now(), outcome.fault[:200]
    note(WebhookTag.DISABLED, webhook, "system", fault=webhook.fault)
    page = f"{accounts().public_url}/organisations/{webhook.acting_for}/webhooks"
    for account_id in administrators_of(webhook.acting_for):
        told = {"address": webhook.address, "fault": webhook.fault, "page": page}
        tell(account_id, Notice.WEBHOOK_DISABLED, **told)


def _again(outcome: Outcome) -> SystemDown:
    error = SystemDown(system=SYSTEM, fault=outcome.fault)
    error.retry_after = min(outcome.retry_after or 0.0, LONGEST_PAUSE)
    return error
