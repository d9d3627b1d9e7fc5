"""Where the pages of operators are hung, and who may do more there than look."""

from typing import Any

from flask import Blueprint
from sqlalchemy import ColumnElement

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action, Scope
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


def acting(action: Action) -> Actor:
    """The visitor, who may do this to processes; raises ActionRefused."""
    policy.require_ever(known_visitor(), action)
    return known_visitor()


def visible() -> ColumnElement[bool]:
    """What of the engine's tables this visitor may see: everything, or nothing."""
    return policy.clause(known_visitor(), Action.INSTANCE_VIEW, Scope())
