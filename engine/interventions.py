"""Moving, skipping and repeating: proposed by one actor, done when a second one approves.

What was possible when it was proposed is judged anew when it is approved: the token must still stand
there. In a suspended instance it is done at once as well, and the process goes on when it is resumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, bindparam, insert, select, update

from core.clock import now
from core.database import db
from core.ids import new_id
from engine.allowed import Proposal, do, judge
from engine.deeds import done, noted
from engine.errors import InterventionDecided, InterventionNotFound, SecondPersonNeeded
from engine.machine.state import decode, encode
from engine.machine.values import clean
from engine.models import (
    HistoryKind,
    Instance,
    Intervention,
    InterventionKind,
    InterventionState,
)
from engine.runtime import current_runtime
from engine.step import RUNNING, lock_instance, stepping

_intervention: Any = Intervention.__table__
_instance: Any = Instance.__table__
_FIND = select(_intervention).where(
    _intervention.c.instance_id == bindparam("of_instance"),
    _intervention.c.id == bindparam("of_intervention"),
)
_DECISIONS = {
    InterventionState.DONE: HistoryKind.INTERVENTION_DONE,
    InterventionState.REFUSED: HistoryKind.INTERVENTION_REFUSED,
    InterventionState.WITHDRAWN: HistoryKind.INTERVENTION_WITHDRAWN,
}


@dataclass(frozen=True)
class InterventionView:
    """A proposal as it stands; `token` is the scope for a repetition."""

    instance_id: UUID
    id: UUID
    kind: str
    token: int
    element_id: str
    target_id: str
    variables: Mapping[str, Any]
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None


def propose(instance_id: UUID, proposal: Proposal, *, actor: str, reason: str) -> UUID:
    """Propose to do something to a running instance; returns the id of the proposal.

    Raises InstanceNotFound, InstanceEnded, ScopeNotFound, InterventionRefused, InterventionUnsound,
    VariablesRefused.
    """
    identity = new_id()
    with stepping(instance_id, current_runtime(), also_suspended=True) as step:
        element_id = judge(step, proposal)
        row = {
            "instance_id": instance_id,
            "id": identity,
            "kind": proposal.kind,
            "token": proposal.token,
            "element_id": element_id,
            "target_id": proposal.target_id,
            "variables": encode(clean(proposal.variables)),
            "reason": reason,
            "state": InterventionState.PROPOSED,
            "proposed_by": actor,
            "proposed_at": now(),
            "decided_by": "",
            "decided_at": None,
        }
        db.session.connection().execute(insert(_intervention), row)
        noted(
            instance_id,
            HistoryKind.INTERVENTION_PROPOSED,
            element_id,
            actor=actor,
            reason=reason,
            **_told(identity, proposal.kind, proposal.target_id),
        )
    return identity


def approve(instance_id: UUID, intervention_id: UUID, *, actor: str) -> None:
    """Let a proposal of somebody else be done, if it is still possible.

    Raises what `propose` raises, InterventionNotFound, InterventionDecided, SecondPersonNeeded.
    """
    with stepping(instance_id, current_runtime(), actor=actor, also_suspended=True) as step:
        row = _open(instance_id, intervention_id)
        if row.proposed_by == actor:
            raise SecondPersonNeeded()
        proposal = _proposal(row)
        judge(step, proposal)
        _decide(row, InterventionState.DONE, actor)
        told = _told(row.id, row.kind, row.target_id)
        done(step, HistoryKind.INTERVENTION_DONE, row.element_id, **told)
        do(step, proposal)
        step.settle()


def refuse(instance_id: UUID, intervention_id: UUID, *, actor: str) -> None:
    """Turn a proposal down; its proposer withdraws it.

    Raises InterventionNotFound, InterventionDecided.
    """
    lock_instance(instance_id)
    row = _open(instance_id, intervention_id)
    own = row.proposed_by == actor
    state = InterventionState.WITHDRAWN if own else InterventionState.REFUSED
    _decide(row, state, actor)
    told = _told(row.id, row.kind, row.target_id)
    noted(instance_id, _DECISIONS[state], row.element_id, actor=actor, **told)


def find_intervention(
    intervention_id: UUID, *, visible_to: ColumnElement[bool]
) -> InterventionView:
    """One proposal, whatever became of it; raises InterventionNotFound."""
    query = select(_intervention).join(_instance, _instance.c.id == _intervention.c.instance_id)
    row = db.session.execute(
        query.where(_intervention.c.id == intervention_id, visible_to)
    ).one_or_none()
    if row is None:
        raise InterventionNotFound()
    return _view(row)


def interventions(
    *,
    visible_to: ColumnElement[bool],
    instance_id: UUID | None = None,
    open_only: bool = True,
    after: UUID | None = None,
    limit: int = 50,
) -> list[InterventionView]:
    """Proposals, oldest first: of an instance or of all; open ones of running instances, or all."""
    query = select(_intervention).join(_instance, _instance.c.id == _intervention.c.instance_id)
    query = query.where(visible_to)
    if instance_id is not None:
        query = query.where(_intervention.c.instance_id == instance_id)
    if open_only:
        waits = _intervention.c.state == InterventionState.PROPOSED
        query = query.where(waits, _instance.c.state.in_(RUNNING))
    if after is not None:
        query = query.where(_intervention.c.id > after)
    rows = db.session.execute(query.order_by(_intervention.c.id).limit(limit))
    return [_view(row) for row in rows]


def _open(instance_id: UUID, intervention_id: UUID) -> Row[Any]:
    """A proposal that nobody has decided; the instance is locked."""
    key = {"of_instance": instance_id, "of_intervention": intervention_id}
    row: Row[Any] | None = db.session.connection().execute(_FIND, key).one_or_none()
    if row is None:
        raise InterventionNotFound()
    if row.state != InterventionState.PROPOSED:
        raise InterventionDecided()
    return row


def _decide(row: Row[Any], state: InterventionState, actor: str) -> None:
    decided = update(_intervention).where(
        _intervention.c.instance_id == row.instance_id, _intervention.c.id == row.id
    )
    values = {"state": state, "decided_by": actor, "decided_at": now()}
    db.session.connection().execute(decided.values(values))


def _proposal(row: Row[Any]) -> Proposal:
    variables = decode(row.variables)
    kind = InterventionKind(row.kind)
    return Proposal(kind, row.token, row.element_id, row.target_id, variables)


def _told(intervention_id: UUID, kind: str, target_id: str) -> dict[str, str]:
    told = {"intervention": str(intervention_id), "deed": str(kind)}
    return {**told, "target": target_id} if target_id else told


def _view(row: Row[Any]) -> InterventionView:
    return InterventionView(**{**row._mapping, "variables": decode(row.variables)})
