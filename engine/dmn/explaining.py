"""An outcome in words, for clerks, applicants and courts: what was looked at, and what follows."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from core.errors import N_, MotcuaError
from core.i18n import translated
from engine.dmn.tracing import Note, Outcome, RuleHit, TableAnswer
from engine.dmn.words import in_words, literal

REASONS: Mapping[str, str] = {
    "input-missing": N_("The input “%(element)s” was not given."),
    "input-not-foreseen": N_("The value of “%(element)s” is none of those the table foresees."),
    "not-of-its-type": N_(
        "The value %(value)s of “%(element)s” is not of its declared type and counts as unknown."
    ),
    "expression-null": N_("In the expression of “%(element)s”: %(fault)s."),
    "no-rule": N_("No rule of the table %(element)s holds, and it has no default."),
}
_ASKED = N_("“%(decision)s” looked at: %(inputs)s.")
_HELD = N_("Rule %(position)s holds because %(conditions)s; it gives %(outputs)s.")
_ALWAYS = N_("Rule %(position)s holds always; it gives %(outputs)s.")
_NOTED = N_("Noted beside rule %(position)s: %(annotations)s.")
_NONE = N_("No rule holds.")
_ANSWER = N_("The answer is %(value)s.")
_UNKNOWN = N_("There is no answer.")
_CONDITION = N_("%(label)s (%(value)s) meets “%(cell)s”")


class Sentence(NamedTuple):
    """A message id and what fills it."""

    message: str
    params: Mapping[str, Any]


Speak = Callable[[str, Mapping[str, Any]], str]


def explain(outcome: Outcome, speak: Speak = translated) -> str:
    """The outcome as sentences in the reader's language, one a line."""
    return "\n".join(speak(*sentence) for sentence in _sentences(outcome, speak))


def _sentences(outcome: Outcome, speak: Speak) -> Iterator[Sentence]:
    for table in outcome.tables:
        inputs = in_words(table.inputs)
        yield Sentence(_ASKED, {"decision": table.decision or table.table_id, "inputs": inputs})
        for rule in table.rules:
            yield from _about(rule, table, speak)
        if not table.rules:
            yield Sentence(_NONE, {})
    yield from (_reason(note, speak) for note in outcome.notes)
    known = outcome.value is not None
    yield Sentence(_ANSWER if known else _UNKNOWN, {"value": literal(outcome.value)})


def _about(rule: RuleHit, table: TableAnswer, speak: Speak) -> Iterator[Sentence]:
    conditions = ", ".join(
        speak(_CONDITION, {"label": label, "value": literal(value), "cell": cell})
        for (label, value), cell in zip(table.inputs.items(), rule.conditions, strict=False)
        if cell != "-"
    )
    outputs = ", ".join(rule.outputs)
    params = {"position": rule.position, "conditions": conditions, "outputs": outputs}
    yield Sentence(_HELD if conditions else _ALWAYS, params)
    annotations = "; ".join(filter(None, rule.annotations))
    if annotations:
        yield Sentence(_NOTED, {"position": rule.position, "annotations": annotations})


def _reason(note: Note, speak: Speak) -> Sentence:
    params = {name: _said(value, speak) for name, value in note.params.items()}
    return Sentence(REASONS[note.reason], {**params, "element": note.params["element"]})


def _said(value: Any, speak: Speak) -> str:
    if isinstance(value, MotcuaError):
        return speak(value.title, value.params)
    return literal(value)
