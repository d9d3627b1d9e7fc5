"""Showing one personal answer to somebody who is not shown it otherwise: once, and on record."""

from typing import Any
from uuid import UUID

from accounts import policy
from accounts.actor import Actor
from accounts.freshness import require_fresh
from accounts.policy import Action
from core.database import db
from dossiers.audit import DossierTag
from dossiers.errors import AnswerNotHidden, ReasonMissing
from dossiers.inside import hidden_value
from dossiers.looks import role_of
from dossiers.masking import application_form, dotted
from dossiers.models import Dossier, Proceeding
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier, lock_for
from dossiers.supervising import supervised
from engine import queries as engine
from forms.personal import without_personal


def unmask(dossier_id: UUID, field: str, *, reason: str, actor: Actor) -> Any:
    """One personal answer of the application, named as `masking` names it; the reason is recorded.

    Raises DossierNotFound, ActionRefused, FreshProofNeeded, ReasonMissing, and AnswerNotHidden when
    there is no such answer.
    """
    dossier = lock_for(dossier_id, actor=actor, action=Action.DOSSIER_UNMASK)
    require_fresh(actor)
    if not reason.strip():
        raise ReasonMissing
    value = _hidden_answer(dossier, field)
    details = {"field": field, "purpose": reason.strip(), "role": role_of(actor, dossier)}
    record(DossierTag.UNMASKED, dossier.id, actor=actor.id, details=details)
    return value


def unmask_variable(instance_id: UUID, scope: int, field: str, *, reason: str, actor: Actor) -> Any:
    """One hidden value of a process, named as `inside` names it; the reason is recorded.

    Raises InstanceNotFound, ActionRefused, FreshProofNeeded, ReasonMissing, AnswerNotHidden.
    """
    policy.require_ever(actor, Action.INSTANCE_UNMASK)
    engine.find_instance(instance_id, visible_to=supervised(actor, Action.INSTANCE_UNMASK))
    require_fresh(actor)
    if not reason.strip():
        raise ReasonMissing
    value = hidden_value(instance_id, scope, field, visible_to=actor)
    dossier = lock_dossier(db.session.get_one(Proceeding, instance_id).dossier_id)
    details = {"field": field, "purpose": reason.strip(), "role": role_of(actor, dossier)}
    subject = f"instance:{instance_id}"
    record(DossierTag.UNMASKED, dossier.id, actor=actor.id, subject=subject, details=details)
    return value


def _hidden_answer(dossier: Dossier, field: str) -> Any:
    _, hidden = without_personal(application_form(dossier).components, dossier.answers)
    for path in hidden:
        if dotted(path) == field:
            value: Any = dossier.answers
            for step in path:
                value = value[step]
            return value
    raise AnswerNotHidden(field=field)
