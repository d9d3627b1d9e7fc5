"""Asking another system about a person, taking its answer, and going on with it or without."""

from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from flask_babel import force_locale
from sqlalchemy import select

from accounts import policy
from accounts.actor import SYSTEM, Actor
from accounts.policy import Action, Scope
from core.clock import now
from core.database import db
from core.errors import N_
from core.i18n import pick, translated
from dossiers.audit import DossierTag
from dossiers.confidential.errors import EnquiryNotFound, EnquiryNotUnderstood
from dossiers.confidential.models import DataEnquiry, EnquiryState, SealedAnswer, Source
from dossiers.confidential.sealing import Answer, opened, seal
from dossiers.context import jurisdiction
from dossiers.desk.queries import kinds_on_paper
from dossiers.models import Document, DocumentState, Dossier
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier
from dossiers.requests.models import DossierRequest, RequestKind, RequestState
from dossiers.requests.operations.keeping import settle
from dossiers.requests.operations.supplements import Defect, ask_in_place_of
from dossiers.requests.parts import PAPER
from dossiers.requests.queries import standing
from dossiers.requests.rules import is_decided
from engine import operations as engine
from workflows.queries import service_version

ANSWERED: Final = "enquiry-answered"
CAME_AFTER_ALL: Final = "enquiry-came-after-all"
_NO_DATA: Final = N_("The data could not be fetched from the system that keeps it.")
_ATTACH: Final = N_("Attach the paper. Only who appraises your dossier opens it.")


class Outcome(StrEnum):
    """What became of an answer that was delivered.

    `known` had been delivered before; where `another` stands, the first one holds; `too-late` is kept
    by nobody: the dossier is decided.
    """

    TAKEN = "taken"
    KNOWN = "known"
    ANOTHER = "another"
    TOO_LATE = "too-late"


def message_name(kind: str) -> str:
    """The name for which a program is registered that answers enquiries of a kind."""
    return f"enquiry.{kind}"


def open_enquiry(dossier: Dossier, instance_id: UUID, kind: str) -> DataEnquiry:
    """Note that a locked dossier's process asks about its person. Raises EnquiryNotUnderstood."""
    rule = service_version(dossier.service_version).manifest.enquiries.get(kind)
    if rule is None:
        raise EnquiryNotUnderstood(fault=f"`enquiries` of the service has no {kind!r}")
    enquiry = DataEnquiry(
        dossier_id=dossier.id,
        instance_id=instance_id,
        kind=kind,
        purpose=pick(rule.purpose, jurisdiction().profile.languages[0]),
        legal_basis=rule.legal_basis,
        asked_at=now(),
    )
    db.session.add(enquiry)
    db.session.flush()
    _record(DossierTag.ENQUIRY_MADE, enquiry, SYSTEM)
    return enquiry


def take_answer(enquiry_id: UUID, answer: Answer | None, *, actor: Actor) -> Outcome:
    """Seal what another system answers, and let the process go on; None: it has nothing to tell.

    The first answer holds, however often and in which order they come. Raises EnquiryNotFound.
    """
    seen = db.session.get(DataEnquiry, enquiry_id)
    if seen is None or not _may_answer(actor, seen):
        raise EnquiryNotFound
    engine.lock(seen.instance_id)
    dossier = lock_dossier(seen.dossier_id)
    db.session.refresh(seen)
    outcome = _outcome(seen, dossier, answer)
    if outcome is Outcome.TAKEN:
        _keep(seen, dossier, answer, actor)
    _record(DossierTag.ENQUIRY_ANSWERED, seen, actor, outcome=str(outcome))
    return outcome


def fall_back(enquiry_id: UUID, term: str) -> bool:
    """Whether data is there; where it is not, the applicant is asked for the paper from now on.

    `term` is an ISO 8601 duration: for how long the paper is awaited.
    """
    enquiry, dossier = _locked(enquiry_id)
    if enquiry.state is EnquiryState.ANSWERED:
        return True
    enquiry.paper_asked_at = now()
    ask_in_place_of(dossier, _defect(enquiry), enquiry.legal_basis, enquiry=enquiry.id, term=term)
    _record(DossierTag.ENQUIRY_PAPER_ASKED, enquiry, SYSTEM)
    return False


