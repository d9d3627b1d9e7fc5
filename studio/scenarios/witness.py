"""What was seen while a scenario was played: ways, rules, form conditions, work given, letters."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from engine.dmn.tracing import Outcome, listening
from engine.events import ElementEntered, EngineEvent
from engine.jobs.kinds import ActionCall, JobCall
from forms import Form
from forms.components import walk

Rule = tuple[str, str]
"""A table's id and a rule's id."""
Condition = tuple[str, str, bool]
"""A form's id, a component's id, and whether it was hidden."""


@dataclass
class Witness:
    """All that one performance showed, in its order."""

    walked: list[str] = field(default_factory=list)
    flows: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    rules: set[Rule] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)
    fields: set[tuple[str, str]] = field(default_factory=set)
    conditions: set[Condition] = field(default_factory=set)
    sent: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    letters: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    failed_on_purpose: set[UUID] = field(default_factory=set)

    def event(self, event: EngineEvent) -> None:
        """The engine told something."""
        if isinstance(event, ElementEntered):
            self.walked.append(event.element_id)
            self.flows.update(filter(None, [event.via]))

    def call(self, call: JobCall | ActionCall) -> None:
        """A service task gave work to somebody; free-standing jobs have a payload only."""
        payload = call.payload if isinstance(call, JobCall) else {}
        self.sent[call.kind] = {**payload, **call.variables}
        self.calls[call.kind] = self.calls.get(call.kind, 0) + 1

    def letter(self, request: Mapping[str, Any]) -> None:
        """A letter was typeset."""
        self.letters.append((request["template"], orjson.loads(request["data"])))

    def form(self, form_id: str, form: Form, answers: Mapping[str, Any]) -> None:
        """A form was sent with these answers."""
        self.forms.add(form_id)
        settled = form.settled(answers)
        hidden = {path[-1] for path in settled.hidden}
        for component in walk(form.components):
            if component.hide is not None:
                name = component.key or f"#{component.id}"
                self.conditions.add((form_id, component.id, name in hidden))
        self.fields.update((form_id, key) for key in _keys(settled.answers))

    @contextmanager
    def watching_decisions(self) -> Iterator[None]:
        """Note which rules hold in every decision made inside this context."""
        with listening(self._decided):
            yield

    def _decided(self, outcome: Outcome) -> None:
        for table in outcome.tables:
            self.tables.add(table.table_id)
            self.rules.update((table.table_id, rule.rule_id) for rule in table.rules)


def _keys(answers: Any) -> Iterator[str]:
    if isinstance(answers, Mapping):
        for key, value in answers.items():
            yield str(key)
            yield from _keys(value)
    elif isinstance(answers, list):
        for item in answers:
            yield from _keys(item)
