"""Working tasks: claim, release, complete with the answers of the task's form."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from accounts import policy
from accounts import queries as accounts
from accounts.actor import Actor, Role
from accounts.freshness import require_fresh
from accounts.policy import Action
from accounts.substitutes import replaced_by
from dossiers.audit import DossierTag
from dossiers.desk.separation import require_not_receiver
from dossiers.errors import CannotTakeTask, OwnCase
from dossiers.models import DossierStatus
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier
from dossiers.operations.principals import require_mandate
from dossiers.operations.taking_over import take_over_answers
from dossiers.queries import TaskItem, find_task
from dossiers.requests.operations.supplements import Asking, fulfil, note_decision
from engine import operations as engine
from engine.errors import TaskNotOpen, TaskNotYours
from engine.models import TaskState
from forms.components import own_level

_DECIDING = {Action.TASK_CLAIM, Action.TASK_COMPLETE}
_BY_HOLDER = {Action.TASK_RELEASE, Action.TASK_COMPLETE, Action.TASK_DELEGATE}


def claim_task(task_id: UUID, *, actor: Actor) -> UUID:
    """Take a task of one of the actor's queues; returns the token that completing it requires.

    Raises TaskNotFound, TaskNotOpen, TaskAlreadyClaimed, TaskNotYours, OwnCase, SamePerson.
    """
    item = _task_for(task_id, actor, Action.TASK_CLAIM)
    engine.lock(item.task.instance_id)
    token = engine.claim(item.task.instance_id, task_id, actor.id)
    _record(DossierTag.TASK_CLAIMED, item, actor)
    return token


def release_task(task_id: UUID, *, token: UUID, actor: Actor) -> None:
    """Give a claimed task back to its queue.

    Raises TaskNotFound, TaskNotOpen, TaskNotYours, WrongClaimToken.
    """
    item = _task_for(task_id, actor, Action.TASK_RELEASE)
    engine.lock(item.task.instance_id)
    engine.release(item.task.instance_id, task_id, token=token, actor=actor.id)
    _record(DossierTag.TASK_RELEASED, item, actor)


def complete_task(
    task_id: UUID,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    language: str,
    token: UUID | None = None,
    asking: Asking | None = None,
    done: Collection[int] | None = None,
    sitting: UUID | None = None,
) -> None:
    """Complete a task with the answers of its form; only the form's own fields are taken over.

    `asking` is the list of defects where the task asks for a supplement; `done` are the numbers of
    what an applicant has mended of such a list; `sitting` is the one in which a leader decided it.
    Raises TaskNotFound, TaskNotOpen, TaskNotYours, WrongClaimToken, MandateOver, and InvalidRequest
    naming every answer that is missing or wrong. FreshProofNeeded where the service asks for one at
    this task; what `note_decision` raises.
    """
    item, token = _task_to_complete(task_id, actor, token)
    if item.task.element_id in item.pack.manifest.fresh_proof:
        require_fresh(actor)
    form = item.pack.form(item.task.form_key)
    clean = form.load(answers, language)
    sent: Mapping[str, Any] = {}
    if str(Role.APPLICANT) in item.task.candidate_groups:
        engine.lock(item.task.instance_id)
        sent = _supplemented(item, actor, language, done)
    else:
        note_decision(item, clean, asking, actor=actor)
    variables = {item.task.form_key: clean}
    engine.complete_task(
        item.task.instance_id, task_id, actor=actor.id, variables=variables, token=token, facts=sent
    )
    if str(Role.APPLICANT) not in item.task.candidate_groups:
        require_mandate(item.proceeding.dossier_id, item.pack)
    together = {"sitting": str(sitting)} if sitting else {}
    _record(DossierTag.TASK_COMPLETED, item, actor, **together)


def delegate_task(task_id: UUID, *, to: str, token: UUID, actor: Actor) -> None:
    """Let a colleague work on a task that the actor holds, and hand it back.

    Raises TaskNotFound, TaskNotOpen, TaskNotYours, WrongClaimToken, TaskDelegated, CannotTakeTask.
    """
    item = _task_for(task_id, actor, Action.TASK_DELEGATE)
    _require_able(item, to)
    engine.delegate(item.task.instance_id, task_id, to=to, token=token, actor=actor.id)
    _record(DossierTag.TASK_DELEGATED, item, actor, to=to)


def resolve_task(task_id: UUID, *, token: UUID, actor: Actor) -> None:
    """Hand a delegated task back to who delegated it.

    Raises TaskNotFound, TaskNotOpen, TaskNotYours, WrongClaimToken, TaskNotDelegated.
    """
    item = _task_for(task_id, actor, Action.TASK_DELEGATE)
    engine.resolve(item.task.instance_id, task_id, token=token, actor=actor.id)
    _record(DossierTag.TASK_RESOLVED, item, actor)


def reassign_task(task_id: UUID, *, to: str | None, version: int, actor: Actor) -> None:
    """Give a task to somebody else, or back to its queue (None), whoever holds it.

    Raises TaskNotFound, TaskNotOpen, ActionRefused, CannotTakeTask, and TaskChanged when the task is
    not at this version any more.
    """
    item = _task_for(task_id, actor, Action.TASK_REASSIGN)
    if to is not None:
        _require_able(item, to)
    engine.reassign(item.task.instance_id, task_id, to=to, seen_version=version, actor=actor.id)
    _record(DossierTag.TASK_REASSIGNED, item, actor, to=to)


def take_over_task(task_id: UUID, *, version: int, actor: Actor) -> None:
    """Take a task that somebody holds who is away, and for whom the actor works today.

    Raises TaskNotFound, TaskNotOpen, TaskNotYours, OwnCase, SamePerson, and TaskChanged when the task
    is not at this version any more.
    """
    item = _task_for(task_id, actor, Action.TASK_CLAIM)
    away = item.task.holder or item.task.assignee
    if away not in replaced_by(actor):
        raise TaskNotYours
    engine.reassign(
        item.task.instance_id, task_id, to=actor.id, seen_version=version, actor=actor.id
    )
    _record(DossierTag.TASK_REASSIGNED, item, actor, to=actor.id, in_place_of=away)


def save_task_draft(
    task_id: UUID, answers: Mapping[str, Any], *, version: int, actor: Actor
) -> int:
    """Keep unfinished answers with a task, right or wrong; returns the version of the draft.

    Only the form's own fields are kept. Raises TaskNotFound, TaskNotOpen, TaskNotYours, and
    DraftChanged, with the newer draft, when `version` is not that of the draft.
    """
    item = _task_for(task_id, actor, Action.TASK_COMPLETE)
    known = {each.key for each in own_level(item.pack.form(item.task.form_key).components)}
    kept = {name: answer for name, answer in answers.items() if name in known}
    return engine.save_draft(
        item.task.instance_id, task_id, kept, seen_version=version, actor=actor.id
    )


def _require_able(item: TaskItem, to: str) -> None:
    target = accounts.actor(to)
    if target is None or not item.allows(target, Action.TASK_CLAIM):
        raise CannotTakeTask


def _task_for(task_id: UUID, actor: Actor, action: Action) -> TaskItem:
    item = find_task(task_id, visible_to=actor)
    if item.task.state != TaskState.OPEN:
        raise TaskNotOpen
    if not item.allows(actor, action):
        if action in _DECIDING and item.concerns(actor):
            raise OwnCase
        if action in _BY_HOLDER:
            raise TaskNotYours
        policy.require(actor, action, item.scope(""))
    if action in _DECIDING:
        require_not_receiver(item, actor)
    return item


def _task_to_complete(
    task_id: UUID, actor: Actor, token: UUID | None
) -> tuple[TaskItem, UUID | None]:
    """The task, with the token of its claim.

    An owner may take over what was asked of whoever sent the dossier in his name.
    """
    try:
        return _task_for(task_id, actor, Action.TASK_COMPLETE), token
    except (TaskNotYours, OwnCase):
        item = find_task(task_id, visible_to=actor)
        asked = str(Role.APPLICANT) in item.task.candidate_groups
        if not asked or item.proceeding.owner_id != actor.account_id:
            raise
    version, place = item.task.version, item.task.instance_id
    engine.reassign(place, task_id, to=actor.id, seen_version=version, actor=actor.id)
    taken = engine.claim(place, task_id, actor.id)
    return find_task(task_id, visible_to=actor), taken


def _supplemented(
    item: TaskItem, actor: Actor, language: str, done: Collection[int] | None
) -> dict[str, Any]:
    dossier = lock_dossier(item.proceeding.dossier_id)
    policy.require(actor, Action.DOSSIER_SUBMIT, dossier)
    if dossier.status is DossierStatus.AWAITING_SUPPLEMENT:
        fulfil(dossier, done, actor=actor)
    form_id = item.pack.manifest.application_form
    return {form_id: take_over_answers(dossier, item.pack, language, sender=actor)}


def _in_place_of(item: TaskItem, actor: Actor) -> dict[str, str]:
    """For whom it was done, where somebody has the right only while another one is away."""
    passed = {grant for grant in actor.grants if grant.in_place_of}
    if not passed or item.allows(replace(actor, grants=actor.grants - passed), Action.TASK_VIEW):
        return {}
    able = [
        grant.in_place_of
        for grant in sorted(passed, key=repr)
        if item.allows(replace(actor, grants=frozenset({grant})), Action.TASK_VIEW)
    ]
    return {"in_place_of": able[0]} if able else {}


def _record(tag: DossierTag, item: TaskItem, actor: Actor, **details: Any) -> None:
    details = {**_in_place_of(item, actor), **details}
    record(
        tag,
        item.proceeding.dossier_id,
        actor=actor.id,
        subject=f"task:{item.task.id}",
        details={"element": item.task.element_id, **details},
    )
