"""Those who act from outside: they start cases, send messages and complete tasks, and write it down."""

import json
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from threading import Event, Lock
from typing import Any, TypeVar
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from core.database import db, transaction
from core.errors import MotcuaError
from engine import operations, queries
from engine.queries import EVERYTHING, TaskView
from engine.runtime import current_runtime
from tests.chaos.house import PROCESS

T = TypeVar("T")
MOST_OPEN = 60
LOOSE_JOBS = 8
# Payments of cases that have had the time to come to where they wait.
MOST_OWED = 100
_OPEN = text("SELECT count(*) FROM engine_instance WHERE state = 'active'")


class Ledger:
    """What was acknowledged, in memory and in a file; and how often the database was away."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8")
        self._lock = Lock()
        self.acknowledged: dict[str, list[UUID]] = {"start": [], "complete": [], "loose": []}
        self.counts: Counter[str] = Counter()

    def acknowledge(self, what: str, instance_id: UUID) -> None:
        with self._lock:
            self.acknowledged[what].append(instance_id)
            self._file.write(json.dumps([what, str(instance_id)]) + "\n")
            self._file.flush()

    def close(self) -> None:
        self._file.close()


class Public:
    """One application of its own, used by several threads."""

    def __init__(self, app: Flask, ledger: Ledger) -> None:
        self.app, self.ledger = app, ledger
        with app.app_context(), transaction():
            self._definition = operations.deploy({"p.bpmn": PROCESS})

    def apply(self, random: Random, over: Event) -> None:
        """Start cases and send what they wait for: too early, in time, twice, and too late."""
        owed: deque[Callable[[], None]] = deque()
        while not over.is_set():
            while len(owed) > MOST_OWED:
                owed.popleft()()
            if self._patiently(lambda: db.session.execute(_OPEN).scalar_one()) > MOST_OPEN:
                over.wait(0.1)
                if owed:
                    owed.popleft()()
                continue
            instance_id = uuid4()
            pay = partial(self._publish, instance_id, "payment")
            early, late = random.randint(0, 2), random.randint(1, 2)
            deeds = [pay] * early + [partial(self._start, instance_id)]
            deeds += [partial(self._enqueue)] * random.randint(0, LOOSE_JOBS)
            random.shuffle(deeds)
            for each in deeds:
                each()
            owed.extend([pay] * late)
            if random.random() < 0.2:
                owed.append(partial(self._publish, instance_id, str(uuid4())))
        for deed in owed:
            deed()

    def decide(self, actor: str, over: Event) -> None:
        """Claim and complete whatever is open, in a race with the others."""
        while not over.is_set():
            tasks = self._patiently(lambda: queries.open_tasks(visible_to=EVERYTHING))
            for task in tasks:
                self._decide_one(task, actor)
            over.wait(0.1)

    def _decide_one(self, task: TaskView, actor: str) -> None:
        where = (task.instance_id, task.id)
        try:
            token = self._once(lambda: operations.claim(*where, actor))
            done: dict[str, Any] = {"token": token, "actor": actor, "variables": {"by": actor}}
            self._once(lambda: operations.complete_task(*where, **done))
        except MotcuaError as refusal:
            self.ledger.counts[refusal.code] += 1
        except SQLAlchemyError:
            self.ledger.counts["database away"] += 1
        else:
            self.ledger.acknowledge("complete", task.instance_id)

    def _start(self, instance_id: UUID) -> None:
        variables = {"key": str(instance_id)}
        start = ("p", variables)
        try:
            self._patiently(
                lambda: operations.start(self._definition, *start, instance_id=instance_id)
            )
        except IntegrityError:
            # The first try was committed, and its answer lost.
            self.ledger.counts["answer lost"] += 1
        self.ledger.acknowledge("start", instance_id)

    def _publish(self, instance_id: UUID, message_id: str) -> None:
        key = str(instance_id)
        outcome = self._patiently(lambda: operations.publish_message("paid", key, {}, message_id))
        self.ledger.counts[f"message {outcome}"] += 1

    def _enqueue(self) -> None:
        instance_id = uuid4()
        self._patiently(
            lambda: current_runtime().enqueue("effect", instance_id, {}, idempotency_key="once")
        )
        self.ledger.acknowledge("loose", instance_id)

    def _once(self, deed: Callable[[], T]) -> T:
        with self.app.app_context(), transaction():
            return deed()

    def _patiently(self, deed: Callable[[], T]) -> T:
        """Try again while the database is away, as a client does."""
        while True:
            try:
                return self._once(deed)
            except IntegrityError:
                raise
            except SQLAlchemyError:
                self.ledger.counts["database away"] += 1
                Event().wait(0.2)
