"""Reading what is confidential: only for a task that one has taken, each look on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from accounts.actor import Actor
from core.database import db
from dossiers.confidential.errors import EnquiryNotFound
from dossiers.confidential.models import DataEnquiry, EnquiryState, SealedAnswer
from dossiers.confidential.sealing import Answer, opened
from dossiers.looks import note_confidential_look
from dossiers.models import Document, Dossier
from dossiers.queries import TaskItem, documents, find_task


@dataclass(frozen=True)
class Paper:
    """What there is of one confidential kind that a task reads: enquiries and files, oldest first."""

    kind: str
    enquiries: Sequence[DataEnquiry]
    documents: Sequence[Document]


def papers_to_read(item: TaskItem, *, visible_to: Actor) -> list[Paper]:
    """What who has taken the task may read for it; nothing for everybody else."""
    kinds = item.reads(visible_to)
    if not kinds:
        return []
    dossier_id = item.proceeding.dossier_id
    asked = db.session.scalars(
        select(DataEnquiry).where(DataEnquiry.dossier_id == dossier_id).order_by(DataEnquiry.id)
    ).all()
    files = documents(db.session.get_one(Dossier, dossier_id))
    return [
        Paper(
            kind,
            [each for each in asked if each.kind == kind],
            [each for each in files if each.document_type == kind],
        )
        for kind in sorted(kinds)
    ]


def read_answer(task_id: UUID, enquiry_id: UUID, *, actor: Actor) -> tuple[DataEnquiry, Answer]:
    """What was answered to an enquiry, for who has taken a task that reads it; the look is recorded.

    Call it outside a transaction. Raises TaskNotFound, EnquiryNotFound, SealUnknown.
    """
    item = find_task(task_id, visible_to=actor)
    enquiry = db.session.get(DataEnquiry, enquiry_id)
    if enquiry is None or enquiry.dossier_id != item.proceeding.dossier_id:
        raise EnquiryNotFound
    kept = db.session.get(SealedAnswer, enquiry_id)
    if kept is None or enquiry.state is not EnquiryState.ANSWERED:
        raise EnquiryNotFound
    if enquiry.kind not in item.reads(actor):
        raise EnquiryNotFound
    answer = opened(kept.sealed, enquiry_id)
    dossier = db.session.get_one(Dossier, enquiry.dossier_id)
    note_confidential_look(dossier, f"enquiry:{enquiry.id}", actor)
    return enquiry, answer
