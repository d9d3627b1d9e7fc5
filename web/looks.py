"""Recording who looked at what."""

from accounts.actor import Actor
from core.audit import note
from core.database import transaction
from dossiers.audit import DossierTag
from dossiers.models import Document, Dossier


def note_look(dossier: Dossier, actor: Actor) -> None:
    """Record that somebody saw a dossier; applicants looking at their own drafts are no news."""
    if dossier.submitted_at is None:
        return
    with transaction():
        note(
            DossierTag.VIEWED,
            actor=actor.id,
            subject=f"dossier:{dossier.id}",
            chain=dossier.id,
        )


def note_reading(document: Document, actor: Actor) -> None:
    """Record that somebody opened a document."""
    with transaction():
        note(
            DossierTag.DOCUMENT_READ,
            actor=actor.id,
            subject=f"document:{document.id}",
            chain=document.dossier_id,
        )
