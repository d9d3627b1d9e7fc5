"""The only code that changes the state of a case. Each function works in its caller's transaction."""

from dossiers.operations.claiming import claim_dossier
from dossiers.operations.documents import (
    StoredUpload,
    attach_document,
    remove_document,
    store_upload,
)
from dossiers.operations.drafts import save_answers, start_draft
from dossiers.operations.holds import lift_hold, put_on_hold
from dossiers.operations.payments import note_payment
from dossiers.operations.principals import take_over
from dossiers.operations.submission import submit, withdraw
from dossiers.operations.supplementing import ask_supplement
from dossiers.operations.tasks import (
    claim_task,
    complete_task,
    delegate_task,
    reassign_task,
    release_task,
    resolve_task,
    save_task_draft,
    take_over_task,
)
from dossiers.operations.unmasking import unmask, unmask_variable

__all__ = [
    "StoredUpload",
    "ask_supplement",
    "attach_document",
    "claim_dossier",
    "claim_task",
    "complete_task",
    "delegate_task",
    "lift_hold",
    "note_payment",
    "put_on_hold",
    "reassign_task",
    "release_task",
    "remove_document",
    "resolve_task",
    "save_answers",
    "save_task_draft",
    "start_draft",
    "store_upload",
    "submit",
    "take_over",
    "take_over_task",
    "unmask",
    "unmask_variable",
    "withdraw",
]
