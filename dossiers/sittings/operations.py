"""Choosing what to sign, confirming it once, stopping. The jobs of `jobs.py` do what was confirmed."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from accounts import policy
from accounts.actor import Actor
from accounts.freshness import require_fresh
from accounts.policy import Action
from core.clock import now
from core.database import db
from core.errors import MotcuaError
from dossiers.sittings.errors import (
    NothingToSign,
    SittingNotFound,
    SittingOver,
    SittingStopped,
    TooManyAtOnce,
)
from dossiers.sittings.models import ItemState, Sitting, SittingItem, SittingState
from dossiers.sittings.queries import MOST, Signable, signable
from engine.runtime import current_runtime

KIND: Final = "sitting.sign"
_CHOOSING: Final = frozenset({SittingState.OPEN, SittingState.PAUSED})


def begin(task_ids: Collection[UUID], *, actor: Actor, language: str) -> Sitting:
    """Put these tasks on a list to be looked at and confirmed, in the order in which they wait.

    What the actor cannot sign together with others is left out. Raises NotAllowed, NothingToSign and
    TooManyAtOnce.
    """
    policy.require_ever(actor, Action.TASK_COMPLETE)
    wanted = set(task_ids)
    if len(wanted) > MOST:
        raise TooManyAtOnce(count=len(wanted), most=MOST)
    chosen = [each for each in signable(visible_to=actor) if each.item.task.id in wanted]
    if not chosen:
        raise NothingToSign
    sitting = Sitting(by=actor.id, language=language)
    db.session.add(sitting)
    db.session.flush()
    db.session.add_all(_rows(sitting, chosen))
    return sitting


def leave_out(
    sitting_id: UUID, numbers: Collection[int], *, actor: Actor, out: bool = True
) -> Sitting:
    """Leave results out, or take them in again, while nothing of them is signed.

    Raises SittingNotFound and SittingOver.
    """
    sitting = _locked(sitting_id, actor, *_CHOOSING)
    before, after = ItemState.WAITING, ItemState.EXCLUDED
    if not out:
        before, after = after, before
    chosen = update(SittingItem).where(
        SittingItem.sitting_id == sitting_id,
        SittingItem.number.in_(numbers),
        SittingItem.state == before,
    )
    db.session.execute(chosen.values(state=after))
    return sitting


def confirm(sitting_id: UUID, *, actor: Actor) -> Sitting:
    """Sign what is on the list, or what is left of it, under the proof that the actor gave just now.

    Raises SittingNotFound, SittingOver, FreshProofNeeded and NothingToSign.
    """
    sitting = _locked(sitting_id, actor, *_CHOOSING)
    require_fresh(actor)
    if not waiting(sitting_id, limit=1):
        raise NothingToSign
    sitting.state, sitting.problem = SittingState.RUNNING, None
    sitting.confirmed_at, sitting.proven_at = now(), actor.proven_at
    sitting.assurance = actor.assurance
    current_runtime().enqueue(KIND, sitting_id, {"sitting": str(sitting_id)})
    return sitting


def stop(sitting_id: UUID, *, actor: Actor) -> Sitting:
    """Sign nothing more. What was never confirmed, or rests already, is given up for good.

    Raises SittingNotFound and SittingOver.
    """
    sitting = _locked(sitting_id, actor, SittingState.RUNNING, *_CHOOSING)
    if sitting.state is SittingState.RUNNING:
        pause(sitting, SittingStopped())
    else:
        end(sitting, SittingState.CANCELLED)
    return sitting


def pause(sitting: Sitting, error: MotcuaError) -> None:
    """Let a running sitting rest until it is confirmed again."""
    if sitting.state is SittingState.RUNNING:
        sitting.state, sitting.problem = SittingState.PAUSED, problem_of(error)


def end(sitting: Sitting, state: SittingState) -> None:
    """Nothing more happens in it."""
    sitting.state, sitting.ended_at = state, now()


def note_signed(instance_id: UUID) -> None:
    """The result that was decided in a sitting bears its leader's signature now."""
    decided = update(SittingItem).where(
        SittingItem.instance_id == instance_id, SittingItem.state == ItemState.DECIDED
    )
    db.session.execute(decided.values(state=ItemState.SIGNED, signed_at=now()))


def waiting(sitting_id: UUID, *, limit: int) -> Sequence[int]:
    """The numbers of the next results that are not decided yet."""
    query = (
        select(SittingItem.number)
        .where(SittingItem.sitting_id == sitting_id, SittingItem.state == ItemState.WAITING)
        .order_by(SittingItem.number)
        .limit(limit)
    )
    return db.session.scalars(query).all()


def locked_sitting(sitting_id: UUID) -> Sitting:
    """A sitting, locked and as it is now."""
    return db.session.get_one(Sitting, sitting_id, with_for_update=True, populate_existing=True)


def problem_of(error: MotcuaError) -> dict[str, Any]:
    """An error as rows keep it, to be worded in its reader's language."""
    params = {name: str(value) for name, value in error.params.items()}
    told = {"code": error.code, "title": str(error.title), "remedy": str(error.remedy)}
    return {**told, "params": params}


def _rows(sitting: Sitting, chosen: Sequence[Signable]) -> list[SittingItem]:
    return [
        SittingItem(
            sitting_id=sitting.id,
            number=number,
            task_id=each.item.task.id,
            instance_id=each.item.task.instance_id,
            dossier_id=each.dossier.id,
            reference=each.item.proceeding.reference,
            element_id=each.item.task.element_id,
            seen=each.seen,
        )
        for number, each in enumerate(chosen, start=1)
    ]


def _locked(sitting_id: UUID, actor: Actor, *states: SittingState) -> Sitting:
    found = db.session.get(Sitting, sitting_id, with_for_update=True, populate_existing=True)
    if found is None or found.by != actor.id:
        raise SittingNotFound
    if found.state not in states:
        raise SittingOver
    return found