def close(enquiry_id: UUID) -> Source | None:
    """Go on: where what was asked for came from, None for nowhere."""
    enquiry, dossier = _locked(enquiry_id)
    enquiry.closed_at, enquiry.source = now(), _source(enquiry)
    _take_back_request(enquiry, dossier)
    _record(DossierTag.ENQUIRY_CLOSED, enquiry, SYSTEM, source=str(enquiry.source or ""))
    return enquiry.source


def _may_answer(actor: Actor, enquiry: DataEnquiry) -> bool:
    scope = Scope(message_name=message_name(enquiry.kind))
    return policy.allows(actor, Action.ENQUIRY_ANSWER, scope)


def _outcome(enquiry: DataEnquiry, dossier: Dossier, answer: Answer | None) -> Outcome:
    kept = db.session.get(SealedAnswer, enquiry.id, populate_existing=True)
    if kept is not None:
        return Outcome.KNOWN if opened(kept.sealed, enquiry.id) == answer else Outcome.ANOTHER
    if enquiry.state is EnquiryState.UNAVAILABLE and answer is None:
        return Outcome.KNOWN
    return Outcome.TOO_LATE if is_decided(dossier) else Outcome.TAKEN


def _keep(enquiry: DataEnquiry, dossier: Dossier, answer: Answer | None, actor: Actor) -> None:
    enquiry.state = EnquiryState.UNAVAILABLE if answer is None else EnquiryState.ANSWERED
    enquiry.answered_at = now()
    if answer is not None:
        sealed = seal(answer, enquiry.id)
        db.session.add(
            SealedAnswer(
                enquiry_id=enquiry.id, sealed=sealed, delivered_by=actor.id, delivered_at=now()
            )
        )
    db.session.flush()
    if enquiry.closed_at is None:
        _tell_process(enquiry, dossier)


def _tell_process(enquiry: DataEnquiry, dossier: Dossier) -> None:
    """It is told that there is an answer, never what; that there is none, until paper is asked for."""
    if enquiry.paper_asked_at is None:
        engine.publish_message(ANSWERED, str(enquiry.id), {}, f"{enquiry.id}:{enquiry.state}")
    elif enquiry.state is EnquiryState.ANSWERED:
        _take_back_request(enquiry, dossier)
        engine.publish_message(CAME_AFTER_ALL, str(enquiry.id), {}, str(enquiry.id))


def _take_back_request(enquiry: DataEnquiry, dossier: Dossier) -> None:
    """The paper is no longer asked for."""
    asked = standing(dossier.id, RequestKind.SUPPLEMENT)
    if asked is not None and _stands_for(asked, enquiry):
        settle(asked, dossier, RequestState.TAKEN_BACK, by=SYSTEM)


def _defect(enquiry: DataEnquiry) -> Defect:
    """In the language in which the authority writes."""
    with force_locale(jurisdiction().profile.languages[0]):
        return Defect(f"{PAPER}{enquiry.kind}", translated(_NO_DATA), translated(_ATTACH))


def _stands_for(asked: DossierRequest, enquiry: DataEnquiry) -> bool:
    return asked.what.get("enquiry") == str(enquiry.id)


def _source(enquiry: DataEnquiry) -> Source | None:
    if enquiry.state is EnquiryState.ANSWERED:
        return Source.DATA
    sent = select(Document.id).where(
        Document.dossier_id == enquiry.dossier_id,
        Document.document_type == enquiry.kind,
        Document.removed_at.is_(None),
        Document.state == DocumentState.THERE,
    )
    brought = enquiry.kind in kinds_on_paper(enquiry.dossier_id)
    return Source.PAPER if brought or db.session.scalars(sent).first() else None


def _locked(enquiry_id: UUID) -> tuple[DataEnquiry, Dossier]:
    """An enquiry whose process is at work: its instance is locked already."""
    enquiry = db.session.get_one(DataEnquiry, enquiry_id)
    dossier = lock_dossier(enquiry.dossier_id)
    db.session.refresh(enquiry)
    return enquiry, dossier


def _record(tag: DossierTag, enquiry: DataEnquiry, actor: Actor, **told: Any) -> None:
    details = {"kind": enquiry.kind, "state": str(enquiry.state), **told}
    subject = f"enquiry:{enquiry.id}"
    record(tag, enquiry.dossier_id, actor=actor.id, subject=subject, details=details)
