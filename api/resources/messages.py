"""Messages to running processes, from programs outside."""

from datetime import timedelta
from typing import Any

from marshmallow import fields, validate

from accounts import policy
from accounts.policy import Action, Scope
from api.authentication import current_actor, requires
from api.paging import LARGEST, USUAL
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from engine import operations
from engine.messages import MessageOutcome
from engine.operations import MESSAGE_LIFE
from engine.queries import EVERYTHING
from engine.untaken import MessageView, untaken_messages

LONGEST_LIFE = timedelta(days=366)
_NAMED = validate.Length(min=1, max=200)

resource = Resource("messages", "Messages to running processes.")


class NewMessageSchema(Shape):
    """A message. A second one with the same name, key and id is dropped."""

    name = fields.String(required=True, validate=_NAMED)
    key = fields.String(required=True, validate=_NAMED)
    id = fields.String(required=True, validate=_NAMED)
    variables = fields.Dict(keys=fields.String(), load_default=dict)
    time_to_live = fields.TimeDelta(
        precision="seconds",
        load_default=MESSAGE_LIFE,
        validate=validate.Range(min=timedelta(), max=LONGEST_LIFE),
        metadata={"description": "Seconds for which it is kept until somebody waits for it."},
    )


class OutcomeSchema(Shape):
    """What became of it."""

    outcome = fields.Enum(MessageOutcome, by_value=True, required=True)


class MessageSchema(Shape):
    """A message that nobody has taken; `why`: `wait-passed`, `instance-ended` or `expired`."""

    name = fields.String(required=True)
    key = fields.String(required=True, attribute="correlation_key")
    id = fields.String(required=True, attribute="message_id")
    why = fields.String(required=True)
    instance_id = fields.UUID(required=True, allow_none=True, attribute="late_for")
    element = fields.String(required=True, attribute="late_element")
    received_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)


class MessagesSchema(Shape):
    """The newest of them."""

    items = fields.List(fields.Nested(MessageSchema), required=True)


class MessageFilters(Shape):
    """How the list can be narrowed; `waiting` adds those that somebody may still come for."""

    name = fields.String(load_default=None, validate=_NAMED)
    key = fields.String(load_default=None, validate=_NAMED, attribute="correlation_key")
    waiting = fields.Boolean(load_default=False)
    limit = fields.Integer(load_default=USUAL, validate=validate.Range(min=1, max=LARGEST))


@resource.route("/messages", methods=["POST"])
@requires(Action.MESSAGE_PUBLISH)
@resource.arguments(NewMessageSchema)
@resource.response(200, OutcomeSchema)
def publish_message(data: dict[str, Any]) -> dict[str, MessageOutcome]:
    """Tell the process that waits for this name and key; kept for one that will."""
    policy.require(current_actor(), Action.MESSAGE_PUBLISH, Scope(message_name=data["name"]))
    given = (data["name"], data["key"], data["variables"], data["id"], data["time_to_live"])
    with transaction():
        return {"outcome": operations.publish_message(*given)}


@resource.route("/messages")
@requires(Action.JOB_VIEW)
@resource.arguments(MessageFilters, location="query")
@resource.response(200, MessagesSchema)
def list_untaken_messages(arguments: dict[str, Any]) -> dict[str, list[MessageView]]:
    """List messages that came late or expired, the newest first, without what they said."""
    return {"items": untaken_messages(visible_to=EVERYTHING, **arguments)}
