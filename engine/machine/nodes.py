"""What every flow node does: it is reached, it runs, it is done and hands its token on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from core.ids import new_id
from engine.errors import BpmnError, ElementFailed
from engine.machine.effects import Entered, IncidentClosed, IncidentOpened, Left
from engine.machine.expressions import Feel, Value
from engine.machine.throwing import throw_error
from engine.machine.token import FINISH, REACH, RUN
from engine.machine.variables import local_entry, visible, write_path, write_up

if TYPE_CHECKING:
    from engine.machine.boundary import Boundary
    from engine.machine.loops import Repetition
    from engine.machine.process import ProcessSpec, Scope
    from engine.machine.token import Token


@dataclass(frozen=True)
class Flow:
    """A sequence flow; `condition` is None where it is always taken."""

    id: str
    target: str
    condition: Feel | None = None


@dataclass(frozen=True)
class Mapped:
    """One line of a `zeebe:ioMapping`: the value of `source` goes to `target`."""

    source: Value
    target: tuple[str, ...]


@dataclass(frozen=True)
class Element:
    """What the parser read about any flow node. `line` counts from 1, `kind` is the tag's name."""

    id: str
    name: str
    line: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    inputs: Sequence[Mapped] = ()
    outputs: Sequence[Mapped] = ()
    kind: str = ""


class Node(TaskSpec):
    """Base of all flow nodes: by itself it does nothing and passes its token on."""

    isolates = False
    handles_events = False

    def __init__(self, spec: ProcessSpec, element: Element) -> None:
        self.element = element
        self.flows: list[Flow] = []
        self.incoming: list[str] = []
        self.boundaries: list[Boundary] = []
        self.loop: Repetition | None = None
        # The activity that undoes this one; empty when it cannot be undone.
        self.undone_by = ""
        super().__init__(spec, element.id)

    # --- reached

    def _update(self, token: Token) -> None:
        """A token reached this node."""
        instance = token.workflow.instance
        if not token.is_run:
            seen = self.element
            via = token.internal_data.get("via", "")
            instance.emit(Entered(token.id, seen.id, seen.name, seen.attributes, via))
        self.attempt(token, REACH)

    def _reach(self, token: Token) -> None:
        repeats = self.loop is not None and not token.is_run
        if not repeats:
            self.map_inputs(token)
        guarded = not token.is_run and "aside" not in token.internal_data
        listeners = [b for b in self.boundaries if b.trigger.is_awaited] if guarded else []
        # Whatever can fail comes before anything is written, so that a retry finds a clean place.
        waits = [listener.trigger.wait(token, visible(token)) for listener in listeners]
        if repeats:
            self.repeated.begin(token)
        elif self._update_hook(token):
            token._set_state(TaskState.READY)
        if token.is_live:
            for listener, wait in zip(listeners, waits, strict=True):
                listener.listen(token, wait)

    def _update_hook(self, token: Token) -> bool:  # noqa: ARG002  hook of SpiffWorkflow
        """Whether the node can run at once."""
        return True

    def map_inputs(self, token: Token) -> None:
        """Evaluate the inputs; they are variables of this element alone."""
        if self.element.inputs:
            token.internal_data["locals"] = self.inputs_of(token)

    def inputs_of(self, token: Token) -> dict[str, Any]:
        """The inputs' values, each seeing the ones before it."""
        own: dict[str, Any] = {}
        for line in self.element.inputs:
            local_entry(own, line.target, line.source.of(visible(token, own)))
        return own

    # --- running

    def _run(self, token: Token) -> bool | None:
        nothing_to_repeat = self.loop is not None and not token.is_run
        return True if nothing_to_repeat else self._run_hook(token)

    def _run_hook(self, token: Token) -> bool | None:  # noqa: ARG002  hook of SpiffWorkflow
        """Do the work: True when done, None when it waits for somebody outside."""
        return True

    # --- done

    def finish(self, token: Token, result: Mapping[str, Any] | None) -> None:
        """Complete a waiting token with what came from outside."""
        token.internal_data["result"] = dict(result or {})
        self.attempt(token, FINISH)

    def _on_complete(self, token: Token) -> None:
        if "skipped" in token.internal_data:
            for name, value in token.internal_data["skipped"].items():
                write_up(token, name, value, past_own=True)
        elif self.loop is None or token.is_run:
            self.map_outputs(token, token.internal_data.get("result") or {})
        self.leave(token)

    def map_outputs(self, token: Token, result: Mapping[str, Any]) -> None:
        """Let the result leave the element: what the outputs map, or all of it without outputs."""
        if self.element.outputs:
            lines = [
                (line.target, line.source.of(visible(token, result)))
                for line in self.element.outputs
            ]
            for path, value in lines:
                write_path(token, path, value)
        else:
            for name, value in result.items():
                write_up(token, name, value, past_own=False)

    def leave(self, token: Token) -> None:
        """Put a token on every flow taken, and take this one away."""
        if token.is_run:
            self.repeated.run_ended(token)
            return
        taken = () if "aside" in token.internal_data else self.taken(token)
        token.workflow.instance.emit(Left(token.id, self.element.id, done=True))
        self.disarm(token)
        if self.undone_by:
            token.workflow.compensable.append(self.name)
        followers = [self.follow(token, flow) for flow in reversed(taken)]
        asked_by = token.internal_data.get("undoes_for")
        self.move_on(token, reversed(followers))
        if asked_by is not None:
            _tell_undone(token, asked_by)

    def follow(self, token: Token, flow: Flow) -> Token:
        """A token at the end of a flow, next to the one that left."""
        follower = token.place_beside(token.workflow.spec.node(flow.target))
        follower.internal_data["via"] = flow.id
        return follower

    @property
    def repeated(self) -> Repetition:
        """The loop of a node that has one."""
        if self.loop is None:
            raise TypeError(f"{self.name} is not repeated")
        return self.loop

    def taken(self, token: Token) -> Sequence[Flow]:  # noqa: ARG002  gateways look at the token
        """The flows that get a token."""
        return self.flows

    def move_on(self, token: Token, followers: Iterable[Token]) -> None:
        """Take a token away once its followers stand, let them arrive, and see what is left."""
        scope: Scope = token.workflow
        token.remove()
        for follower in followers:
            if follower.is_live:
                follower.task_spec._update(follower)
        scope.end_when_empty()

    def disarm(self, token: Token) -> None:
        """The boundary events listen no longer."""
        for number in token.internal_data.pop("boundary", ()):
            listener = token.workflow.tasks.get(number)
            if listener is not None:
                listener.cancel()

    # --- cancelled, failed

    def _on_cancel(self, token: Token) -> None:
        if token.keeps_alive and not token.is_run:
            token.workflow.instance.emit(Left(token.id, self.element.id, done=False))
        self.stop(token)

    def stop(self, token: Token) -> None:
        """Take away what is open at a token: what guards it, what is inside it, what it asked for."""
        instance = token.workflow.instance
        self.disarm(token)
        inside = instance.scopes.pop(token.id, None)
        if inside is not None:
            inside.completed = True
            for within in inside.tokens():
                within.cancel()
        if "incident" in token.internal_data:
            instance.emit(IncidentClosed(token.id, incident_of(token), self.element.id))
            del token.internal_data["incident"]
        self.withdraw(token)

    def withdraw(self, token: Token) -> None:
        """Take back what was asked of the outside: a task, a job, a wait."""

    def entered(self, token: Token) -> ProcessSpec:
        """The process inside this node."""
        raise NotImplementedError

    def scope_ended(self, token: Token, scope: Scope) -> None:
        """The subprocess inside this node came to its end."""
        raise NotImplementedError

    def undone(self, token: Token) -> None:
        """One of the activities that this token wants undone is."""
        raise NotImplementedError

    def deliver(self, token: Token, branch: int, payload: Mapping[str, Any]) -> None:
        """An event for which the token waits has happened."""
        raise NotImplementedError

    def attempt(self, token: Token, phase: str) -> None:
        """Do one phase of an element's life; a fault becomes an error event or an incident."""
        try:
            if phase == REACH:
                self._reach(token)
            elif phase == RUN:
                token.run()
            else:
                token.complete()
        except BpmnError as error:
            raise_error(token, error)
        except ElementFailed as failure:
            open_incident(token, phase, str(failure))

    def test(self) -> None:
        """The parser has already seen that the node is sound."""


