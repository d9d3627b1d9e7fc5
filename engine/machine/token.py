"""A token: a live place in a process, a Task of SpiffWorkflow that goes when it is finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from engine.machine.nodes import Node
    from engine.machine.process import Scope

# The phases of an element's life, as an incident remembers them.
REACH, RUN, FINISH = "reach", "run", "finish"
LIVE = TaskState.FUTURE | TaskState.WAITING | TaskState.READY | TaskState.STARTED


class Token(Task):
    """One live place. Its children are the runs of a repeated element, in their order.

    `internal_data` holds what must survive a restart: `locals` (variables of this element alone),
    `run` (those of one run of a repeated element) and its `index`, `loop`, `via` (the flow it came
    by), `waits`, `listens`, `boundary`, `row` (id of its task or job), `result`, `incident`,
    `undoes_for` (the compensation event that wants it), `aside` (repeated by an operator: its flows
    are not taken), `skipped` (the variables given in place of doing it), `held` (what its job
    brought while the instance was suspended).
    """

    workflow: Scope
    task_spec: Node
    internal_data: dict[str, Any]
    id: int

    # Task's own constructor makes a random UUID and a clock reading for every token.
    def __init__(
        self,
        workflow: Scope,
        task_spec: Node,
        parent: Token | None = None,
        state: int = TaskState.FUTURE,
        id: int | None = None,  # noqa: A002  the name is Task's
    ) -> None:
        self.id = workflow.instance.next_id() if id is None else id
        self.workflow = workflow
        self.task_spec = task_spec
        self.triggered = False
        self.data: dict[str, Any] = {}
        self.internal_data = {}
        self.last_state_change = 0.0
        self.thread_id = 0
        self._parent = None if parent is None else parent.id
        self._children: list[int] = []
        self._state = state
        workflow.tasks[self.id] = self

    def _set_state(self, value: int) -> None:
        self._state = value
        if value == TaskState.READY:
            self.workflow.instance.ready[self.id] = self
        else:
            self.workflow.instance.ready.pop(self.id, None)

    @property
    def is_live(self) -> bool:
        """Whether the token still is somewhere."""
        return bool(self._state & LIVE) and self.id in self.workflow.tasks

    @property
    def is_run(self) -> bool:
        """Whether this is one run of a repeated element."""
        return "index" in self.internal_data

    @property
    def owner(self) -> Token:
        """The token that stands for the element: of a run of a repeated element, its parent."""
        owner: Token = self.parent if self.is_run else self
        return owner

    @property
    def keeps_alive(self) -> bool:
        """Whether its process goes on because of it: one that only listens does not."""
        return "listens" not in self.internal_data

    def place_beside(self, node: Node) -> Token:
        """A new token right after this one."""
        made = Token(self.workflow, node, self.parent)
        siblings = self.parent._children
        siblings.insert(siblings.index(self.id) + 1, made.id)
        return made

    def place_below(self, node: Node) -> Token:
        """A new token as the last child of this one."""
        made = Token(self.workflow, node, self)
        self._children.append(made.id)
        return made

    def remove(self) -> None:
        """Take the token out of the tree: it is finished."""
        self.workflow.instance.ready.pop(self.id, None)
        self.parent._children.remove(self.id)
        del self.workflow.tasks[self.id]

    def run(self) -> bool | None:
        """Do what the element does: True when it is done, None when it waits for somebody."""
        result: bool | None = self.task_spec._run(self)
        if not self.is_live:
            return result
        if result is None:
            self._set_state(TaskState.STARTED)
        else:
            self.task_spec.attempt(self, FINISH)
        return result

    def cancel(self) -> None:
        """Take the token, its runs and everything inside it away."""
        for child in self.children:
            child.cancel()
        self.task_spec._on_cancel(self)
        self._set_state(TaskState.CANCELLED)
        if self.id in self.workflow.tasks:
            self.remove()
