"""Processes as drawn (`ProcessSpec`) and as running (`Scope`, and the whole `Instance`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from SpiffWorkflow.specs import StartTask, WorkflowSpec
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine.machine.effects import Effect, ProcessEnded
from engine.machine.token import Token

if TYPE_CHECKING:
    from engine.machine.containers import EventSubprocess
    from engine.machine.nodes import Node
    from engine.machine.triggers import Trigger


class ProcessSpec(WorkflowSpec):
    """A (sub)process as drawn. Shared by all its instances, never changed after parsing."""

    task_specs: dict[str, Node]

    def __init__(self, name: str, title: str = "") -> None:
        super().__init__(name=name)
        # Not a name that XML allows, so it is no element's.
        self.start = StartTask(self, "#start")
        self.title = title
        self.first: list[str] = []
        # The event that begins it; None when it is begun by somebody.
        self.begins: Trigger | None = None
        self.event_subprocesses: list[EventSubprocess] = []

    def node(self, element_id: str) -> Node:
        """The flow node with this id."""
        return self.task_specs[element_id]


class Host(Protocol):
    """What the machine asks of the world around it."""

    def now(self) -> datetime:
        """The moment that decides due dates."""

    def process(self, process_id: str) -> ProcessSpec:
        """A called process of the same bundle."""

    def is_action(self, kind: str) -> bool:
        """Whether service tasks of this kind are done inside the step."""

    def perform(self, token: Token, kind: str) -> Mapping[str, Any] | None:
        """Do such a service task now; raises ElementFailed or BpmnError."""

    def decide(self, token: Token, decision_id: str) -> Any:
        """What a decision of the same bundle says of the token's variables; raises ElementFailed."""


class Scope(Workflow):
    """One running (sub)process: its variables, and its live tokens in the order of the tree."""

    spec: ProcessSpec
    data: dict[str, Any]
    tasks: dict[int, Token]

    # Workflow's own constructor would start the process and needs more than a scope has.
    def __init__(self, spec: ProcessSpec, parent_token: Token | None, instance: Instance) -> None:
        self.spec = spec
        self.parent_token = parent_token
        self.instance = instance
        self.data = {}
        self.tasks = {}
        # The names of finished activities that can be undone, the newest last.
        self.compensable: list[str] = []
        self.completed = False
        root_id = -1 if parent_token is None else -1 - parent_token.id
        self.root = Token(self, spec.start, None, TaskState.COMPLETED, root_id)

    @property
    def isolated(self) -> bool:
        """Whether the variables around it are out of sight, as in a called process."""
        return self.parent_token is None or self.parent_token.task_spec.isolates

    def tokens(self) -> list[Token]:
        """The live tokens of this scope itself, in the order of the tree."""
        return [self.tasks[number] for number in self.root._children]

    def waiting_at(self, node: Node) -> list[Token]:
        """The tokens that wait at a joining gateway, in any order."""
        waiting = TaskState.WAITING
        return [
            token
            for token in self.tasks.values()
            if token.task_spec is node and token._state == waiting
        ]

    def begin(self, entry: str = "") -> None:
        """Listen for the event subprocesses, then put a token on every start, or on the `entry`."""
        for node in self.spec.event_subprocesses:
            node.listen(self)
        first = [entry] if entry else self.spec.first
        started = [self.root.place_below(self.spec.node(name)) for name in first]
        for token in started:
            token.task_spec._update(token)

    def end_when_empty(self) -> None:
        """End the scope as soon as only listeners are left in it."""
        alive = (self.tasks[number].keeps_alive for number in self.root._children)
        if not self.completed and not any(alive):
            self.end()

    def end(self) -> None:
        """Take every token away and give control back to where the scope was entered."""
        self.completed = True
        for token in self.tokens():
            token.cancel()
        if self.parent_token is None:
            self.instance.emit(ProcessEnded(0))
        else:
            self.instance.close(self)


class Instance(Scope):
    """A whole running process with everything inside it."""

    def __init__(self, spec: ProcessSpec, identity: UUID, business_key: str, host: Host) -> None:
        self.id = identity
        self.business_key = business_key
        self.host = host
        self.ready: dict[int, Token] = {}
        self.scopes: dict[int, Scope] = {}
        self.effects: list[Effect] = []
        self.last_id = 0
        super().__init__(spec, None, self)

    def next_id(self) -> int:
        """A number that no other token of this instance ever had."""
        self.last_id += 1
        return self.last_id

    def emit(self, effect: Effect) -> None:
        """Note something that must be written down."""
        self.effects.append(effect)

    def drain(self) -> list[Effect]:
        """The effects noted since the last call."""
        noted, self.effects = self.effects, []
        return noted

    def open(self, spec: ProcessSpec, token: Token) -> Scope:
        """The scope of a subprocess that this token enters."""
        scope = self.scopes[token.id] = Scope(spec, token, self)
        return scope

    def close(self, scope: Scope) -> None:
        """Leave a scope that came to its end."""
        token = scope.parent_token
        if token is not None and self.scopes.pop(token.id, None) is not None:
            token.task_spec.scope_ended(token, scope)

    def find(self, number: int) -> Token | None:
        """The live token with this number, in whatever scope."""
        for scope in (self, *self.scopes.values()):
            token = scope.tasks.get(number)
            if token is not None and token.is_live:
                return token
        return None

    def walk(self) -> Iterator[Token]:
        """Every live token in the order of the tree, the inside of a subprocess after its token."""
        pending = list(reversed(self.tokens()))
        while pending:
            token = pending.pop()
            yield token
            inside = self.scopes.get(token.id)
            below = [*token.children, *(inside.tokens() if inside is not None else ())]
            pending.extend(reversed(below))

    def next_ready(self) -> list[Token]:
        """The tokens that can run now, in the order of the tree."""
        if len(self.ready) <= 1:
            return list(self.ready.values())
        return [token for token in self.walk() if token.state == TaskState.READY]

    def cancel(self) -> None:
        """Take every token away."""
        self.completed = True
        for token in self.tokens():
            token.cancel()
