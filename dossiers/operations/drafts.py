"""Drafts: an application that its applicant is still writing."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.clock import now
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.models import Dossier
from dossiers.operations.journal import record
from dossiers.operations.locking import hold_new, lock_editable
from workflows.queries import service

_REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def start_draft(service_key: str, *, agency_id: UUID, actor: Actor, language: str) -> Dossier:
    """Begin an application for a service; raises ServiceUnknown, NotAllowed."""
    policy.require(actor, Action.DOSSIER_DRAFT)
    dossier = Dossier(
        id=new_id(),
        reference=_new_reference(),
        service_key=service_key,
        service_version=service(service_key).version,
        agency_id=agency_id,
        owner_id=actor.account_id,
        language=language,
        created_at=now(),
    )
    hold_new(dossier)
    record(DossierTag.DRAFTED, dossier.id, actor=actor.id)
    return dossier


def save_answers(
    dossier_id: UUID, answers: Mapping[str, Any], *, actor: Actor, version: int | None = None
) -> Dossier:
    """Put cleaned answers beside those already given; a value of None forgets an answer.

    Answers are kept as they are: the whole form is checked when the dossier is submitted. Raises
    DossierNotFound, NotAllowed, DossierNotEditable, PreconditionFailed.
    """
    dossier = lock_editable(dossier_id, actor=actor, action=Action.DOSSIER_EDIT, version=version)
    merged = {**dossier.answers, **answers}
    dossier.answers = {key: value for key, value in merged.items() if value is not None}
    record(DossierTag.EDITED, dossier.id, actor=actor.id, details={"fields": sorted(answers)})
    return dossier


def _new_reference() -> str:
    rules = jurisdiction()
    random = "".join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(8))
    return rules.profile.reference.format(date=rules.calendar.local_date(now()), random=random)
