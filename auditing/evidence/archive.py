"""Writing the archive of a case: pages and data to read, documents, events, and what proves them.

| file | what it is |
|---|---|
| `index.html` | the case for people, and how to check the archive |
| `dossier.json` | the same for programs |
| `documents/…` | every document as it is stored |
| `events.jsonl` | the record of the case, one chained event a line (`core.audit`) |
| `proof.json` | that the record was sealed so (`auditing.seals.proving`), once it was |
| `root.pem` | the root above the signatures of this archive |
| `manifest.json` | SHA-256 and size of each of these files |
| `manifest.p7s`, `manifest.tst` | signature (CMS) and timestamp (RFC 3161) over the manifest |

Confidential papers are only named in `dossier.json`: who may read them reads them in the task. An
archive for somebody outside the authority holds what he may see: of what others did, when and which
word of the record; of what he is not told about, only that it stands in the chain.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

import orjson
from flask_babel import force_locale
from sqlalchemy import select

import signing
from accounts.actor import SYSTEM, Actor
from auditing.audit import AuditingTag
from auditing.evidence import words
from auditing.seals.operations import signer
from auditing.seals.proving import proof_of
from core.audit import AuditEvent, details_text
from core.clock import now
from core.database import db
from core.i18n import translated
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.models import Document, Dossier
from dossiers.privacy.copying.cases import case_of
from dossiers.privacy.copying.pages import Cell, Section, page
from storage import store

FORMAT: Final = 1
# What an applicant is not told of: that his case is kept for a court, or was exported for one.
_UNTOLD: Final = (
    DossierTag.HOLD_PLACED,
    DossierTag.HOLD_LIFTED,
    AuditingTag.CASE_EXPORTED,
    AuditingTag.CASE_FETCHED,
)
CHUNK: Final = 1 << 16
_BY_CMS: Final = (
    "openssl cms -verify -binary -inform DER -in manifest.p7s -content manifest.json"
    " -CAfile root.pem -purpose any -out /dev/null"
)
_BY_TS: Final = "openssl ts -verify -data manifest.json -in manifest.tst -token_in -CAfile root.pem"


class _Archive:
    """A ZIP that notes size and digest of all that it takes."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self.files: dict[str, dict[str, int | str]] = {}

    def add(self, name: str, pieces: Iterable[bytes], *, packed: bool = True) -> None:
        about = zipfile.ZipInfo(name, date_time=now().timetuple()[:6])
        about.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        digest, size = hashlib.sha256(), 0
        with self._file.open(about, "w", force_zip64=True) as target:
            for piece in pieces:
                target.write(piece)
                digest.update(piece)
                size += len(piece)
        self.files[name] = {"sha256": digest.hexdigest(), "size": size}


def write_evidence(
    file: BinaryIO, dossier: Dossier, language: str, *, reader: Actor = SYSTEM
) -> None:
    """Write the archive of a dossier, as far as its reader may see it.

    It asks the time-stamping authority: never in a transaction. Raises TimestampUnavailable,
    StoreUnavailable, DocumentMissing and DocumentDamaged.
    """
    with force_locale(language), zipfile.ZipFile(file, "w") as target:
        archive = _Archive(target)
        case = case_of(dossier, reader, language)
        for name, document in case.files:
            archive.add(name, _content(document), packed=False)
        archive.add("dossier.json", [_json(case.content)])
        archive.add("events.jsonl", _events(dossier, reader))
        proof = proof_of(dossier.id)
        if proof is not None:
            archive.add("proof.json", [_json(proof)])
        archive.add("root.pem", [signing.trust_anchor_pem()])
        title = f"{case.service}: {dossier.code or dossier.reference}"
        sections = [*case.sections, _checking(sealed=proof is not None)]
        archive.add("index.html", page(title, language, sections, intro=_intro(dossier)))
        _sign(archive, dossier)


def _sign(archive: _Archive, dossier: Dossier) -> None:
    manifest = _json(
        {
            "format": FORMAT,
            "dossier": dossier.id,
            "reference": dossier.reference,
            "made_at": now(),
            "files": archive.files,
        }
    )
    archive.add("manifest.json", [manifest])
    archive.add("manifest.p7s", [signing.sign_statement(manifest, agency=signer())])
    archive.add("manifest.tst", [signing.stamp_statement(manifest)])


def _content(document: Document) -> Iterator[bytes]:
    with store().open(document.storage_key, sha256=document.sha256) as stored:
        while piece := stored.read(CHUNK):
            yield piece


def _events(dossier: Dossier, reader: Actor) -> Iterator[bytes]:
    """The chained events in their order."""
    chained = select(AuditEvent).where(
        AuditEvent.chain_id == dossier.id, AuditEvent.position.is_not(None)
    )
    for event in db.session.scalars(chained.order_by(AuditEvent.position)):
        yield orjson.dumps(_event(event, reader)) + b"\n"


def _event(event: AuditEvent, reader: Actor) -> dict[str, Any]:
    """What the hash covers, the hash, and the details as they were hashed, where they may be read."""
    mine = reader is SYSTEM or event.actor == reader.id
    if event.tag in _UNTOLD and not mine:
        place = {"chain": event.chain_id, "position": event.position}
        return {**place, "withheld": True, "hash": (event.hash or b"").hex()}
    salt = event.salt if mine else None
    return {
        "chain": event.chain_id,
        "id": event.id,
        "position": event.position,
        "at": event.at.isoformat(),
        "tag": event.tag,
        "actor": event.actor,
        "subject": event.subject,
        "details_hash": event.details_hash.hex(),
        "hash": (event.hash or b"").hex(),
        "details": None if salt is None else details_text(event.details).decode(),
        "salt": None if salt is None else salt.hex(),
    }


def _intro(dossier: Dossier) -> Iterator[Cell]:
    host = urlsplit(jurisdiction().public_url).hostname or ""
    told = {"reference": dossier.reference, "address": host, "moment": words.moment(now())}
    for each in words.INTRO:
        yield translated(each, told)


def _checking(*, sealed: bool) -> Section:
    rows = [
        ("motcua-verify.pyz", translated(words.OFFLINE)),
        ("manifest.p7s", _BY_CMS),
        ("manifest.tst", _BY_TS),
        ("events.jsonl", translated(words.SEALED if sealed else words.NOT_SEALED)),
    ]
    return Section(translated(words.CHECKING), rows)


def _json(content: Any) -> bytes:
    return orjson.dumps(content, default=str, option=orjson.OPT_INDENT_2)
