"""The jobs by which webhooks are sent, and the chore that finds what is to be sent.

A webhook has one job at a time; it sends on until nothing waits.
"""

import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import func, select

from accounts.actor import Actor
from connectors.webhooks import keeping, sending
from connectors.webhooks.audit import WebhookTag
from connectors.webhooks.models import Webhook
from core.chores import chores
from core.database import db, reading, transaction
from core.egress import Egress
from dossiers.models import StatusChange
from engine.jobs.kinds import JobCall, JobPolicy
from engine.runtime import Runtime, current_runtime

SEND, SEND_ONCE = "webhook.send", "webhook.send-once"
LEASE_SECONDS: Final = 60.0
LOOK_EVERY, LOOK_ANYWAY = 1.0, 15.0
EXTENSION: Final = "motcua.webhooks"
_HOUR: Final = 3600.0


def install(app: Flask, runtime: Runtime, egress: Egress, lease: float = LEASE_SECONDS) -> None:
    """Let workers send webhooks; `lease` is how many seconds a dead worker holds one back."""
    # How long one is tried is told by days, not by attempts.
    patient = JobPolicy(max_attempts=1_000_000, first_delay=5.0, lease=lease)
    runtime.on_job(
        SEND,
        lambda job: sending.send_next(egress, job.instance_id),
        patient,
        record=lambda job, _result: _go_on(job),
    )
    runtime.on_job(SEND_ONCE, lambda job: _send_once(egress, job), JobPolicy(ordered=False))
    app.extensions[EXTENSION] = egress
    chores(app).add("webhooks", LOOK_EVERY, Lookout().look, prompt=True)
    chores(app).add("forget webhook attempts", _HOUR, sending.forget_old_attempts)


def egress() -> Egress:
    """By which webhooks of the current application leave the house."""
    found: Egress = current_app.extensions[EXTENSION]
    return found


@dataclass
class Lookout:
    """Looks through the webhooks when the feed has grown, and now and then anyway."""

    position: int = -1
    looked: float = 0.0

    def look(self) -> None:
        """Give every webhook a job for which something waits. A chore."""
        with reading():
            position = db.session.scalar(select(func.max(StatusChange.position))) or 0
        if position == self.position and time.monotonic() - self.looked < LOOK_ANYWAY:
            return
        with transaction():
            for webhook_id in sending.waiting():
                send_later(webhook_id)
        self.position, self.looked = position, time.monotonic()


def send_later(webhook_id: UUID) -> None:
    """Send what waits with the open transaction; one job at a time."""
    current_runtime().enqueue(SEND, webhook_id, {}, idempotency_key=SEND)


def switch_on(number: str, webhook_id: UUID, *, by: Actor) -> None:
    """Tell a disabled webhook everything since its last success. Raises as `find_webhook`."""
    webhook = keeping.find_webhook(number, webhook_id, visible_to=by)
    webhook.disabled_at = webhook.failing_since = None
    webhook.fault = ""
    keeping.note(WebhookTag.SWITCHED_ON, webhook, by.id)
    db.session.flush()
    send_later(webhook.id)


def try_webhook(number: str, webhook_id: UUID, *, by: Actor) -> None:
    """Send a trial; what comes of it is in the log. Raises as `find_webhook`."""
    _once(keeping.find_webhook(number, webhook_id, visible_to=by), None)


def send_again(number: str, webhook_id: UUID, position: int, *, by: Actor) -> None:
    """Send the message of one change again, under its id. Raises as `find_webhook`."""
    _once(keeping.find_webhook(number, webhook_id, visible_to=by), position)


def _once(webhook: Webhook, position: int | None) -> None:
    current_runtime().enqueue(SEND_ONCE, webhook.id, {"position": position})


def _send_once(egress: Egress, job: JobCall) -> None:
    sending.send_once(egress, job.instance_id, job.payload["position"])


def _go_on(job: JobCall) -> None:
    if sending.is_waiting(job.instance_id):
        send_later(job.instance_id)
