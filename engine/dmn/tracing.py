"""What happened while deciding: which tables were asked, with which inputs, and which rules held."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from engine.dmn.errors import NoRuleMatched
from feel.errors import FeelLimitExceeded
from feel.expression import Expression
from feel.limits import Evaluation

# A loop may fail a thousand times for one reason.
MOST_NOTES = 50


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule that held: its position counted from 1, its id, what the designer noted beside it, and
    the texts of its cells and outputs.
    """

    position: int
    rule_id: str
    annotations: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableAnswer:
    """One table asked: its inputs by label, and the rules that held."""

    table_id: str
    decision: str
    inputs: Mapping[str, Any]
    rules: tuple[RuleHit, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Why a value is null: `reason` is a key of `explaining.REASONS`, filled with `params`."""

    reason: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value of a decision and why it is so.

    `matched` are the positions (from 1) of the rules of the decision's own table that held and
    `inputs` what they looked at; `tables` has the same for every table asked on the way. `notes`
    tell why values on the way are null.
    """

    decision_id: str
    value: Any
    matched: tuple[int, ...] = ()
    inputs: Mapping[str, Any] | None = None
    tables: tuple[TableAnswer, ...] = ()
    notes: tuple[Note, ...] = ()

    def required(self) -> Any:
        """The value, where a decision may not stay open. Raises NoRuleMatched when it is null."""
        if self.value is None:
            inputs = ", ".join(f"{label} = {value}" for label, value in (self.inputs or {}).items())
            raise NoRuleMatched(element=self.decision_id, inputs=inputs or "–")
        return self.value


_listener: ContextVar[Callable[[Outcome], None] | None] = ContextVar("listener", default=None)


@contextmanager
def listening(callback: Callable[[Outcome], None]) -> Iterator[None]:
    """Tell every decision made inside this context, in this thread, to `callback`."""
    token = _listener.set(callback)
    try:
        yield
    finally:
        _listener.reset(token)


def told(outcome: Outcome) -> Outcome:
    """The outcome, after whoever listens has heard of it."""
    callback = _listener.get()
    if callback is not None:
        callback(outcome)
    return outcome


class TracedEvaluation(Evaluation):
    """An evaluation that remembers the tables it asked, and why values are null."""

    def __init__(self) -> None:
        self.tables: list[TableAnswer] = []
        self.notes: list[Note] = []


def note(run: Evaluation, reason: str, **params: Any) -> None:
    """Record why a value is null, where somebody wants to know."""
    if isinstance(run, TracedEvaluation):
        known = Note(reason, params)
        if known not in run.notes and len(run.notes) < MOST_NOTES:
            run.notes.append(known)


def note_nulls(
    run: Evaluation, element: str, expression: Expression, scope: Mapping[str, Any]
) -> None:
    """Record what FEEL says about an expression that is null, by evaluating it once more."""
    if isinstance(run, TracedEvaluation):
        with suppress(FeelLimitExceeded):
            for fault in expression.explain(scope, limits=run.limits).reasons:
                note(run, "expression-null", element=element, fault=fault)
