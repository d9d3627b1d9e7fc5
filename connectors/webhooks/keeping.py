"""Keeping webhooks: who administers an organisation names addresses, changes secrets, ends them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from accounts.actor import Actor
from accounts.freshness import require_fresh
from accounts.policy import Action, Scope, allows, require
from accounts.representing.holding import hold, number_of, person
from accounts.runtime import runtime as accounts
from connectors.errors import TooManyWebhooks, WebhookNotFound
from connectors.webhooks import signing
from connectors.webhooks.audit import WebhookTag
from connectors.webhooks.models import Webhook, WebhookAttempt
from core import audit
from core.clock import now
from core.database import db
from core.egress import Egress
from core.errors import NotFound
from core.ids import new_id
from dossiers.models import StatusChange

PURPOSE: Final = "webhook"
OVERLAP: Final = timedelta(days=1)
MOST: Final = 5
LOGGED: Final = 50


def add_webhook(number: str, address: str, *, by: Actor, egress: Egress) -> tuple[Webhook, str]:
    """Tell an address of what happens from now on; returns the secret too, which is shown once.

    Raises NotFound, NotAllowed, FreshProofNeeded, AddressRefused, TooManyWebhooks.
    """
    number = _administered(number, by)
    require_fresh(by)
    egress.require(address)
    hold(number)
    if len(_of(number)) >= MOST:
        raise TooManyWebhooks
    secret = signing.new_secret()
    made = Webhook(
        id=new_id(),
        acting_for=number,
        address=address,
        sealed_secret=_sealed(secret),
        position=db.session.scalar(select(func.max(StatusChange.position))) or 0,
        made_by=person(by),
        made_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    note(WebhookTag.ADDED, made, by.id, address=address)
    return made, secret


def change_secret(number: str, webhook_id: UUID, *, by: Actor) -> str:
    """Sign with another secret, shown once; for a day the former one signs too.

    Raises NotFound, NotAllowed, FreshProofNeeded, WebhookNotFound.
    """
    webhook = find_webhook(number, webhook_id, visible_to=by)
    require_fresh(by)
    secret = signing.new_secret()
    webhook.former_secret, webhook.former_until = webhook.sealed_secret, now() + OVERLAP
    webhook.sealed_secret = _sealed(secret)
    note(WebhookTag.SECRET_CHANGED, webhook, by.id)
    return secret


def remove_webhook(number: str, webhook_id: UUID, *, by: Actor) -> None:
    """Tell an address nothing more; raises NotFound, NotAllowed, WebhookNotFound."""
    webhook = find_webhook(number, webhook_id, visible_to=by)
    webhook.removed_at = now()
    note(WebhookTag.REMOVED, webhook, by.id)


def webhooks(number: str, *, visible_to: Actor) -> Sequence[Webhook]:
    """The webhooks of an organisation, to its administrators; raises NotFound, NotAllowed."""
    return _of(_administered(number, visible_to))


def find_webhook(number: str, webhook_id: UUID, *, visible_to: Actor) -> Webhook:
    """One of them, locked; raises NotFound, NotAllowed, WebhookNotFound."""
    number = _administered(number, visible_to)
    found = db.session.scalars(
        select(Webhook)
        .where(Webhook.id == webhook_id, Webhook.acting_for == number, Webhook.removed_at.is_(None))
        .with_for_update()
    ).first()
    if found is None:
        raise WebhookNotFound
    return found


def attempts(webhook: Webhook) -> Sequence[WebhookAttempt]:
    """The last sendings of a webhook that was found for somebody, the newest first."""
    return db.session.scalars(
        select(WebhookAttempt)
        .where(WebhookAttempt.webhook_id == webhook.id)
        .order_by(WebhookAttempt.id.desc())
        .limit(LOGGED)
    ).all()


def secrets_of(webhook: Webhook) -> list[str]:
    """The secrets that sign now, the newest first."""
    kept = [webhook.sealed_secret]
    if webhook.former_secret and webhook.former_until and webhook.former_until > now():
        kept.append(webhook.former_secret)
    return [accounts().sealer.open(each, purpose=PURPOSE) for each in kept]


def note(tag: WebhookTag, webhook: Webhook, actor: str, **details: object) -> None:
    """Put a deed on record."""
    subject = f"webhook:{webhook.id}"
    told = {"organisation": webhook.acting_for, **details}
    audit.note(tag, actor=actor, subject=subject, chain=webhook.id, details=told)


def _of(number: str) -> Sequence[Webhook]:
    mine = (Webhook.acting_for == number, Webhook.removed_at.is_(None))
    return db.session.scalars(select(Webhook).where(*mine).order_by(Webhook.id)).all()


def _administered(number: str, by: Actor) -> str:
    number = number_of(number)
    subject = Scope(acting_for=number)
    if not allows(by, Action.ORGANISATION_VIEW, subject):
        raise NotFound
    require(by, Action.ORGANISATION_ADMINISTER, subject)
    return number


def _sealed(secret: str) -> bytes:
    return accounts().sealer.seal(secret, purpose=PURPOSE)
