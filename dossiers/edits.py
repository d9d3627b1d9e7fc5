"""Who changed which answers of a dossier, read from its record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.audit import AuditEvent
from core.database import db
from dossiers.audit import DossierTag

MOST = 50


@dataclass(frozen=True)
class Edit:
    """One saving of answers: by whom (an actor's id), when, which fields, and the version it made."""

    actor: str
    at: datetime
    fields: frozenset[str]
    version: int


def edits(dossier_id: UUID, *, after: int = 0) -> Sequence[Edit]:
    """The latest changes of a dossier that the caller may see, newest first, behind a version."""
    events = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.chain_id == dossier_id, AuditEvent.tag == DossierTag.EDITED)
        .order_by(AuditEvent.position.desc())
        .limit(MOST)
    )
    found = [
        Edit(
            event.actor,
            event.at,
            frozenset(event.details.get("fields", ())),
            event.details.get("version", 0),
        )
        for event in events
        if event.details
    ]
    return [edit for edit in found if edit.version > after]
