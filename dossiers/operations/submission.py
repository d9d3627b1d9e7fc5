"""Submitting an application and asking to have it back."""

from typing import Any
from uuid import UUID

from accounts import policy
from accounts.actor import SIGNING, Actor
from accounts.places import require_open_agency
from accounts.policy import Action
from core.clock import now
from core.database import db
from dossiers.audit import DossierTag
from dossiers.errors import (
    DocumentsMissing,
    DossierNotEditable,
    DossierNotSubmitted,
    TooLateToWithdraw,
)
from dossiers.guest_rules import require_known_well
from dossiers.models import Dossier, DossierStatus
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_for
from dossiers.operations.principals import note_sender
from dossiers.operations.proceedings import first_variables, open_proceeding
from dossiers.operations.reasons import keep_reason
from dossiers.queries import documents_lacking, find_dossier
from dossiers.settled import require_offered
from engine import operations as engine
from engine.messages import MessageOutcome
from workflows.pack import ServicePack
from workflows.queries import service

WITHDRAWAL = "withdrawal"


def submit(dossier_id: UUID, *, actor: Actor, language: str, version: int | None = None) -> Dossier:
    """Check the whole application and start its process, at the service's current version.

    Raises DossierNotFound, NotAllowed, DossierNotEditable, ServiceNotOffered, PreconditionFailed,
    DocumentsMissing, and InvalidRequest naming every answer that is missing or wrong.
    """
    dossier = lock_for(dossier_id, actor=actor, action=Action.DOSSIER_SUBMIT, version=version)
    if dossier.status is not DossierStatus.DRAFT:
        raise DossierNotEditable
    require_offered(dossier.service_key, dossier.agency_id)
    require_open_agency(dossier.agency_id)
    pack = service(dossier.service_key)
    require_known_well(actor, pack)
    dossier.service_version = pack.version
    take_over_answers(dossier, pack, language, sender=actor)
    dossier.submitted_at = now()
    note_sender(dossier, actor)
    record(DossierTag.SUBMITTED, dossier.id, actor=actor.id)
    applicant = f"account:{actor.stands_for or actor.account_id or dossier.owner_id}"
    open_proceeding(dossier, pack.manifest.process, first_variables(dossier, pack, applicant))
    db.session.flush()
    return dossier


def take_over_answers(
    dossier: Dossier, pack: ServicePack, language: str, *, sender: Actor
) -> dict[str, Any]:
    """Check the answers and papers of a locked dossier as a whole and take over what they say.

    Returns the clean answers. Raises InvalidRequest, DocumentsMissing.
    """
    answers = pack.form(pack.manifest.application_form).load(dossier.answers, language)
    if missing := documents_lacking(dossier, pack, answers):
        raise DocumentsMissing(
            {("documents", kind): [pack.document_name(kind, language)] for kind in missing}
        )
    keep_reason(dossier.id, "", pack.decide(pack.manifest.documents_decision, answers))
    dossier.answers = answers
    dossier.organisation_number = pack.read(pack.manifest.owner_number, answers)
    dossier.organisation_name = pack.read(pack.manifest.owner_name, answers)
    if not dossier.acting_for and dossier.mandate_id is None:
        represented = dossier.organisation_number in sender.organisations_as(SIGNING)
        dossier.acting_for = dossier.organisation_number or "" if represented else ""
    return answers


def withdraw(dossier_id: UUID, *, reason: str, actor: Actor) -> Dossier:
    """Withdraw a submitted dossier before its result is issued.

    Raises DossierNotFound, NotAllowed, DossierNotSubmitted, TooLateToWithdraw.
    """
    seen = find_dossier(dossier_id, visible_to=actor)
    policy.require(actor, Action.DOSSIER_WITHDRAW, seen)
    if seen.status is DossierStatus.DRAFT:
        raise DossierNotSubmitted
    outcome = engine.publish_message(
        WITHDRAWAL, str(dossier_id), {WITHDRAWAL: {"reason": reason, "by": actor.id}}
    )
    dossier = lock_for(dossier_id, actor=actor, action=Action.DOSSIER_WITHDRAW)
    if outcome is not MessageOutcome.DELIVERED:
        raise TooLateToWithdraw
    record(DossierTag.WITHDRAWAL_ASKED, dossier.id, actor=actor.id)
    db.session.flush()
    return dossier
