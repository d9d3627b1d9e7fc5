"""Correcting what was sent: the applicant names answers, an officer grants which are changed."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from core.errors import PreconditionFailed
from dossiers.audit import DossierTag
from dossiers.models import Dossier, DossierStatus
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_for
from dossiers.operations.taking_over import take_over_answers
from dossiers.requests.errors import QuestionsUnknown, RequestAnswered, RequestNotOffered
from dossiers.requests.models import DossierRequest, RequestKind, RequestState
from dossiers.requests.operations.keeping import ask, lock_open, require_reason, settle
from dossiers.requests.parts import questions_of
from dossiers.requests.queries import find_request, open_correction
from dossiers.requests.rules import require_undecided, rule_of
from engine import operations as engine
from workflows.queries import service_version

FIELDS, GRANTED, CHANGES = "fields", "granted", "changes"
_EDITABLE_ANYWAY: Final = DossierStatus.AWAITING_SUPPLEMENT


def ask_correction(
    dossier_id: UUID, *, fields: Sequence[str], reason: str, actor: Actor
) -> DossierRequest:
    """Ask to correct some answers of a submitted dossier, by their keys in the application.

    Raises DossierNotFound, NotAllowed, DossierNotSubmitted, RequestNotOffered, DecidedAlready,
    ReasonMissing, QuestionsUnknown, RequestStands.
    """
    dossier = lock_open(dossier_id, actor=actor, action=Action.REQUEST_MAKE)
    require_undecided(dossier)
    rule_of(RequestKind.CORRECTION, dossier)
    if dossier.status is _EDITABLE_ANYWAY or open_correction(dossier) is not None:
        raise RequestNotOffered
    require_reason(reason)
    known = questions_of(dossier)
    if not fields or not known.keys() >= set(fields):
        raise QuestionsUnknown({("fields",): sorted(set(fields) - known.keys())})
    what = {FIELDS: [each for each in known if each in set(fields)]}
    return ask(dossier, RequestKind.CORRECTION, reason, what, by=actor, by_applicant=True)


def grant_correction(dossier: Dossier, *, by: Actor) -> DossierRequest:
    """Let the applicant correct all answers of a locked dossier, which somebody decided for him.

    Raises RequestStands.
    """
    fields = list(questions_of(dossier))
    what = {FIELDS: fields, GRANTED: fields}
    asked = ask(dossier, RequestKind.CORRECTION, "", what, by=by, by_applicant=False)
    settle(asked, dossier, RequestState.GRANTED, by=by)
    return asked


def open_for_edit(request: DossierRequest, fields: Sequence[str]) -> None:
    """Note which of the answers asked for may be changed. Raises QuestionsUnknown."""
    asked = request.what[FIELDS]
    granted = [each for each in asked if each in set(fields)] if fields else asked
    if not set(fields) <= set(asked):
        raise QuestionsUnknown({("fields",): sorted(set(fields) - set(asked))})
    request.what = {**request.what, GRANTED: granted}


def correct(
    request_id: UUID,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    language: str,
    version: int | None = None,
) -> DossierRequest:
    """Change the granted answers, once; what they were before is kept with the request.

    Raises RequestNotFound, NotAllowed, RequestAnswered, DecidedAlready, QuestionsUnknown,
    PreconditionFailed, DocumentsMissing, and InvalidRequest naming every answer that is wrong.
    """
    request, dossier = _granted(request_id, version, actor)
    if not set(answers) <= set(request.what[GRANTED]):
        raise QuestionsUnknown({("answers",): sorted(set(answers) - set(request.what[GRANTED]))})
    before = dict(dossier.answers)
    pack = service_version(dossier.service_version)
    dossier.answers = {
        key: value for key, value in {**before, **answers}.items() if value is not None
    }
    clean = take_over_answers(dossier, pack, language, sender=actor)
    request.what = {**request.what, CHANGES: _changes(before, clean)}
    settle(request, dossier, RequestState.FULFILLED, by=actor)
    _tell_process(request, dossier, {pack.manifest.application_form: clean}, actor)
    db.session.flush()
    details = {"fields": sorted(answers), "version": dossier.version}
    record(DossierTag.EDITED, dossier.id, actor=actor.id, details=details)
    return request


def _tell_process(
    request: DossierRequest, dossier: Dossier, variables: Mapping[str, Any], actor: Actor
) -> None:
    if dossier.instance_id is not None:
        engine.change_facts(
            dossier.instance_id, variables, actor=actor.id, reason=f"request:{request.id}"
        )


def _granted(request_id: UUID, version: int | None, actor: Actor) -> tuple[DossierRequest, Dossier]:
    seen, dossier = find_request(request_id, visible_to=actor)
    policy.require(actor, Action.REQUEST_MAKE, dossier)
    if dossier.instance_id is not None:
        engine.lock(dossier.instance_id)
    dossier = lock_for(dossier.id, actor=actor, action=Action.REQUEST_MAKE)
    request = db.session.get_one(DossierRequest, seen.id, populate_existing=True)
    if version is not None and version != request.version:
        raise PreconditionFailed
    if request.kind is not RequestKind.CORRECTION or request.state is not RequestState.GRANTED:
        raise RequestAnswered
    require_undecided(dossier)
    return request, dossier


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"field": key, "before": before.get(key), "after": after.get(key)}
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    ]
