"""Drafts: an application that its applicant is still writing."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from accounts import policy
from accounts.actor import Actor
from accounts.places import require_open_agency
from accounts.policy import Action
from core.clock import now
from core.database import db
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.edits import edits
from dossiers.errors import DraftChangedMeanwhile
from dossiers.guest_rules import require_takes_guests
from dossiers.models import Dossier
from dossiers.operations.journal import record
from dossiers.operations.locking import hold_new, lock_editable
from dossiers.operations.principals import Principal, principal_of
from dossiers.settled import require_offered
from workflows.queries import service

_REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def start_draft(
    service_key: str,
    *,
    agency_id: UUID,
    actor: Actor,
    language: str,
    answers: Mapping[str, Any] | None = None,
    organisation: str = "",
    mandate_id: UUID | None = None,
) -> Dossier:
    """Begin an application for a service, perhaps with the first answers, which must be clean.

    It is the draft of `organisation` (a number), or of whoever gave the mandate, if one is named.
    Raises ServiceUnknown, ServiceNotOffered, NotAllowed, NotFound.
    """
    policy.require(actor, Action.DOSSIER_DRAFT)
    require_offered(service_key, agency_id)
    require_open_agency(agency_id)
    whose = principal_of(actor, service_key, organisation=organisation, mandate_id=mandate_id)
    dossier = _new(service_key, agency_id, whose, language, answers or {})
    record(DossierTag.DRAFTED, dossier.id, actor=actor.id)
    if answers:
        _record_edit(dossier, answers, actor)
    return dossier


def start_for_guest(service_key: str, *, agency_id: UUID, guest: Actor, language: str) -> Dossier:
    """Begin the one application of somebody without an account, who has just proven his link.

    Raises ServiceUnknown, ServiceNotOffered, AccountNeeded, NotFound.
    """
    require_takes_guests(service(service_key))
    require_offered(service_key, agency_id)
    require_open_agency(agency_id)
    dossier = _new(service_key, agency_id, Principal(guest.account_id), language, {})
    record(DossierTag.DRAFTED, dossier.id, actor=guest.id)
    return dossier


def begin_again(old: Dossier, *, by: Actor) -> Dossier:
    """A draft with the answers of another dossier, for whoever that is of: its papers are not in it.

    Raises ServiceUnknown, ServiceNotOffered, NotFound.
    """
    require_offered(old.service_key, old.agency_id)
    require_open_agency(old.agency_id)
    whose = Principal(old.owner_id, old.acting_for, old.mandate_id)
    dossier = _new(old.service_key, old.agency_id, whose, old.language, old.answers)
    _record_edit(dossier, old.answers, by)
    return dossier


def _new(
    service_key: str,
    agency_id: UUID,
    whose: Principal,
    language: str,
    answers: Mapping[str, Any],
) -> Dossier:
    dossier = Dossier(
        id=new_id(),
        reference=new_reference(),
        service_key=service_key,
        service_version=service(service_key).version,
        agency_id=agency_id,
        owner_id=whose.owner_id,
        acting_for=whose.acting_for,
        mandate_id=whose.mandate_id,
        language=language,
        answers=_given(answers),
        created_at=now(),
    )
    hold_new(dossier)
    return dossier


def save_answers(
    dossier_id: UUID,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    version: int | None = None,
    untouched_since: int | None = None,
) -> Dossier:
    """Put cleaned answers beside those already given; a value of None forgets an answer.

    Answers are kept as they are: the whole form is checked when the dossier is submitted. `version`
    must still be the dossier's; `untouched_since` is milder: since that version nobody else may have
    changed the very answers that are saved. Raises DossierNotFound, NotAllowed, DossierNotEditable,
    PreconditionFailed, DraftChangedMeanwhile.
    """
    dossier = lock_editable(dossier_id, actor=actor, action=Action.DOSSIER_EDIT, version=version)
    if untouched_since is not None and untouched_since < dossier.version:
        _require_untouched(dossier, answers, untouched_since, actor)
    dossier.answers = _given({**dossier.answers, **answers})
    db.session.flush()
    _record_edit(dossier, answers, actor)
    return dossier


def _require_untouched(
    dossier: Dossier, answers: Mapping[str, Any], since: int, actor: Actor
) -> None:
    for edit in edits(dossier.id, after=since):
        if edit.actor != actor.id and not edit.fields.isdisjoint(answers):
            raise DraftChangedMeanwhile


def _given(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answers.items() if value is not None}


def _record_edit(dossier: Dossier, answers: Mapping[str, Any], actor: Actor) -> None:
    details = {"fields": sorted(answers), "version": dossier.version}
    record(DossierTag.EDITED, dossier.id, actor=actor.id, details=details)


def new_reference() -> str:
    """Our own reference of a case, which nobody can guess."""
    rules = jurisdiction()
    random = "".join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(8))
    return rules.profile.reference.format(date=rules.calendar.local_date(now()), random=random)
