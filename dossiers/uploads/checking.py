"""Checking a file from quarantine: read, scanned, and kept at its address, or refused with the reason.

The work is done outside of transactions. A scanner or a store that does not answer makes the file
wait, and in the end an incident for the operators; it never lets the file pass.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, BinaryIO, Final
from uuid import UUID

from core.database import after_commit, db, reading
from dossiers.audit import DossierTag
from dossiers.models import Document, DocumentState
from dossiers.operations.documents import (
    CHECK,
    StoredUpload,
    findings_of,
    keep_file,
    note_document,
    settled_key,
)
from dossiers.operations.locking import hold_row
from dossiers.uploads import quarantine
from engine.jobs.breakers import Breaker
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime
from storage.errors import DocumentDamaged
from storage.inspection import Glanced, InspectedFile, inspected, measured
from storage.inspection.errors import UploadRefused, VirusFound
from storage.scanning import Scanner, scanned, scanner

SYSTEM: Final = "system"
# Retried for about two hours; then an operator tells when to go on.
POLICY: Final = JobPolicy(
    max_attempts=16,
    first_delay=2.0,
    longest_delay=900.0,
    lease=300.0,
    ordered=False,
    breaker=Breaker(failures=5, pause=30.0),
)


def install(runtime: Runtime) -> None:
    """Let workers check what is in quarantine."""
    runtime.on_job(CHECK, check, POLICY, record=settle)


def check(call: JobCall) -> Result:
    """What is to be recorded of a document; raises Unavailable, which is tried again."""
    document = _waiting(UUID(call.payload["document"]))
    if document is None:
        return None
    seen = Glanced(document.file_name, document.media_type, document.size, document.sha256)
    try:
        with quarantine.gathered(call.payload["pieces"]) as file:
            return _kept(document, file, seen)
    except UploadRefused as error:
        refused = {"code": error.code, "params": dict(error.params)}
        return {"state": DocumentState.REFUSED.value, "findings": {"refused": refused}}


def settle(call: JobCall, result: Result) -> None:
    """Record what was found; whoever took the paper out meanwhile has no use for it."""
    after_commit(partial(quarantine.forget, tuple(call.payload["pieces"])))
    if result is None:
        return
    document = db.session.get_one(Document, UUID(call.payload["document"]))
    hold_row(document.dossier_id)
    db.session.refresh(document)
    if document.state is not DocumentState.CHECKING:
        return
    document.findings = result["findings"]
    if result["state"] == DocumentState.REFUSED:
        document.state = DocumentState.REFUSED
        said = {"reason": result["findings"]["refused"]["code"]}
        note_document(DossierTag.DOCUMENT_REFUSED, document, SYSTEM, said)
        return
    _place(document, result["file"])
    note_document(DossierTag.DOCUMENT_PASSED, document, SYSTEM, _sent(document))


def _place(document: Document, file: Mapping[str, Any]) -> None:
    upload = StoredUpload(**{**file, "id": UUID(file["id"])})
    document.storage_key = settled_key(document.dossier_id, upload)
    document.size, document.sha256 = upload.size, upload.sha256
    document.state = DocumentState.THERE


def _sent(document: Document) -> Mapping[str, Any] | None:
    return document.findings.get("sent") if document.findings else None


def _waiting(document_id: UUID) -> Document | None:
    with reading() as session:
        document = session.get(Document, document_id, populate_existing=True)
    if document is None or document.removed_at is not None:
        return None
    return document if document.state is DocumentState.CHECKING else None


def _kept(document: Document, file: BinaryIO, seen: Glanced) -> Mapping[str, Any]:
    if measured(file) != (seen.size, seen.sha256):
        raise DocumentDamaged(key=document.storage_key)
    asked = scanner()
    if asked is not None:
        _require_clean(asked, file, seen.name)
    with inspected(file, seen) as found:
        if asked is not None:
            for inner in _inside(found):
                _require_clean(asked, inner, seen.name)
            found.content.seek(0)
        kept = keep_file(document.dossier_id, found.name, found.content, found.media_type)
        told = {**asdict(kept), "id": str(kept.id)}
        return {
            "state": DocumentState.THERE.value,
            "file": told,
            "findings": findings_of(found),
        }


def _require_clean(asked: Scanner, file: BinaryIO, name: str) -> None:
    found = scanned(asked, file)
    if found:
        raise VirusFound(name=name, found=found)


def _inside(found: InspectedFile) -> Iterator[BinaryIO]:
    """The files that it carries, one after the other, each as one of its own."""
    for each in found.attached:
        yield found.attachment(each)
