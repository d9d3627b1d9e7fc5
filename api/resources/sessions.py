"""One's own browser sessions."""

from collections.abc import Sequence
from uuid import UUID

from marshmallow import fields

from accounts import browsers, operations, queries
from accounts.models import BrowserSession
from accounts.policy import Action
from accounts.representing.holding import person
from api.authentication import current_actor, requires
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction

resource = Resource("sessions", "Browsers in which you are signed in.")


class SessionSchema(Shape):
    """A browser that is signed in; `user_agent` is what it calls itself."""

    id = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    last_seen_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    user_agent = fields.String(required=True)
    assurance = fields.Integer(required=True)


@resource.route("/me/sessions")
@requires(Action.SESSION_KEEP)
@resource.response(200, SessionSchema(many=True))
def list_sessions() -> Sequence[BrowserSession]:
    """List the browsers in which you are signed in, the newest first."""
    actor = current_actor()
    return queries.sessions(person(actor), visible_to=actor)


@resource.route("/me/sessions/<uuid:session_id>", methods=["DELETE"])
@requires(Action.SESSION_KEEP)
@resource.response(204)
def end_session(session_id: UUID) -> None:
    """Sign one browser out."""
    with transaction():
        browsers.end_session(session_id, by=current_actor())


@resource.route("/me/sessions", methods=["DELETE"])
@requires(Action.SESSION_KEEP)
@resource.response(204)
def end_sessions() -> None:
    """Sign every browser out; access tokens, this one too, end as well."""
    actor = current_actor()
    with transaction():
        operations.revoke_sessions(person(actor), by=actor)
