"""Who took a dossier in is kept from the tasks that the service names."""

from accounts.actor import Actor
from dossiers.desk.errors import ReceiverKeptAway
from dossiers.desk.queries import reception_of
from dossiers.queries import TaskItem


def require_not_receiver(item: TaskItem, actor: Actor) -> None:
    """Raise ReceiverKeptAway for who entered or accepted the dossier of such a task at the desk."""
    if item.task.element_id not in item.pack.manifest.desk.kept_from:
        return
    taken = reception_of(item.proceeding.dossier_id)
    if taken is not None and actor.id in {taken.entered_by, taken.accepted_by}:
        raise ReceiverKeptAway
