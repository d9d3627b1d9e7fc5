"""Handing in a supplement for somebody without an account, who brings it or sends it by post."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import select

from accounts.actor import Actor, Role
from core.database import db
from dossiers.audit import DossierTag
from dossiers.desk.operations import awaits_papers
from dossiers.desk.queries import find_reception
from dossiers.errors import DossierNotEditable
from dossiers.models import Dossier, Proceeding
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier
from dossiers.operations.taking_over import take_over_answers
from dossiers.queries import TaskItem
from dossiers.requests.operations.supplements import fulfil
from engine import operations as engine
from engine.models import Task, TaskGroup, TaskState

_ASKED: Final = (
    select(Task, Proceeding, Dossier.acting_for)
    .join(Proceeding, Proceeding.instance_id == Task.instance_id)
    .join(Dossier, Dossier.id == Proceeding.dossier_id)
    .join(TaskGroup, (TaskGroup.instance_id == Task.instance_id) & (TaskGroup.task_id == Task.id))
    .where(Task.state == TaskState.OPEN, TaskGroup.group_name == str(Role.APPLICANT))
)


def asked_at_desk(reference: str, *, visible_to: Actor) -> TaskItem:
    """What the applicant of a dossier is to do that nobody has claimed yet.

    Raises DossierNotFound; DossierNotEditable where nothing is asked, or the owner has it himself.
    """
    dossier, _taken = find_reception(reference, visible_to=visible_to)
    found = db.session.execute(_ASKED.where(Proceeding.dossier_id == dossier.id)).first()
    if found is None or not awaits_papers(dossier):
        raise DossierNotEditable
    return TaskItem(*found)


def hand_in(
    reference: str,
    reply: Mapping[str, Any],
    done: Collection[int] | None,
    *,
    language: str,
    by: Actor,
) -> Dossier:
    """Send in the applicant's place what was written down before, with the reply; it is on record.

    `done` are the numbers (from 1) of what was mended of the list of defects.
    Raises DossierNotFound, DossierNotEditable, DocumentsMissing, InvalidRequest.
    """
    item = asked_at_desk(reference, visible_to=by)
    place, task = item.task.instance_id, item.task
    engine.lock(place)
    dossier = lock_dossier(item.proceeding.dossier_id)
    if not awaits_papers(dossier):
        raise DossierNotEditable
    clean = item.pack.form(task.form_key).load(reply, language)
    fulfil(dossier, done, actor=by)
    sent = take_over_answers(dossier, item.pack, language, sender=by)
    dossier.acting_for = ""
    token = engine.claim(place, task.id, by.id)
    engine.complete_task(
        place,
        task.id,
        actor=by.id,
        variables={task.form_key: clean},
        token=token,
        facts={item.pack.manifest.application_form: sent},
    )
    _record(dossier, item, by)
    return dossier


def _record(dossier: Dossier, item: TaskItem, by: Actor) -> None:
    subject, details = f"task:{item.task.id}", {"element": item.task.element_id}
    for tag in (DossierTag.DESK_SUPPLEMENTED, DossierTag.TASK_COMPLETED):
        record(tag, dossier.id, actor=by.id, subject=subject, details=details)
