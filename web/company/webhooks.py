"""Webhooks of an organisation: adding one, its log, another secret, a trial, ending it."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.representing import queries
from connectors.errors import TooManyWebhooks
from connectors.webhooks import jobs, keeping
from core.database import transaction
from core.egress import AddressRefused
from core.errors import NotFound
from web import limits
from web.company import words
from web.company.blueprint import blueprint
from web.limits import limiter
from web.visitors import known_visitor

Page = str | Response | tuple[str, int]
LONGEST_DIGITS = 18


@blueprint.get("/organisations/<number>/webhooks")
def webhooks(number: str) -> str:
    """The webhooks of an organisation, and the form that adds one."""
    return _webhooks(number, {})


@blueprint.post("/organisations/<number>/webhooks")
@limiter.limit(limits.PUBLIC_CHECK)
def add_webhook(number: str) -> Page:
    """Tell an address of what happens from now on; its secret is shown once."""
    try:
        with transaction():
            made, secret = keeping.add_webhook(
                number, words.text("target"), by=known_visitor(), egress=jobs.egress()
            )
            webhook_id = made.id
    except (AddressRefused, TooManyWebhooks) as error:
        return _webhooks(number, words.told(error, "target")), error.status
    return _webhook(number, webhook_id, secret)


@blueprint.get("/organisations/<number>/webhooks/<uuid:webhook_id>")
def webhook(number: str, webhook_id: UUID) -> str:
    """One webhook with the log of its sendings."""
    return _webhook(number, webhook_id)


@blueprint.post("/organisations/<number>/webhooks/<uuid:webhook_id>/secret")
@limiter.limit(limits.PUBLIC_CHECK)
def change_webhook_secret(number: str, webhook_id: UUID) -> str:
    """Sign with another secret, shown once."""
    with transaction():
        secret = keeping.change_secret(number, webhook_id, by=known_visitor())
    return _webhook(number, webhook_id, secret)


@blueprint.post("/organisations/<number>/webhooks/<uuid:webhook_id>/send")
@limiter.limit(limits.PUBLIC_CHECK)
def send_webhook(number: str, webhook_id: UUID) -> Response:
    """Send a trial, or the message of one change again."""
    position = words.text("position")
    if position and not (
        position.isascii() and position.isdecimal() and len(position) <= LONGEST_DIGITS
    ):
        raise NotFound
    with transaction():
        if position:
            jobs.send_again(number, webhook_id, int(position), by=known_visitor())
        else:
            jobs.try_webhook(number, webhook_id, by=known_visitor())
    flash(_("The message is on its way. Load this page again to see what came of it."), "done")
    return redirect(url_for("company.webhook", number=number, webhook_id=webhook_id), 303)


@blueprint.post("/organisations/<number>/webhooks/<uuid:webhook_id>/enable")
def enable_webhook(number: str, webhook_id: UUID) -> Response:
    """Switch it on again."""
    with transaction():
        jobs.switch_on(number, webhook_id, by=known_visitor())
    flash(_("The webhook is on again. What has happened since is being sent."), "done")
    return redirect(url_for("company.webhook", number=number, webhook_id=webhook_id), 303)


@blueprint.post("/organisations/<number>/webhooks/<uuid:webhook_id>/remove")
def remove_webhook(number: str, webhook_id: UUID) -> Response:
    """Tell the address nothing more."""
    with transaction():
        keeping.remove_webhook(number, webhook_id, by=known_visitor())
    flash(_("The webhook was removed."), "done")
    return redirect(url_for("company.webhooks", number=number), 303)


def _webhooks(number: str, errors: dict[str, str]) -> str:
    return render_template(
        "company/webhooks.html",
        number=number,
        webhooks=keeping.webhooks(number, visible_to=known_visitor()),
        name=queries.organisation_name(number),
        errors=errors,
        typed=words.text("target"),
    )


def _webhook(number: str, webhook_id: UUID, secret: str = "") -> str:
    found = keeping.find_webhook(number, webhook_id, visible_to=known_visitor())
    return render_template(
        "company/webhook.html",
        number=number,
        webhook=found,
        attempts=keeping.attempts(found),
        secret=secret,
    )
