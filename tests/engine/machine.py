"""Drives the machine alone: no database, and saved, parsed and restored after every step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from engine.bpmn.activities import Known
from engine.bpmn.bundle import read_processes
from engine.errors import BpmnError
from engine.machine import state
from engine.machine.advance import Budget, advance, start
from engine.machine.effects import (
    Effect,
    Entered,
    IncidentOpened,
    JobOpened,
    ProcessEnded,
    TaskOpened,
    Wait,
)
from engine.machine.nodes import raise_error, retry
from engine.machine.process import Instance, ProcessSpec
from engine.machine.token import Token
from engine.machine.variables import visible

PLENTY = Budget(elements=100_000, seconds=60)
ANYTHING = Known(kind=lambda kind: True, decision=lambda decision: True)
Action = Callable[[Token], Mapping[str, Any] | None]


@dataclass
class TestHost:
    """The world around a machine under test."""

    __test__ = False

    processes: Mapping[str, ProcessSpec]
    actions: dict[str, Action] = field(default_factory=dict)
    decisions: dict[str, Callable[[Mapping[str, Any]], Any]] = field(default_factory=dict)
    moment: datetime = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def process(self, process_id: str) -> ProcessSpec:
        return self.processes[process_id]

    def is_action(self, kind: str) -> bool:
        return kind in self.actions

    def perform(self, token: Token, kind: str) -> Mapping[str, Any] | None:
        return self.actions[kind](token)

    def decide(self, token: Token, decision_id: str) -> Any:
        return self.decisions[decision_id](visible(token))


class Driver:
    """One instance, saved and restored from freshly parsed models after every step."""

    def __init__(
        self,
        *files: bytes,
        variables: Mapping[str, Any] | None = None,
        actions: dict[str, Action] | None = None,
        decisions: dict[str, Callable[[Mapping[str, Any]], Any]] | None = None,
        begin: bool = True,
    ) -> None:
        self.files = {f"{number}.bpmn": content for number, content in enumerate(files)}
        self.host = TestHost(read_processes(self.files, ANYTHING), actions or {}, decisions or {})
        self.effects: list[Effect] = []
        self.instance = Instance(self.host.processes["p"], uuid4(), "", self.host)
        if begin:
            start(self.instance, variables or {})
            self.settle()

    def settle(self) -> "Driver":
        """Run to the next wait; then save, parse anew, restore and compare."""
        assert advance(self.instance, PLENTY)
        self.effects.extend(self.instance.drain())
        saved = state.dump(self.instance)
        self.host.processes = read_processes(self.files, ANYTHING)
        restored = state.load(saved, self.host.processes["p"], self.instance.id, "", self.host)
        assert state.dump(restored) == saved
        assert shape(restored) == shape(self.instance)
        restored.completed = self.instance.completed
        self.instance = restored
        return self

    @property
    def data(self) -> dict[str, Any]:
        return self.instance.data

    @property
    def ended(self) -> bool:
        return any(isinstance(effect, ProcessEnded) for effect in self.effects)

    @property
    def path(self) -> list[str]:
        """The ids of the elements in the order in which they were reached."""
        return [effect.element_id for effect in self.effects if isinstance(effect, Entered)]

    @property
    def incidents(self) -> list[str]:
        """The messages of the incidents that are open."""
        known = {e.token: e.message for e in self.effects if isinstance(e, IncidentOpened)}
        return [known[token.id] for token in self.tokens() if "incident" in token.internal_data]

    def tokens(self) -> list[Token]:
        return list(self.instance.walk())

    def open(self) -> list[str]:
        """The ids of the elements with a live token that keeps the process going."""
        return [token.task_spec.name for token in self.tokens() if token.keeps_alive]

    def at(self, element_id: str, index: int = 0) -> Token:
        found = [
            token
            for token in self.tokens()
            if token.task_spec.name == element_id and "loop" not in token.internal_data
        ]
        return found[index]

    def finish(self, element_id: str, index: int = 0, **result: Any) -> "Driver":
        """Complete a user task or a job."""
        token = self.at(element_id, index)
        token.task_spec.finish(token, result)
        return self.settle()

    def throw(self, element_id: str, code: str, **variables: Any) -> "Driver":
        """Let a job end with a BPMN error."""
        raise_error(self.at(element_id), BpmnError(code, variables=variables))
        return self.settle()

    def waits(self) -> list[tuple[Token, Wait]]:
        return [
            (token, wait)
            for token in self.tokens()
            for wait in token.internal_data.get("waits", ())
        ]

    def deliver(self, name: str, **payload: Any) -> "Driver":
        """Deliver a message or signal to the first token that waits for it."""
        token, wait = next(pair for pair in self.waits() if pair[1].name == name)
        token.task_spec.deliver(token, wait.branch, payload)
        return self.settle()

    def later(self, **ahead: float) -> "Driver":
        """Push the clock and fire what is due, earliest first."""
        self.host.moment += timedelta(**ahead)
        while due := self.due():
            token, wait = min(due, key=lambda pair: (pair[1].due_at, pair[0].id))
            token.task_spec.deliver(token, wait.branch, {})
            self.settle()
        return self

    def due(self) -> list[tuple[Token, Wait]]:
        return [
            pair for pair in self.waits() if pair[1].due_at and pair[1].due_at <= self.host.moment
        ]

    def retry(self, element_id: str) -> "Driver":
        retry(self.at(element_id))
        return self.settle()

    def opened(self, kind: type[TaskOpened] | type[JobOpened]) -> list[Any]:
        return [effect for effect in self.effects if isinstance(effect, kind)]


def shape(instance: Instance) -> list[tuple[int, str, int, int | None]]:
    """The tree of an instance, for comparing."""
    return [(t.id, t.task_spec.name, t.state, t._parent) for t in instance.walk()]
