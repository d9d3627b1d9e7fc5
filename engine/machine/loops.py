"""Repeated activities: a run for every item of a collection, or one while a condition holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from SpiffWorkflow.util.task import TaskState

from engine.errors import ElementFailed
from engine.machine.expressions import Feel
from engine.machine.token import FINISH
from engine.machine.variables import visible, write_up

if TYPE_CHECKING:
    from engine.machine.token import Token


class Repetition(Protocol):
    """How often an activity runs before it is done."""

    def begin(self, body: Token) -> None:
        """Start what can start; an activity that is not to run at all is done at once."""

    def run_ended(self, run: Token) -> None:
        """Go on after a run: start another one, or complete the activity."""


MOST_RUNS = 10_000


@dataclass(frozen=True)
class Loop:
    """Multi-instance characteristics. Results stand in the order of the items, not of completion."""

    collection: Feel
    item: str = ""
    results: str = ""
    result: Feel | None = None
    until: Feel | None = None
    sequential: bool = False

    @property
    def result_name(self) -> str:
        """The variable that holds the result of a run; empty when the result is an expression."""
        text = "" if self.result is None else self.result.text.removeprefix("=").strip()
        return text if text.isidentifier() else ""

    def begin(self, body: Token) -> None:
        """Start the first run, or all of them; an empty collection is done at once."""
        items = self.collection.of(visible(body))
        if not isinstance(items, list):
            raise ElementFailed(f"the collection {self.collection.text} is {items!r}, not a list")
        if len(items) > MOST_RUNS:
            raise ElementFailed(f"more than {MOST_RUNS} items: {len(items)}")
        body._set_state(TaskState.STARTED)
        body.internal_data["loop"] = {
            "items": items if self.sequential else [],
            "total": len(items),
            "done": 0,
            "results": [None] * len(items) if self.results else [],
        }
        for index in range(min(1, len(items)) if self.sequential else len(items)):
            self.start_run(body, index, items[index])
        if not items:
            self.keep_results(body)
            # It is left in its turn: a long row of such activities must not nest.
            body._set_state(TaskState.READY)

    def start_run(self, body: Token, index: int, item: Any) -> None:
        """Let one item be worked on."""
        run = body.place_below(body.task_spec)
        own: dict[str, Any] = {"loopCounter": index + 1}
        # A result that is one variable belongs to its run: the others must not see it.
        if self.result_name:
            own[self.result_name] = None
        if self.item:
            own[self.item] = item
        run.internal_data.update(index=index, run=own)
        run.task_spec._update(run)

    def run_ended(self, run: Token) -> None:
        """Keep the result of a run; start the next one, or end the whole."""
        body, index = run.parent, run.internal_data["index"]
        loop = body.internal_data["loop"]
        result = None if self.result is None else self.result.of(visible(run))
        if self.results:
            loop["results"][index] = result
        enough = self.is_enough(run, loop)
        loop["done"] += 1
        run.remove()
        if enough or loop["done"] == loop["total"]:
            self.end(body)
        elif self.sequential:
            self.start_run(body, index + 1, loop["items"][index + 1])

    def is_enough(self, run: Token, loop: Mapping[str, Any]) -> bool:
        """Whether the completion condition lets the remaining runs be left out.

        It reads the variables of the run that ended, the numbers of runs, and the results so far, with
        null for the runs that are still open.
        """
        if self.until is None:
            return False
        done = loop["done"] + 1
        counts = {
            **({self.results: loop["results"]} if self.results else {}),
            "numberOfInstances": loop["total"],
            "numberOfCompletedInstances": done,
            "numberOfActiveInstances": 0 if self.sequential else loop["total"] - done,
            "numberOfTerminatedInstances": 0,
        }
        return self.until.of(visible(run, counts)) is True

    def end(self, body: Token) -> None:
        """Take the remaining runs away and complete the element."""
        for run in body.children:
            run.cancel()
        self.keep_results(body)
        body.task_spec.attempt(body, FINISH)

    def keep_results(self, body: Token) -> None:
        """Write the list of results where the model wants it."""
        if self.results:
            results = body.internal_data["loop"]["results"]
            write_up(body, self.results, results, past_own=False)


@dataclass(frozen=True)
class Rounds:
    """The standard loop: again and again while a condition holds, `most` times if that is set."""

    condition: Feel | None
    most: int | None
    before: bool

    def begin(self, body: Token) -> None:
        """Start the first round, unless the condition is asked before it and does not hold."""
        goes_on = not self.before or self.may_follow(body, 0)
        body._set_state(TaskState.STARTED)
        body.internal_data["loop"] = {"done": 0}
        if goes_on:
            self.start_round(body)
        else:
            body._set_state(TaskState.READY)

    def start_round(self, body: Token) -> None:
        """Let the activity run once more."""
        index = body.internal_data["loop"]["done"]
        run = body.place_below(body.task_spec)
        run.internal_data.update(index=index, run={"loopCounter": index + 1})
        run.task_spec._update(run)

    def run_ended(self, run: Token) -> None:
        """Begin the next round, or complete the activity."""
        body, done = run.parent, run.internal_data["index"] + 1
        goes_on = self.may_follow(run, done)
        body.internal_data["loop"]["done"] = done
        run.remove()
        if goes_on:
            self.start_round(body)
        else:
            body.task_spec.attempt(body, FINISH)

    def may_follow(self, token: Token, done: int) -> bool:
        """Whether another round follows so many; null is no. Raises ElementFailed."""
        if self.most is not None and done >= self.most:
            return False
        if done >= MOST_RUNS:
            raise ElementFailed(f"more than {MOST_RUNS} rounds")
        if self.condition is None:
            return True
        return self.condition.of(visible(token, {"loopCounter": done})) is True
