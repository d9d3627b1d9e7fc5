"""Opening papers: some are there for everybody to see, and what stands in them for few."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from dossiers.errors import DocumentNotFound, DocumentNotPassed
from dossiers.models import Document, DocumentState, Dossier
from dossiers.queries import held_tasks


def find_document(document_id: UUID, *, visible_to: Actor) -> Document:
    """One document of a dossier that this actor may read.

    Raises DocumentNotFound, and DocumentNotPassed while its file is being checked or was refused.
    """
    found = document_there(document_id, visible_to=visible_to)
    if not opens(found, found.dossier, visible_to=visible_to):
        raise DocumentNotFound
    if found.state is not DocumentState.THERE:
        raise DocumentNotPassed
    return found


def document_there(document_id: UUID, *, visible_to: Actor) -> Document:
    """One document in the list of a dossier, whether it may be opened or not.

    Raises DocumentNotFound.
    """
    found = db.session.scalars(
        select(Document)
        .join(Dossier, Dossier.id == Document.dossier_id)
        .where(
            Document.id == document_id,
            Document.removed_at.is_(None),
            policy.clause(visible_to, Action.DOCUMENT_VIEW, Dossier),
        )
        .options(contains_eager(Document.dossier))
    ).one_or_none()
    if found is None:
        raise DocumentNotFound
    return found


def opens(document: Document, dossier: Dossier, *, visible_to: Actor) -> bool:
    """Whether an actor who sees that a document is there may read it.

    A confidential one is read by whose dossier it is in person, and by who has taken a task that
    reads its kind.
    """
    if not document.confidential or _is_owner(dossier, visible_to):
        return True
    return document.document_type in kinds_read(dossier.id, visible_to=visible_to)


def kinds_read(dossier_id: UUID, *, visible_to: Actor) -> frozenset[str]:
    """The confidential kinds that the tasks read which this actor has taken."""
    read: set[str] = set()
    for item in held_tasks(dossier_id, visible_to=visible_to):
        read |= item.reads(visible_to)
    return frozenset(read)


def _is_owner(dossier: Dossier, actor: Actor) -> bool:
    return actor.account_id is not None and dossier.owner_id == actor.account_id
