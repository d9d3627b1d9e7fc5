"""Making the papers of a dossier: letters, and sealed results. Both are jobs.

The handler typesets, seals and stores outside any transaction; the recorder then makes the stored
files documents of the dossier in the same transaction that completes the job.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import letters
import signing
from accounts.models import Account, Agency, Unit
from accounts.places import agency_names, names_at
from core.clock import now
from core.database import db, reading
from core.i18n import pick
from dossiers import queries
from dossiers.desk.queries import paper_components, reception_of
from dossiers.handovers.papers import sheet_in_words
from dossiers.letters import (
    LetterSubject,
    check_url,
    letter_context,
    photo_of,
    with_letter,
    wording,
)
from dossiers.letters.wording import official_language
from dossiers.models import Document, Dossier, Proceeding
from dossiers.operations.documents import AUTHORITY, StoredUpload, add_document, keep_file
from dossiers.operations.locking import lock_dossier
from dossiers.register_entries.decisions import NUMBER
from dossiers.result_data import ATTACHED, result_xml
from dossiers.settled import seal_serial
from dossiers.signatures.ordering import Ask, place_of, signed
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime
from letters import qr
from signing import port
from storage import store
from workflows.pack import ServicePack
from workflows.queries import service_version
from workflows.sections.desk import AT_DESK

PDF, XML = "application/pdf", "application/xml"
FILES = "files"
SHEET = "control_sheet"
# The strip at the foot of the last page that every letter leaves free.
_BOX = (340, 60, 544, 114)


@dataclass(frozen=True)
class MadePaper:
    """A paper as it was made, before it is stored."""

    document_type: str
    file_name: str
    media_type: str
    content: bytes


def install(runtime: Runtime) -> None:
    """Register the jobs of this module."""
    policy = JobPolicy(max_attempts=10, lease=180)
    runtime.on_job("letter.make", _make_letter, policy, record=_record_papers)
    runtime.on_job("result.seal", _seal_result, policy, record=_record_papers)


def _make_letter(call: JobCall) -> Mapping[str, Any]:
    given = {**call.variables, **call.payload}
    name = str(given["letter"])
    subject = subject_of_job(call, with_sheet=name == SHEET)
    request = {"number": given.get(NUMBER, ""), **(given.get("request") or {})}
    context = letter_context(subject, {}, now(), request, given.get("table"))
    photo = photo_of(subject.documents, str(given.get("photo", "")))
    pdf = typeset(subject.pack, name, context, context["dossier"]["track_url"], photo)
    (paper,) = kept(subject.dossier, [MadePaper(name, f"{name}.pdf", PDF, pdf)])
    return {"document_id": paper["id"], FILES: [paper]}


def _seal_result(call: JobCall) -> Mapping[str, Any]:
    subject, result = subject_of_job(call), call.variables["result"]
    name, key = str(call.variables["letter"]), _seal_key(subject)
    pdf = signed(_seal_of_pdf(call, subject, name, key))
    data = result_xml(subject, result, pdf, call.variables.get("facts"))
    xml = signed(
        Ask(
            **asking(call, subject, name, key),
            part="seal-data",
            media_type=XML,
            content=lambda _moment: data,
            prepare=lambda content: port.prepare_xml(content, key=key),
        )
    )
    papers = [
        MadePaper(name, f"{name}.pdf", PDF, pdf),
        MadePaper(f"{name}_data", f"{name}.xml", XML, xml),
    ]
    stored = kept(subject.dossier, papers)
    return {"notice": {"pdf": stored[0]["id"], "xml": stored[1]["id"]}, FILES: stored}


def _seal_of_pdf(call: JobCall, subject: LetterSubject, name: str, key: signing.AnyKey) -> Ask:
    """What the leader signed is sealed as it is; if it had no number then, the seal says it."""
    given, agency = call.variables, _seal_of(subject)
    own = signed_before(given, name)
    late = {"number": str(given["result"]["number"])} if own and not own["numbered"] else {}
    look = replace(wording.seal_appearance("seal", late), box=_BOX)
    return Ask(
        **asking(call, subject, name, key),
        part="seal",
        media_type=PDF,
        content=lambda moment: _to_seal(subject, name, given, moment),
        prepare=lambda pdf: port.prepare_pdf(pdf, key=key, name=agency.name, appearance=look),
    )


def asking(call: JobCall, subject: LetterSubject, name: str, key: signing.AnyKey) -> dict[str, Any]:
    """What every signature that a job of a dossier asks for has in common."""
    language, dossier = official_language(), subject.dossier
    what = subject.pack.document_name(name, language)
    holder = dossier.organisation_name or subject.applicant.get("name", "")
    return {
        "instance_id": call.instance_id,
        "place": place_of(call),
        "dossier_id": dossier.id,
        "key": key,
        "title": ", ".join(filter(None, (what, dossier.code or dossier.reference, holder))),
    }


def signed_before(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What the process says of the leader's signature on this letter; empty when there is none."""
    own: Mapping[str, Any] = given.get("signed") or {}
    return own if own.get("letter") == name else {}


