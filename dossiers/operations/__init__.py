"""The only code that changes the state of a case. Each function works in its caller's transaction."""

from dossiers.operations.documents import (
    StoredUpload,
    attach_document,
    remove_document,
    store_upload,
)
from dossiers.operations.drafts import save_answers, start_draft
from dossiers.operations.payments import note_payment
from dossiers.operations.submission import submit, withdraw
from dossiers.operations.tasks import claim_task, complete_task, release_task

__all__ = [
    "StoredUpload",
    "attach_document",
    "claim_task",
    "complete_task",
    "note_payment",
    "release_task",
    "remove_document",
    "save_answers",
    "start_draft",
    "store_upload",
    "submit",
    "withdraw",
]
