"""Where the pages of operators are hung, and who may do more there than look."""

from typing import Any
from uuid import UUID

from flask import Blueprint
from sqlalchemy import ColumnElement

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from dossiers.supervising import supervised
from engine import queries
from web.operator import words
from web.visitors import known_visitor, visitor

blueprint = Blueprint("operator", __name__, template_folder="templates", url_prefix="/operation")


@blueprint.before_request
def _for_operators() -> None:
    policy.require_ever(known_visitor(), Action.INSTANCE_VIEW)


@blueprint.context_processor
def _known_to_templates() -> dict[str, Any]:
    return {
        "words": words,
        "may_mend": policy.may_ever(visitor(), Action.INCIDENT_RETRY),
        "may_read": policy.may_ever(visitor(), Action.INSTANCE_READ),
    }


def acting(action: Action, instance_id: UUID) -> Actor:
    """The visitor, who may do this to the process; raises ActionRefused, InstanceNotFound."""
    policy.require_ever(known_visitor(), action)
    queries.find_instance(instance_id, visible_to=visible(action))
    return known_visitor()


def visible(action: Action = Action.INSTANCE_VIEW) -> ColumnElement[bool]:
    """What of the engine's tables this visitor may see, or do something to."""
    return supervised(known_visitor(), action)
