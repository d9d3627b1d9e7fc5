"""An application with an engine on a real database, and a few handlers to play with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

import engine
from core.config import Settings
from core.database import reading, transaction
from engine import definitions, operations, queries, step
from engine.bpmn.activities import Known
from engine.bpmn.bundle import read_processes
from engine.events import EngineEvent
from engine.machine.advance import Budget
from engine.machine.process import ProcessSpec
from engine.queries import EVERYTHING, TaskView
from engine.runtime import Runtime
from tests.engine import machine
from tests.engine.unchanged import fingerprint


@dataclass
class Engine:
    """What tests do with an engine, each deed in its own transaction."""

    app: Flask
    runtime: Runtime
    events: list[EngineEvent] = field(default_factory=list)

    def deploy(self, *files: bytes, **named: bytes) -> str:
        content = {f"{number}.bpmn": text for number, text in enumerate(files)}
        content.update({name.replace("_", "."): text for name, text in named.items()})
        with transaction():
            return operations.deploy(content)

    def start(self, *files: bytes, **variables: Any) -> UUID:
        definition = self.deploy(*files)
        with transaction():
            return operations.start(definition, "p", variables)

    def act(self, deed: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with transaction():
            return deed(*arguments, **named)

    def tasks(self, instance_id: UUID) -> list[TaskView]:
        with reading():
            return queries.open_tasks(visible_to=EVERYTHING, instance_id=instance_id)

    def task(self, instance_id: UUID, element_id: str) -> TaskView:
        return next(task for task in self.tasks(instance_id) if task.element_id == element_id)

    def complete(self, instance_id: UUID, element_id: str, **variables: Any) -> None:
        task = self.task(instance_id, element_id)
        token = self.act(operations.claim, instance_id, task.id, "clerk")
        self.act(
            operations.complete_task,
            instance_id,
            task.id,
            token=token,
            actor="clerk",
            variables=variables,
        )

    def run_due(self) -> int:
        return engine.run_due_jobs(self.app)

    def variables(self, instance_id: UUID) -> Mapping[str, Any]:
        with reading():
            return queries.variables(instance_id, visible_to=EVERYTHING)

    def state(self, instance_id: UUID) -> str:
        with reading():
            return queries.find_instance(instance_id, visible_to=EVERYTHING).state

    def incidents(self, instance_id: UUID) -> list[queries.IncidentView]:
        with reading():
            return queries.incidents(visible_to=EVERYTHING, instance_id=instance_id)


@pytest.fixture(autouse=True)
def models_stay_as_parsed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test does, no parsed model is different afterwards: instances share them."""
    parsed: list[tuple[Mapping[str, ProcessSpec], int]] = []

    def read_and_remember(files: Mapping[str, bytes], known: Known) -> dict[str, ProcessSpec]:
        processes = read_processes(files, known)
        parsed.append((processes, fingerprint(processes)))
        return processes

    for module in (definitions, machine):
        monkeypatch.setattr(module, "read_processes", read_and_remember)
    yield
    for processes, before in parsed:
        assert fingerprint(processes) == before, f"a step changed the models {list(processes)}"


@pytest.fixture
def on(bare_app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine with its own event recorder; a busy machine must not make its steps shorter."""
    monkeypatch.setattr(step, "BUDGET", Budget(elements=500, seconds=60))
    runtime = engine.init_app(bare_app, settings)
    made = Engine(bare_app, runtime)
    runtime.subscribe(made.events.append)
    return made
