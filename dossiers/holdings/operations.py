"""Keeping documents in the store, using them again, hiding and deleting them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BufferedReader, BytesIO
from typing import Any
from uuid import UUID

from sqlalchemy import select

import signing
from accounts import policy
from accounts.actor import Actor
from accounts.places import agency_names
from accounts.policy import Action
from core import audit
from core.clock import now
from core.database import db, reading
from core.errors import Unavailable
from core.i18n import official, pick
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.holdings import queries
from dossiers.holdings.errors import (
    DaysOfHoldingWrong,
    HoldingNotFitting,
    HoldingUsed,
    KeptAlready,
    NotForTheStore,
)
from dossiers.holdings.models import Holding, HoldingUse, SignatureState
from dossiers.models import Document, Dossier, RegisterEntry
from dossiers.opening import find_document
from dossiers.operations.documents import APPLICANT, StoredUpload, add_document, keep_file
from dossiers.operations.locking import hold_row, lock_editable
from storage import store
from storage.serving import StoredStream

_PDF = "application/pdf"


@dataclass(frozen=True)
class Particulars:
    """What its owner says of a document."""

    issuer: str = ""
    number: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True)
class Kept:
    """A copy of a document as it was put into the store, not yet written down."""

    id: UUID
    storage_key: str
    sha256: str
    size: int
    signature: SignatureState


def put_copy(document: Document) -> Kept:
    """Copy a document's file into the store and look at its seal; outside of transactions."""
    with store().open(document.storage_key, sha256=document.sha256) as content:
        data = content.read()
    holding_id = new_id()
    stored = store().put(f"holdings/{holding_id}", BytesIO(data), document.media_type)
    if stored.sha256 != document.sha256:
        raise Unavailable
    signature = _signature_of(data) if document.media_type == _PDF else SignatureState.NONE
    return Kept(holding_id, stored.key, stored.sha256, stored.size, signature)


def keep(document_id: UUID, kept: Kept, particulars: Particulars, *, actor: Actor) -> Holding:
    """Let the store have a document of a finished dossier of one's own.

    Raises DocumentNotFound, ActionRefused, NotForTheStore, DaysOfHoldingWrong, KeptAlready.
    """
    document = find_document(document_id, visible_to=actor)
    hold_row(document.dossier_id)
    dossier = db.session.get_one(Dossier, document.dossier_id)
    policy.require(actor, Action.HOLDING_KEEP, dossier)
    first, last = particulars.valid_from, particulars.valid_until
    if first is not None and last is not None and last < first:
        raise DaysOfHoldingWrong
    if not dossier.status.final or not queries.kept_as(document, dossier):
        raise NotForTheStore
    if _has(document_id):
        raise KeptAlready
    return _written(document, dossier, kept, particulars, by=actor.id)


def keep_result(
    entry: RegisterEntry, document: Document, dossier: Dossier, kept: Kept
) -> Holding | None:
    """Let the store of its holder have a result; nothing if it has it already."""
    if _has(document.id):
        return None
    issuer = pick(agency_names(entry.agency_id), official())
    told = Particulars(issuer, entry.number, entry.issued_on, entry.valid_until)
    return _written(document, dossier, kept, told, by="system", entry_id=entry.id)


def copy_for(holding: Holding, dossier: Dossier) -> StoredUpload:
    """Copy a document of the store for a dossier; outside of transactions."""
    with BufferedReader(StoredStream(store(), holding)) as content:
        return keep_file(dossier.id, holding.file_name, content, holding.media_type)


def use(
    dossier_id: UUID, kind: str, holding_id: UUID, copy: StoredUpload, *, actor: Actor
) -> Document:
    """Make a copy from the store a document of an editable dossier; on record for its owner.

    The dossier holds its own copy, so that nothing done in the store changes what was sent. Raises
    HoldingNotFound, HoldingNotFitting, DossierNotFound, NotAllowed, DossierNotEditable.
    """
    holding = queries.find_holding(holding_id, visible_to=actor)
    dossier = lock_editable(dossier_id, actor=actor, action=Action.DOCUMENT_UPLOAD)
    offered = queries.fitting(dossier, kind, visible_to=actor)
    if holding.id not in {each.id for each in offered} or copy.sha256 != holding.sha256:
        raise HoldingNotFitting
    document = add_document(dossier, kind, copy, origin=APPLICANT, by=actor.id)
    db.session.add(
        HoldingUse(
            document_id=document.id,
            holding_id=holding.id,
            dossier_id=dossier.id,
            agency_id=dossier.agency_id,
            used_by=actor.id,
            used_at=now(),
        )
    )
    _note(DossierTag.HOLDING_USED, holding, actor.id, dossier=dossier.reference)
    return document


