"""Tasks handed on, drafts kept, and every deed at the wrong time refused without a trace."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from core.database import db, reading
from core.errors import Conflict, PreconditionFailed
from engine import operations
from engine.errors import DraftChanged
from engine.models import Task
from tests.engine.conftest import Engine
from tests.engine.test_tasks import ONE

ANN, BOB, CARL = "ann", "bob", "carl"
TABLES = ("engine_task", "engine_task_group", "engine_instance_state", "engine_history")


@dataclass
class Desk:
    """One task, and what can be done to it."""

    on: Engine
    instance_id: UUID
    task_id: UUID

    @property
    def row(self) -> Any:
        with reading() as session:
            return session.get_one(Task, (self.instance_id, self.task_id), populate_existing=True)

    def do(self, deed: Callable[..., Any], *given: Any, **named: Any) -> Any:
        return self.on.act(deed, self.instance_id, self.task_id, *given, **named)

    def claim(self, actor: str = ANN) -> UUID:
        token: UUID = self.do(operations.claim, actor)
        return token

    def delegate(self, actor: str = ANN, to: str = BOB) -> None:
        self.do(operations.delegate, to=to, token=self.row.claim_token, actor=actor)

    def resolve(self, actor: str = BOB) -> None:
        self.do(operations.resolve, token=self.row.claim_token, actor=actor)

    def complete(self, actor: str = ANN) -> None:
        named = {"token": self.row.claim_token, "variables": {"x": 1}}
        self.do(operations.complete_task, actor=actor, **named)

    def reassign(self, to: str | None) -> None:
        self.do(operations.reassign, to=to, seen_version=self.row.version, actor="leader")

    def save(self, version: int, actor: str = ANN, **answers: Any) -> int:
        saved: int = self.do(operations.save_draft, answers, seen_version=version, actor=actor)
        return saved


@pytest.fixture
def desk(on: Engine) -> Desk:
    instance_id = on.start(ONE)
    (task,) = on.tasks(instance_id)
    return Desk(on, instance_id, task.id)


def test_a_delegated_task_comes_back_to_be_completed_by_who_gave_it(desk: Desk, each_database):
    desk.claim()
    desk.delegate()
    helped = desk.claim(BOB)
    assert refusal(desk, "complete", BOB, helped) == "task-delegated"
    desk.resolve()

    assert (desk.row.holder, desk.row.delegation) == (ANN, "resolved")
    desk.complete()
    assert desk.on.state(desk.instance_id) == "completed"


def test_who_delegated_a_task_can_take_it_back(desk: Desk):
    desk.claim()
    desk.delegate()
    token = desk.claim(ANN)

    assert refusal(desk, "resolve", BOB, uuid4()) == "wrong-claim-token"
    assert refusal(desk, "complete", ANN, token) == "done"


def test_a_reassigned_task_leaves_the_old_holder_with_a_dead_token(desk: Desk, each_database):
    token = desk.claim()
    desk.reassign(BOB)

    assert refusal(desk, "complete", ANN, token) == "wrong-claim-token"
    assert refusal(desk, "claim", ANN, token) == "task-already-claimed"
    desk.complete(BOB)


def test_a_leader_puts_a_task_back_into_its_queue(desk: Desk):
    desk.claim()
    desk.delegate()
    desk.reassign(None)

    assert (desk.row.holder, desk.row.owner, desk.row.claim_token) == ("", "", None)
    assert desk.claim(CARL)


def test_a_second_click_on_reassign_changes_nothing(desk: Desk):
    seen = desk.row.version
    again = {"to": BOB, "seen_version": seen, "actor": "leader"}
    desk.do(operations.reassign, **again)
    with pytest.raises(Conflict, match="task-changed"):
        desk.do(operations.reassign, **again)


def test_of_two_windows_the_second_is_told_the_newer_draft(desk: Desk, each_database):
    desk.claim()
    assert desk.save(0, note="first") == 1
    assert desk.save(1, note="second") == 2
    with pytest.raises(PreconditionFailed) as caught:
        desk.save(1, note="other window")

    assert isinstance(caught.value, DraftChanged)
    assert (caught.value.newer.version, caught.value.newer.answers) == (2, {"note": "second"})


def test_a_draft_stays_with_the_task_until_it_ends(desk: Desk, each_database):
    token = desk.claim()
    desk.save(0, note="so far")
    desk.do(operations.release, token=token, actor=ANN)
    desk.claim(BOB)
    kept = desk.do(operations.draft_of)
    assert (kept.answers, kept.saved_by) == ({"note": "so far"}, ANN)

    desk.complete(BOB)
    assert desk.do(operations.draft_of).answers == {}


STATES: dict[str, list[Callable[[Desk], object]]] = {
    "free": [],
    "held": [Desk.claim],
    "delegated": [Desk.claim, Desk.delegate],
    "resolved": [Desk.claim, Desk.delegate, Desk.resolve],
    "reassigned": [Desk.claim, lambda desk: Desk.reassign(desk, CARL)],
    "completed": [Desk.claim, Desk.complete],
    "cancelled": [lambda desk: desk.on.act(operations.cancel, desk.instance_id, "withdrawn")],
}
DEEDS: dict[str, Callable[[Desk, str, UUID], object]] = {
    "claim": lambda desk, actor, token: desk.do(operations.claim, actor),
    "release": lambda desk, actor, token: desk.do(operations.release, token=token, actor=actor),
    "complete": lambda desk, actor, token: desk.do(
        operations.complete_task, token=token, actor=actor, variables={}
    ),
    "delegate": lambda desk, actor, token: desk.do(
        operations.delegate, to="dora", token=token, actor=actor
    ),
    "resolve": lambda desk, actor, token: desk.do(operations.resolve, token=token, actor=actor),
    "save": lambda desk, actor, token: desk.save(0, actor),
    "reassign": lambda desk, actor, token: desk.do(
        operations.reassign, to=actor, seen_version=1, actor="leader"
    ),
}
WITH_TOKEN = {"release", "complete", "delegate", "resolve"}
HOLDERS = {"held": ANN, "delegated": BOB, "resolved": ANN, "reassigned": CARL}


def allowed(state: str, deed: str, actor: str, *, right_token: bool) -> bool:
    """What the page says, written down once more and otherwise."""
    if state in {"completed", "cancelled"} or (deed in WITH_TOKEN and not right_token):
        return False
    holds = HOLDERS.get(state) == actor
    if deed == "reassign":
        return state == "free"
    if deed == "claim":
        return state == "free" or holds or (state == "delegated" and actor == ANN)
    if deed == "resolve":
        return holds and state == "delegated"
    if deed in {"release", "complete", "delegate"}:
        return holds and state != "delegated"
    return holds


@pytest.mark.parametrize("state", sorted(STATES))
@pytest.mark.parametrize("deed", sorted(DEEDS))
def test_a_deed_at_the_wrong_time_is_refused_and_changes_nothing(desk: Desk, state: str, deed: str):
    bring_to(desk, state)
    for actor in (ANN, BOB, CARL):
        for right in (False, True):
            if allowed(state, deed, actor, right_token=right):
                continue
            before = everything()
            token = (desk.row.claim_token if right else None) or uuid4()
            assert refusal(desk, deed, actor, token) in CONFLICTS, (actor, right)
            assert everything() == before, (actor, right)


@pytest.mark.parametrize("actor", [ANN, BOB, CARL])
@pytest.mark.parametrize("state", sorted(HOLDERS | {"free": ""}))
def test_a_deed_at_the_right_time_is_done(on: Engine, state: str, actor: str):
    for deed in DEEDS:
        if allowed(state, deed, actor, right_token=True):
            instance_id = on.start(ONE)
            desk = Desk(on, instance_id, on.tasks(instance_id)[0].id)
            bring_to(desk, state)
            assert refusal(desk, deed, actor, desk.row.claim_token or uuid4()) == "done", deed


def bring_to(desk: Desk, state: str) -> None:
    for step in STATES[state]:
        step(desk)


CONFLICTS = {
    "task-already-claimed",
    "task-changed",
    "task-delegated",
    "task-not-delegated",
    "task-not-open",
    "task-not-yours",
    "wrong-claim-token",
}


def refusal(desk: Desk, deed: str, actor: str, token: UUID) -> str:
    """The code of the refusal, which is of the class of 409."""
    try:
        DEEDS[deed](desk, actor, token)
    except Conflict as error:
        return error.code
    return "done"


def everything() -> list[Any]:
    with reading():
        return [db.session.execute(text(f"SELECT * FROM {table}")).all() for table in TABLES]
