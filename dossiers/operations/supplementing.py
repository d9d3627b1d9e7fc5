"""Asking for a supplement from a task: the list of defects is made, and the task is done by it."""

from uuid import UUID

from accounts.actor import Actor
from dossiers.operations.tasks import complete_task
from dossiers.queries import find_task
from dossiers.requests.errors import DecidedAlready
from dossiers.requests.operations.supplements import Asking, answers_asking
from engine.models import TaskState


def ask_supplement(
    task_id: UUID, asking: Asking, *, token: UUID | None, actor: Actor, language: str
) -> None:
    """Ask for everything that a dossier lacks, and complete the task that may ask so.

    Raises what `complete_task` and `note_decision` raise, and DecidedAlready for a task that is over.
    """
    item = find_task(task_id, visible_to=actor)
    if item.task.state != TaskState.OPEN:
        raise DecidedAlready
    answers = answers_asking(item, asking, language)
    complete_task(task_id, answers, actor=actor, language=language, token=token, asking=asking)
