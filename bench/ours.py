"""Our machine without a database, and the engine with one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from flask import Flask

import engine
from core import database
from core.clock import now
from core.config import Settings
from core.database import Model, db
from core.ids import new_id
from engine import queries
from engine.bpmn.activities import Known
from engine.bpmn.bundle import read_processes
from engine.machine import state
from engine.machine.advance import Budget, advance, start
from engine.machine.process import Instance, ProcessSpec
from engine.machine.token import Token

MODELS = Path(__file__).parent / "models"
PLENTY = Budget(elements=100_000, seconds=60)


class Alone:
    """The world around a machine that needs none: actions do nothing."""

    def __init__(self, processes: Mapping[str, ProcessSpec]) -> None:
        self.processes = processes

    def now(self) -> datetime:
        return now()

    def process(self, process_id: str) -> ProcessSpec:
        return self.processes[process_id]

    def is_action(self, kind: str) -> bool:
        return kind == "register"

    def perform(self, _token: Token, _kind: str) -> Mapping[str, Any] | None:
        return {}

    def decide(self, token: Token, decision_id: str) -> Any:
        raise NotImplementedError


class Ours:
    """A process of our machine, driven by its user tasks."""

    def __init__(self, content: bytes, process_id: str) -> None:
        known = Known(kind=lambda _: True, decision=lambda _: False)
        self.host = Alone(read_processes({"model.bpmn": content}, known))
        self.spec = self.host.processes[process_id]
        self.identity = new_id()

    def start(self, data: dict[str, Any]) -> Instance:
        """A new instance, run to its first user task."""
        instance = Instance(self.spec, self.identity, "", self.host)
        start(instance, data)
        advance(instance, PLENTY)
        instance.drain()
        return instance

    def act(self, instance: Instance, data: dict[str, Any]) -> None:
        """Complete the open user task, and run on."""
        (token,) = [token for token in instance.walk() if "row" in token.internal_data]
        token.task_spec.finish(token, data)
        advance(instance, PLENTY)
        instance.drain()

    def restore(self, saved: bytes) -> Instance:
        """The instance that was saved."""
        return state.load(saved, self.spec, self.identity, "", self.host)

    def cycle(self, saved: bytes, data: dict[str, Any]) -> bytes:
        """Restore, act, save."""
        instance = self.restore(saved)
        self.act(instance, data)
        return state.dump(instance)


@contextmanager
def running_engine(url: str = "") -> Iterator[Flask]:
    """An application with an engine on this database, else on an SQLite file; its tables are made."""
    with TemporaryDirectory() as folder:
        settings = Settings(data_directory=Path(folder), database_url=url, embedded_workers=0)
        app = Flask("bench")
        database.init_app(app, settings)
        runtime = engine.init_app(app, settings)
        runtime.on_action("register", lambda _call: {})
        with app.app_context():
            Model.metadata.create_all(db.engine)
            yield app
            db.session.remove()
            db.engine.dispose()


def open_task(instance_id: UUID) -> UUID:
    """The one open task of an instance."""
    with database.reading():
        found = queries.open_tasks(visible_to=queries.EVERYTHING, instance_id=instance_id)
    return found[0].id