def _tell_undone(token: Token, asked_by: int) -> None:
    asking = token.workflow.instance.find(asked_by)
    if asking is not None:
        asking.task_spec.undone(asking)


def raise_error(token: Token, error: BpmnError) -> None:
    """Let an error event walk up to its handler; without one the element has an incident."""
    if not throw_error(token, error.code, error.variables):
        message = f"no error event handles the code “{error.code}”: {error.message}"
        open_incident(token, RUN, message)


def open_incident(token: Token, phase: str, message: str) -> None:
    """Stop a token where it is until an operator lets it try again; others go on."""
    seen = token.task_spec.element
    identity = new_id()
    token._set_state(TaskState.STARTED)
    token.internal_data["incident"] = {"id": str(identity), "phase": phase}
    token.workflow.instance.emit(
        IncidentOpened(token.id, identity, seen.id, seen.name, message[:2000])
    )


def retry(token: Token) -> None:
    """Do again what an incident stopped."""
    seen = token.task_spec.element
    token.workflow.instance.emit(IncidentClosed(token.id, incident_of(token), seen.id))
    incident = token.internal_data.pop("incident")
    token.task_spec.attempt(token, incident["phase"])


def incident_of(token: Token) -> UUID:
    """The id of the incident at this token."""
    return UUID(token.internal_data["incident"]["id"])
