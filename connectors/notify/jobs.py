"""The kind of job by which messages leave the house."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask

from accounts.notices import Mail
from accounts.runtime import post_by
from accounts.runtime import runtime as accounts
from connectors.errors import MailRefused
from connectors.notify.mail import MailServer
from core.ids import new_id
from engine.errors import JobFailed
from engine.jobs.breakers import Breaker
from engine.jobs.kinds import JobCall, JobPolicy
from engine.runtime import Runtime

NOTIFY_EMAIL = "notify.email"
PURPOSE = "mail"

# Messages of one sort need no order among themselves; a server that is down is left alone.
SENDING = JobPolicy(ordered=False, breaker=Breaker(failures=5, pause=30))


def install(app: Flask, runtime: Runtime, server: Callable[[], MailServer]) -> None:
    """Let workers send e-mail, and let accounts write to their owners."""
    runtime.on_job(NOTIFY_EMAIL, lambda job: _send(server(), job), SENDING)
    post_by(app, lambda mail: post(runtime, mail))


def post(runtime: Runtime, mail: Mail) -> None:
    """Send an e-mail with the open transaction. It waits sealed, as it may hold a link."""
    sealed = accounts().sealer.seal(mail.text, purpose=PURPOSE)
    payload = {
        "to": mail.to,
        "subject": mail.subject,
        "sealed": base64.b64encode(sealed).decode(),
    }
    runtime.enqueue(NOTIFY_EMAIL, new_id(), payload)


def _send(server: MailServer, job: JobCall) -> None:
    """`to`, `subject` and `text` of a service task; a free-standing job has a `sealed` text."""
    given = job.payload if "to" in job.payload else job.variables
    try:
        server.send(str(given["to"]), str(given["subject"]), _text(given), key=job.id.hex)
    except MailRefused as error:
        raise JobFailed(str(error), retryable=False) from error


def _text(given: Mapping[str, Any]) -> str:
    if "sealed" in given:
        return accounts().sealer.open(base64.b64decode(given["sealed"]), purpose=PURPOSE)
    return str(given["text"])
