"""Recording who looked at what: plain rows that a job chains later, so a look takes no lock."""

from uuid import UUID

from sqlalchemy import select

from accounts.actor import Actor
from core.audit import SYSTEM_CHAIN, note
from core.database import transaction
from dossiers.audit import DossierTag
from dossiers.models import Document, Dossier, Proceeding


def note_look(dossier: Dossier, actor: Actor) -> None:
    """Record that somebody saw a dossier; applicants looking at their own drafts are no news."""
    if dossier.submitted_at is None:
        return
    subject = f"dossier:{dossier.id}"
    with transaction():
        note(DossierTag.VIEWED, actor=actor.id, subject=subject, chain=dossier.id)


def note_reading(document: Document, actor: Actor) -> None:
    """Record that somebody opened a document."""
    subject = f"document:{document.id}"
    with transaction():
        note(DossierTag.DOCUMENT_READ, actor=actor.id, subject=subject, chain=document.dossier_id)


def note_look_inside(instance_id: UUID, actor: Actor) -> None:
    """Record that somebody saw the variables of a process: in the record of its dossier, if any."""
    about = select(Proceeding.dossier_id).where(Proceeding.instance_id == instance_id)
    subject = f"instance:{instance_id}"
    with transaction() as session:
        chain = session.scalars(about).one_or_none() or SYSTEM_CHAIN
        note(DossierTag.PROCESS_READ, actor=actor.id, subject=subject, chain=chain)
