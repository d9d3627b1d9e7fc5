"""Submitting an application and asking to have it back."""

from uuid import UUID

from accounts import policy
from accounts.actor import Actor
from accounts.places import require_open_agency
from accounts.policy import Action
from core.clock import now
from core.database import db
from dossiers.audit import DossierTag
from dossiers.errors import DossierNotEditable, DossierNotSubmitted
from dossiers.guest_rules import require_known_well
from dossiers.models import Dossier, DossierStatus
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_for
from dossiers.operations.principals import note_sender
from dossiers.operations.proceedings import first_variables, open_proceeding
from dossiers.operations.taking_over import take_over_answers
from dossiers.queries import find_dossier
from dossiers.register_entries.about import require_fitting
from dossiers.requests.operations.withdrawals import (
    ask_withdrawal,
    must_be_asked,
    tell_process,
)
from dossiers.requests.rules import rules_of
from dossiers.settled import require_offered
from engine import operations as engine
from workflows.queries import service
from workflows.sections.requests import ASKED


def submit(dossier_id: UUID, *, actor: Actor, language: str, version: int | None = None) -> Dossier:
    """Check the whole application and start its process, at the service's current version.

    Raises DossierNotFound, NotAllowed, DossierNotEditable, ServiceNotOffered, PreconditionFailed,
    DocumentsMissing, EntryNotTheirs, EntryStands, and InvalidRequest naming every answer that is
    missing or wrong.
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
    require_fitting(dossier, pack, language)
    dossier.submitted_at = now()
    note_sender(dossier, actor)
    record(DossierTag.SUBMITTED, dossier.id, actor=actor.id)
    applicant = f"account:{actor.stands_for or actor.account_id or dossier.owner_id}"
    open_proceeding(dossier, pack.manifest.process, first_variables(dossier, pack, applicant))
    db.session.flush()
    return dossier


def withdraw(dossier_id: UUID, *, reason: str, actor: Actor) -> Dossier:
    """Withdraw a submitted dossier before its result is issued, or ask for it where the service's rule
    says so of one that was received.

    Raises DossierNotFound, NotAllowed, DossierNotSubmitted, TooLateToWithdraw, RequestStands.
    """
    seen = find_dossier(dossier_id, visible_to=actor)
    policy.require(actor, Action.DOSSIER_WITHDRAW, seen)
    if seen.status is DossierStatus.DRAFT:
        raise DossierNotSubmitted
    if rules_of(seen).withdrawal.after_reception == ASKED and seen.instance_id is not None:
        engine.lock(seen.instance_id)
        dossier = lock_for(dossier_id, actor=actor, action=Action.DOSSIER_WITHDRAW)
        if must_be_asked(dossier):
            ask_withdrawal(dossier, reason=reason, actor=actor)
            return dossier
    tell_process(seen, reason, actor.id)
    dossier = lock_for(dossier_id, actor=actor, action=Action.DOSSIER_WITHDRAW)
    record(DossierTag.WITHDRAWAL_ASKED, dossier.id, actor=actor.id)
    db.session.flush()
    return dossier