def hide(holding_id: UUID, *, hidden: bool, actor: Actor) -> None:
    """Offer a document no longer, or again. Raises HoldingNotFound, ActionRefused."""
    holding = _locked(holding_id, actor)
    holding.hidden_at = now() if hidden else None
    tag = DossierTag.HOLDING_HIDDEN if hidden else DossierTag.HOLDING_SHOWN
    _note(tag, holding, actor.id)


def delete(holding_id: UUID, *, actor: Actor) -> str:
    """Take a document out of the store that no dossier got from it; returns the key of its file.

    The edge deletes the file once that is committed. Raises HoldingNotFound, ActionRefused,
    HoldingUsed.
    """
    holding = _locked(holding_id, actor)
    used = select(HoldingUse.document_id).where(HoldingUse.holding_id == holding.id).limit(1)
    if db.session.scalars(used).first() is not None:
        raise HoldingUsed
    holding.deleted_at = now()
    _note(DossierTag.HOLDING_DELETED, holding, actor.id)
    return holding.storage_key


def results_to_keep(entry_id: UUID) -> list[tuple[UUID, Kept]]:
    """Copies of the papers of an entry that the store keeps; outside of transactions."""
    with reading() as session:
        entry = session.get_one(RegisterEntry, entry_id)
        dossier = session.get_one(Dossier, entry.dossier_id)
        of_dossier = select(Document).where(
            Document.dossier_id == dossier.id,
            Document.origin != APPLICANT,
            Document.removed_at.is_(None),
        )
        wanted = [each for each in session.scalars(of_dossier) if queries.kept_as(each, dossier)]
    return [(each.id, put_copy(each)) for each in wanted]


def _written(
    document: Document,
    dossier: Dossier,
    kept: Kept,
    told: Particulars,
    *,
    by: str,
    entry_id: UUID | None = None,
) -> Holding:
    holding = Holding(
        id=kept.id,
        owner_id=dossier.owner_id,
        acting_for=dossier.acting_for,
        document_type=queries.kept_as(document, dossier),
        signature=kept.signature,
        file_name=document.file_name,
        media_type=document.media_type,
        size=kept.size,
        sha256=kept.sha256,
        storage_key=kept.storage_key,
        dossier_id=dossier.id,
        document_id=document.id,
        entry_id=entry_id,
        added_by=by,
        added_at=now(),
        **told.__dict__,
    )
    db.session.add(holding)
    db.session.flush()
    _note(DossierTag.HOLDING_KEPT, holding, by)
    return holding


def _locked(holding_id: UUID, actor: Actor) -> Holding:
    seen = queries.find_holding(holding_id, visible_to=actor)
    policy.require(actor, Action.HOLDING_MANAGE, seen)
    return db.session.get_one(Holding, holding_id, with_for_update=True, populate_existing=True)


def _has(document_id: UUID) -> bool:
    found = select(Holding.id).where(Holding.document_id == document_id)
    return db.session.scalars(found).first() is not None


def _signature_of(data: bytes) -> SignatureState:
    if b"/ByteRange" not in data:
        return SignatureState.NONE
    return SignatureState.VALID if signing.verify_pdf(data).valid else SignatureState.DOUBTFUL


def _note(tag: DossierTag, holding: Holding, by: str, **details: str) -> None:
    """In the record of its owner's account, where he finds it."""
    told: Mapping[str, Any] = {"type": holding.document_type, "sha256": holding.sha256, **details}
    audit.note(
        tag,
        actor=by,
        subject=f"holding:{holding.id}",
        chain=holding.owner_id,
        details=dict(told),
    )
