"""Reading archived documents, for whoever may read the documents themselves."""

from dataclasses import dataclass

from core.database import db
from dossiers.archiving.models import ArchivedDocument
from dossiers.errors import DocumentNotFound
from dossiers.models import Document


@dataclass
class Archived:
    """The newest archived form of a document, as the store keeps it."""

    storage_key: str
    sha256: str
    size: int
    media_type: str
    file_name: str


def archived_of(document: Document) -> Archived:
    """The archived form of a document that its reader may see; raises DocumentNotFound before it is."""
    kept = db.session.get(ArchivedDocument, document.id)
    if kept is None or kept.made_at is None:
        raise DocumentNotFound
    name = f"{document.file_name.removesuffix('.pdf')}.archived.pdf"
    return Archived(kept.storage_key, kept.sha256, kept.size, document.media_type, name)