def _to_seal(
    subject: LetterSubject, name: str, given: Mapping[str, Any], moment: datetime
) -> bytes:
    result, own = given["result"], signed_before(given, name)
    if own:
        with store().open(own["storage_key"], sha256=own["sha256"]) as stream:
            return stream.read()
    told = {"table": given.get("table"), "decided": given.get("facts")}
    context = letter_context(subject, result, moment, **told)
    photo = photo_of(subject.documents, str(given.get("photo", "")))
    facts = {ATTACHED: result_xml(subject, result, None, given.get("facts"))}
    address = check_url(result["check_code"])
    return typeset(subject.pack, name, context, address, photo, attached=facts)


def typeset(
    pack: ServicePack,
    name: str,
    context: Mapping[str, Any],
    address: str,
    photo: Mapping[str, bytes] | None = None,
    *,
    attached: Mapping[str, bytes] | None = None,
) -> bytes:
    """A letter of a pack; its QR code holds the address, and its photo is what `photo_of` found.

    `attached` are XML files for machines, by name.
    """
    return letters.render(**_source(pack, name, context, address, photo), attached=attached)


def signing_places(
    pack: ServicePack,
    name: str,
    context: Mapping[str, Any],
    address: str,
    photo: Mapping[str, bytes] | None = None,
) -> dict[str, letters.Place]:
    """The places that the same letter leaves free for signatures, by their names."""
    return letters.places(**_source(pack, name, context, address, photo))


def _source(
    pack: ServicePack,
    name: str,
    context: Mapping[str, Any],
    address: str,
    photo: Mapping[str, bytes] | None,
) -> dict[str, Any]:
    pack = with_letter(pack, name)
    files = {**pack.letter_files, "qr.svg": qr.svg(address), **(photo or {})}
    data = {**context, "photo": "yes"} if photo else context
    return {"template": pack.letter(name), "data": data, "files": files}


def _record_papers(call: JobCall, result: Result) -> None:
    dossier_id = db.session.get_one(Proceeding, call.instance_id).dossier_id
    for paper in (result or {})[FILES]:
        record_paper(dossier_id, paper)


def record_paper(dossier_id: UUID, paper: Mapping[str, Any]) -> Document:
    """Make a paper that was stored, as `kept` tells of it, a document of its dossier."""
    names = ("id", "file_name", "media_type", "size", "sha256", "storage_key")
    upload = StoredUpload(**{name: paper[name] for name in names})
    dossier = lock_dossier(dossier_id)
    return add_document(dossier, paper["document_type"], upload, origin=AUTHORITY, by="system")


def subject_of_job(call: JobCall, *, with_sheet: bool = False) -> LetterSubject:
    """What a letter of a process tells of; with the rows of the control sheet where it is that."""
    with reading() as session:
        dossier_id = session.get_one(Proceeding, call.instance_id).dossier_id
    subject = subject_of(dossier_id)
    return replace(subject, handovers=sheet_in_words(subject.dossier)) if with_sheet else subject


def subject_of(dossier_id: UUID) -> LetterSubject:
    """What a letter about a dossier tells of, read in one go."""
    with reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        return LetterSubject(
            dossier=dossier,
            pack=service_version(dossier.service_version),
            agency=session.get_one(Agency, dossier.agency_id),
            agency_names=agency_names(dossier.agency_id),
            documents=tuple(queries.documents_there(dossier)),
            unit=_unit_name(dossier.unit_id),
            receiving=_receiving(dossier),
            applicant=_applicant(dossier),
            papers=_papers(dossier),
        )


def _receiving(dossier: Dossier) -> dict[str, str]:
    """Who took a dossier in, where somebody else settles it."""
    if dossier.receiving_agency_id in (None, dossier.agency_id):
        return {}
    names = agency_names(dossier.receiving_agency_id)
    unit = _unit_name(dossier.receiving_unit_id)
    return {"agency": pick(names, official_language()), "unit": unit}


def _unit_name(unit_id: UUID | None) -> str:
    unit = db.session.get(Unit, unit_id) if unit_id else None
    return pick(names_at(unit), official_language()) if unit else ""


def _applicant(dossier: Dossier) -> dict[str, str]:
    """Who sent it: at the desk whoever came, else the owner of the account."""
    taken = reception_of(dossier.id) if dossier.channel in AT_DESK else None
    if taken is not None:
        return {name: taken.submitter.get(name, "") for name in ("name", "email")}
    account = db.session.get(Account, dossier.owner_id)
    return {"name": account.display_name, "email": account.email or ""} if account else {}


def _papers(dossier: Dossier) -> dict[str, tuple[int, int]]:
    """Originals and copies that were brought to the desk, by kind."""
    found = paper_components(dossier.id) if dossier.channel in AT_DESK else {}
    return {
        kind: (each.originals, each.copies)
        for kind, each in found.items()
        if each.originals + each.copies
    }


def kept(dossier: Dossier, papers: list[MadePaper]) -> list[dict[str, Any]]:
    """Store papers outside any transaction; what was stored, for the recorder."""
    stored = []
    for paper in papers:
        upload = keep_file(dossier.id, paper.file_name, BytesIO(paper.content), paper.media_type)
        stored.append({**upload.__dict__, "document_type": paper.document_type})
    return stored


def _seal_key(subject: LetterSubject) -> signing.AnyKey:
    serial = seal_serial(subject.agency.id)
    return signing.signing_desk().seal_key(_seal_of(subject), serial)


def _seal_of(subject: LetterSubject) -> signing.Agency:
    return signing.Agency(
        id=str(subject.agency.id), name=pick(subject.agency_names, official_language())
    )
