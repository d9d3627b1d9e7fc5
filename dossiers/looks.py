"""Recording who looked at what: plain rows that a job chains later, so a look takes no lock."""

from accounts.actor import Actor
from core.audit import note
from core.database import transaction
from dossiers.audit import DossierTag
from dossiers.models import Document, Dossier


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
