"""Entering an application for somebody who comes to the desk or writes, and taking it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from flask_babel import force_locale, gettext
from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.identities import number_mark
from accounts.models import Agency
from accounts.places import require_open_agency
from accounts.policy import Action
from accounts.runtime import runtime as accounts
from core.clock import now, today
from core.database import db
from core.errors import N_
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.desk.errors import ChannelClosed, PersonIncomplete, TakenInElsewhere
from dossiers.desk.models import DeskReception, PaperComponent, Standing
from dossiers.desk.queries import find_reception
from dossiers.errors import DocumentTypeUnknown, DossierNotEditable
from dossiers.guest_rules import guest_rules
from dossiers.models import Document, Dossier, DossierStatus
from dossiers.operations import reception
from dossiers.operations.documents import APPLICANT, StoredUpload, add_document
from dossiers.operations.drafts import new_reference
from dossiers.operations.journal import record
from dossiers.operations.legacy import NOBODY
from dossiers.operations.locking import hold_new, lock_dossier
from dossiers.operations.proceedings import first_variables, open_proceeding
from dossiers.operations.taking_over import take_over_answers
from dossiers.queries import pack_of
from dossiers.settled import require_offered
from engine.runtime import current_runtime
from workflows.pack import ServicePack
from workflows.queries import service

RECEIPT: Final = "receipt"
FACT: Final = "desk-fact"
MOST_SHEETS: Final = 999
_MISSING: Final = {
    "owner_name": N_("Write the name of the owner"),
    "submitter_name": N_("Write the name of whoever submits"),
    "submitter_number": N_("Write the number of the identity paper that was shown"),
    "standing_paper": N_("Write which paper shows it, with number and day"),
    "fact": N_("Write it as it is asked, so that the dossier can be followed"),
}


@dataclass(frozen=True)
class Person:
    """Somebody at the desk, as the shown papers say; all texts."""

    name: str
    identity_number: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""

    @property
    def told(self) -> dict[str, str]:
        """What is kept: nothing that is empty."""
        return {name: text for name, text in self.__dict__.items() if text}


@dataclass(frozen=True)
class Visit:
    """Who came for whom, how, for which service. `fact` is what the submitter will be asked again."""

    service_key: str
    agency_id: UUID
    receiving_agency_id: UUID
    channel: str
    owner: Person
    submitter: Person
    standing: Standing = Standing.ONESELF
    standing_paper: str = ""
    fact: str = ""


@dataclass(frozen=True)
class Sheets:
    """How much was brought of a kind of paper, and whether the clerk saw the original."""

    originals: int = 0
    copies: int = 0
    compared: bool = False


@dataclass(frozen=True)
class Papers:
    """What was brought, by kind."""

    by_kind: Mapping[str, Sheets] = field(default_factory=dict)


def enter(visit: Visit, *, language: str, by: Actor) -> Dossier:
    """Begin a dossier for somebody at the desk: a draft of nobody, seen by that office alone.

    Raises ActionRefused, ServiceUnknown, ServiceNotOffered, ChannelClosed, TakenInElsewhere and
    PersonIncomplete.
    """
    scope = policy.Scope(agency_id=visit.receiving_agency_id)
    policy.require(by, Action.DOSSIER_RECEIVE, scope)
    pack = service(visit.service_key)
    require_offered(visit.service_key, visit.agency_id)
    require_open_agency(visit.agency_id)
    _require_open(visit, pack)
    fact = _require_whole(visit, language)
    dossier = _draft(visit, pack, language)
    hold_new(dossier)
    db.session.add(_reception(visit, dossier, fact, by))
    details = {"channel": visit.channel, "standing": str(visit.standing)}
    record(DossierTag.DESK_ENTERED, dossier.id, actor=by.id, details=details)
    return dossier


def write_down(
    reference: str, answers: Mapping[str, Any], papers: Papers, *, language: str, by: Actor
) -> Dossier:
    """Write down the answers, whole and right, and what was brought on paper: at first, or while a
    supplement is awaited from somebody who has no account.

    Raises DossierNotFound, DossierNotEditable, DocumentTypeUnknown, InvalidRequest.
    """
    dossier, pack = _writable(reference, by)
    dossier.answers = pack.form(pack.manifest.application_form).load(answers, language)
    _keep_papers(dossier, pack, papers, by)
    db.session.flush()
    record(DossierTag.EDITED, dossier.id, actor=by.id, details={"version": dossier.version})
    return dossier


def digitise(reference: str, kind: str, upload: StoredUpload, *, by: Actor) -> Document:
    """Attach a scan of a paper that was brought; it is on record who made it.

    Raises DossierNotFound, DossierNotEditable, DocumentTypeUnknown.
    """
    dossier, pack = _writable(reference, by)
    _require_known(pack, [kind])
    return add_document(dossier, kind, upload, origin=APPLICANT, by=by.id)


def accept(reference: str, *, language: str, by: Actor) -> Dossier:
    """Take the dossier in: its version is pinned and its process begins.

    Where taking in is the reception, it gets its code and due date now, and its receipt by a job.
    Raises DossierNotFound, DossierNotEditable, ServiceNotOffered, DocumentsMissing, InvalidRequest.
    """
    dossier, pack = _open(reference, by)
    require_offered(dossier.service_key, dossier.agency_id)
    dossier.service_version = pack.version
    take_over_answers(dossier, pack, language, sender=by)
    dossier.acting_for = ""
    dossier.submitted_at, dossier.submitted_by = now(), by.id
    taken = db.session.get_one(DeskReception, dossier.id)
    taken.accepted_by, taken.accepted_at = by.id, now()
    record(DossierTag.SUBMITTED, dossier.id, actor=by.id)
    if pack.manifest.desk.receives:
        agency = db.session.get_one(Agency, dossier.agency_id)
        reception.receive(dossier, pack, agency.code)
    instance_id = open_proceeding(
        dossier, pack.manifest.process, first_variables(dossier, pack, None)
    )
    if pack.manifest.desk.receives and RECEIPT in pack.letters:
        current_runtime().enqueue("letter.make", instance_id, {"letter": RECEIPT})
    db.session.flush()
    return dossier


def awaits_papers(dossier: Dossier) -> bool:
    """Whether a supplement is awaited for a dossier that nobody has claimed: it comes to the desk."""
    return dossier.status is DossierStatus.AWAITING_SUPPLEMENT and dossier.owner_id == NOBODY


def _writable(reference: str, by: Actor) -> tuple[Dossier, ServicePack]:
    """A locked dossier of the desk to which answers and papers come, and the version that counts."""
    seen, _ = find_reception(reference, visible_to=by)
    dossier = lock_dossier(seen.id)
    return (dossier, pack_of(dossier)) if awaits_papers(dossier) else _open(reference, by)


def _open(reference: str, by: Actor) -> tuple[Dossier, ServicePack]:
    """A locked draft of the desk, and its service as it is now."""
    seen, _ = find_reception(reference, visible_to=by)
    dossier = lock_dossier(seen.id)
    if dossier.status is not DossierStatus.DRAFT or dossier.submitted_at is not None:
        raise DossierNotEditable
    return dossier, service(dossier.service_key)


def _require_open(visit: Visit, pack: ServicePack) -> None:
    rules = pack.manifest.desk
    if visit.channel not in rules.channels:
        raise ChannelClosed({("channel",): [visit.channel]}, known=", ".join(rules.channels))
    elsewhere = visit.agency_id != visit.receiving_agency_id
    if elsewhere and not (rules.anywhere and jurisdiction().profile.received_anywhere):
        raise TakenInElsewhere({("agency",): [str(visit.agency_id)]})


def _require_whole(visit: Visit, language: str) -> str:
    """The second fact in its one spelling; raises PersonIncomplete naming all that is missing."""
    missing = [
        name
        for name, text in {
            "owner_name": visit.owner.name,
            "submitter_name": visit.submitter.name,
            "submitter_number": visit.submitter.identity_number,
        }.items()
        if not text.strip()
    ]
    if visit.standing is not Standing.ONESELF and not visit.standing_paper.strip():
        missing.append("standing_paper")
    rules = guest_rules()
    fact = rules.fact.read(visit.fact, today=today()) if rules.code else ""
    if fact is None:
        missing.append("fact")
    if missing:
        with force_locale(language):
            raise PersonIncomplete({(name,): [gettext(_MISSING[name])] for name in missing})
    return fact or ""


def _draft(visit: Visit, pack: ServicePack, language: str) -> Dossier:
    elsewhere = visit.agency_id != visit.receiving_agency_id
    return Dossier(
        id=new_id(),
        reference=new_reference(),
        service_key=visit.service_key,
        service_version=pack.version,
        agency_id=visit.agency_id,
        receiving_agency_id=visit.receiving_agency_id if elsewhere else None,
        owner_id=NOBODY,
        channel=visit.channel,
        language=language,
        answers={},
        created_at=now(),
    )


def _reception(visit: Visit, dossier: Dossier, fact: str, by: Actor) -> DeskReception:
    number = visit.owner.identity_number.strip()
    return DeskReception(
        dossier_id=dossier.id,
        agency_id=visit.receiving_agency_id,
        owner=visit.owner.told,
        submitter=visit.submitter.told,
        standing=visit.standing,
        standing_paper=visit.standing_paper.strip(),
        owner_mark=number_mark(number) if number else None,
        fact_kind=guest_rules().code if fact else "",
        fact=accounts().keyed.kept(f"{dossier.id}{fact}", purpose=FACT) if fact else "",
        entered_by=by.id,
        entered_at=now(),
    )


def _keep_papers(dossier: Dossier, pack: ServicePack, papers: Papers, by: Actor) -> None:
    _require_known(pack, papers.by_kind)
    kept = {
        each.document_type: each
        for each in db.session.scalars(
            select(PaperComponent).where(PaperComponent.dossier_id == dossier.id)
        )
    }
    for kind, sheets in papers.by_kind.items():
        row = kept.get(kind) or PaperComponent(
            id=new_id(), dossier_id=dossier.id, document_type=kind
        )
        row.originals, row.copies, row.compared = sheets.originals, sheets.copies, sheets.compared
        row.entered_by, row.entered_at = by.id, now()
        db.session.add(row)


def _require_known(pack: ServicePack, kinds: Any) -> None:
    known = pack.asked_documents
    for kind in kinds:
        if kind not in known:
            raise DocumentTypeUnknown(kind=kind, known=", ".join(sorted(known)))
