"""Which processes somebody may supervise: those about what his agencies settle, or all of them."""

from sqlalchemy import ColumnElement, exists

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action, Scope
from dossiers.models import Proceeding
from engine.models import Instance
from engine.queries import EVERYTHING


def supervised(actor: Actor, action: Action) -> ColumnElement[bool]:
    """The processes to which somebody may do this, as a condition for the finders of the engine.

    A process about no dossier is for those who have the role in all agencies.
    """
    if policy.allows(actor, action, Scope()):
        return EVERYTHING
    about = policy.clause(actor, action, Proceeding)
    return exists().where(Proceeding.instance_id == Instance.id, about)
