"""Webhooks of an organisation: addresses that are told of status changes of its dossiers."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.limits import PUBLIC_CHECK, caller, limiter
from api.resource import Resource
from api.schemas import Shape
from connectors.webhooks import jobs, keeping
from connectors.webhooks.models import Webhook
from core.database import transaction

LARGEST_POSITION = 2**63 - 1

resource = Resource("webhooks", "Webhooks: status changes told to an address of yours.")


class NewWebhookSchema(Shape):
    """An https address on the public internet."""

    address = fields.String(required=True, validate=validate.Length(min=1, max=500))


class WebhookSchema(Shape):
    """A webhook. `secret` is told once; one that is disabled says why in `fault`."""

    id = fields.UUID(required=True)
    address = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    failing_since = fields.AwareDateTime(required=True, allow_none=True)
    disabled_at = fields.AwareDateTime(required=True, allow_none=True)
    fault = fields.String(required=True)
    secret = fields.String(metadata={"description": "Only in the answer that makes it."})


class WebhookAttemptSchema(Shape):
    """One sending. `position` is that of the feed, null for a trial; `status` null without answer."""

    message_id = fields.String(required=True)
    position = fields.Integer(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    status = fields.Integer(required=True, allow_none=True)
    fault = fields.String(required=True)


class PositionSchema(Shape):
    """A change of the feed whose message shall be sent again; null for a trial."""

    position = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(min=1, max=LARGEST_POSITION)
    )


@resource.route("/organisations/<number>/webhooks")
@requires(Action.ORGANISATION_ADMINISTER)
@resource.response(200, WebhookSchema(many=True))
def list_webhooks(number: str) -> Any:
    """List the webhooks of an organisation that you administer."""
    return keeping.webhooks(number, visible_to=current_actor())


@resource.route("/organisations/<number>/webhooks", methods=["POST"])
@requires(Action.ORGANISATION_ADMINISTER)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.arguments(NewWebhookSchema)
@resource.response(201, WebhookSchema)
def add_webhook(data: dict[str, Any], number: str) -> dict[str, Any]:
    """Tell an address of what happens from now on. Needs a fresh proof."""
    with transaction():
        made, secret = keeping.add_webhook(
            number, data["address"], by=current_actor(), egress=jobs.egress()
        )
        return {**_described(made), "secret": secret}


@resource.route("/organisations/<number>/webhooks/<uuid:webhook_id>", methods=["DELETE"])
@requires(Action.ORGANISATION_ADMINISTER)
@resource.response(204)
def remove_webhook(number: str, webhook_id: UUID) -> None:
    """Tell the address nothing more."""
    with transaction():
        keeping.remove_webhook(number, webhook_id, by=current_actor())


@resource.route("/organisations/<number>/webhooks/<uuid:webhook_id>/secret", methods=["POST"])
@requires(Action.ORGANISATION_ADMINISTER)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.response(201, WebhookSchema)
def change_webhook_secret(number: str, webhook_id: UUID) -> dict[str, Any]:
    """Sign with another secret; for a day the former one signs too. Needs a fresh proof."""
    with transaction():
        secret = keeping.change_secret(number, webhook_id, by=current_actor())
        found = keeping.find_webhook(number, webhook_id, visible_to=current_actor())
        return {**_described(found), "secret": secret}


@resource.route("/organisations/<number>/webhooks/<uuid:webhook_id>/enable", methods=["POST"])
@requires(Action.ORGANISATION_ADMINISTER)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.response(204)
def enable_webhook(number: str, webhook_id: UUID) -> None:
    """Switch it on again: everything since its last success is sent."""
    with transaction():
        jobs.switch_on(number, webhook_id, by=current_actor())


@resource.route("/organisations/<number>/webhooks/<uuid:webhook_id>/attempts")
@requires(Action.ORGANISATION_ADMINISTER)
@resource.response(200, WebhookAttemptSchema(many=True))
def list_webhook_attempts(number: str, webhook_id: UUID) -> Any:
    """List the last sendings, the newest first."""
    return keeping.attempts(keeping.find_webhook(number, webhook_id, visible_to=current_actor()))


@resource.route("/organisations/<number>/webhooks/<uuid:webhook_id>/attempts", methods=["POST"])
@requires(Action.ORGANISATION_ADMINISTER)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.arguments(PositionSchema)
@resource.response(202)
def send_webhook(data: dict[str, Any], number: str, webhook_id: UUID) -> None:
    """Send a trial, or the message of one change again; what came of it is in the list."""
    with transaction():
        if data["position"] is None:
            jobs.try_webhook(number, webhook_id, by=current_actor())
        else:
            jobs.send_again(number, webhook_id, data["position"], by=current_actor())


def _described(webhook: Webhook) -> dict[str, Any]:
    names = ("id", "address", "made_at", "failing_since", "disabled_at", "fault")
    return {name: getattr(webhook, name) for name in names}
