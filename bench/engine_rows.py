"""The engine against SpiffWorkflow as it comes, against the raw database, and against itself."""

import sqlite3
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import func, select

from bench.measuring import Row, at_least, at_most, informing, interleaved, per_call
from bench.ours import MODELS, Ours, open_task, running_engine
from bench.stock import Stock
from core.database import Model, reading, transaction
from engine import operations
from engine.machine import state
from tests.servers import running_postgres

SUBMITTED = {"ok": True, "amount": 5}
DATA = {"applicant": {"name": "Công ty A", "address": "x" * 900}}
CALLS = 60
SHORT, LONG = 40, 320
RAW_TABLES = ("raw_task", "raw_audit", "raw_job")


def rows() -> list[Row]:
    """All rows of this module."""
    with running_postgres() as postgres, postgres.database(Model.metadata) as url:
        databases = [*database_rows("SQLite", ""), *database_rows("PostgreSQL", url)]
    return [*state_rows(), *databases, chain_row()]


def permit() -> tuple[Ours, Stock]:
    """The same process for both."""
    return (
        Ours((MODELS / "permit.bpmn").read_bytes(), "permit"),
        Stock((MODELS / "permit_stock.bpmn").read_bytes(), "permit"),
    )


def state_rows() -> list[Row]:
    """Restore, complete a task, run on, save: without a database."""
    ours, stock = permit()
    ours_saved, stock_saved = at_review(ours, stock)
    measured = interleaved(
        {
            "ours": lambda: per_call(lambda: ours.cycle(ours_saved, {}), CALLS),
            "stock": lambda: per_call(lambda: stock.cycle(stock_saved, {}), CALLS),
            "our_memory": lambda: in_memory(ours),
            "stock_memory": lambda: in_memory(stock),
        }
    )
    return told_of_state(**measured)


def told_of_state(
    *, ours: float, stock: float, our_memory: float, stock_memory: float
) -> list[Row]:
    """The rows of these seconds."""
    cycle, step = "restore + advance + save", "advance in memory"
    raw = "raw SpiffWorkflow in memory"
    return [
        at_least(cycle, ours, "stock serializer cycle", stock / ours, 5),
        at_most(cycle, ours, raw, ours / stock_memory, 1.5),
        informing(cycle, ours, "our own machine in memory", ours / our_memory),
        informing(step, our_memory, raw, our_memory / stock_memory),
    ]


def at_review(ours: Ours, stock: Stock) -> tuple[bytes, str]:
    """The permit at its review task, saved by both."""
    first, second = ours.start(dict(DATA)), stock.start(dict(DATA))
    ours.act(first, SUBMITTED)
    stock.act(second, SUBMITTED)
    return state.dump(first), str(stock.serializer.serialize_json(second))


def in_memory(engine: Ours | Stock) -> float:
    """Seconds per step from review to sign, in memory."""
    waiting: list[Any] = []
    for _ in range(CALLS):
        instance = engine.start(dict(DATA))
        engine.act(instance, SUBMITTED)
        waiting.append(instance)
    began = time.perf_counter()
    for instance in waiting:
        engine.act(instance, {})
    return (time.perf_counter() - began) / CALLS


def database_rows(name: str, url: str) -> list[Row]:
    """Completing a task with everything written, against an in-memory step plus a raw commit."""
    _, stock = permit()
    with running_engine(url), TemporaryDirectory() as folder:
        with transaction():
            definition = operations.deploy({"permit.bpmn": (MODELS / "permit.bpmn").read_bytes()})
        raw_database = raw_postgres(url) if url else raw_sqlite(Path(folder))
        with closing(raw_database) as raw:
            measured = interleaved(
                {
                    "engine": lambda: engine_step(definition),
                    "stock_memory": lambda: in_memory(stock),
                    "commit": lambda: per_call(raw.commit, CALLS),
                }
            )
        count = rows_of_an_instance(definition)
    title = f"engine step with commit on {name}"
    floor = measured["stock_memory"] + measured["commit"]
    step = measured["engine"]
    return [
        at_least(
            title,
            step,
            "in-memory step + raw commit",
            floor / step,
            0.5,
        ),
        informing(title, step, "raw commit", step / measured["commit"]),
        informing(f"rows of an instance at its second task: {count}", 0, name, count),
    ]


def engine_step(definition: str) -> float:
    """Seconds per completed review task, each its own committed transaction."""
    waiting = []
    with transaction():
        started = [operations.start(definition, "permit", DATA) for _ in range(CALLS)]
    for instance_id in started:
        complete(instance_id, SUBMITTED)
        task_id = open_task(instance_id)
        with transaction():
            waiting.append((instance_id, task_id, operations.claim(instance_id, task_id, "a")))
    began = time.perf_counter()
    for instance_id, task_id, token in waiting:
        with transaction():
            operations.complete_task(instance_id, task_id, token=token, actor="a", variables={})
    return (time.perf_counter() - began) / CALLS


def complete(instance_id: Any, variables: dict[str, Any]) -> None:
    """Claim and complete the open task."""
    task_id = open_task(instance_id)
    with transaction():
        token = operations.claim(instance_id, task_id, "a")
        operations.complete_task(instance_id, task_id, token=token, actor="a", variables=variables)


class RawDatabase:
    """The least that any engine must write: state, task, event and job, in one transaction."""

    def __init__(self, connection: Any, mark: str, begin: str) -> None:
        self.connection, self.mark, self.begin = connection, mark, begin
        self._execute("CREATE TABLE raw_instance (id TEXT PRIMARY KEY, version INT, state BLOB)")
        for table in RAW_TABLES:
            self._execute(f"CREATE TABLE {table} (id TEXT PRIMARY KEY, of_ TEXT, payload BLOB)")
        self._execute("INSERT INTO raw_instance VALUES ('i', 0, ?)", b"x" * 3000)

    def commit(self) -> None:
        """One such transaction."""
        self._execute(self.begin)
        self._execute("SELECT version, state FROM raw_instance WHERE id = 'i'").fetchone()
        self._execute("UPDATE raw_instance SET version = version + 1, state = ?", b"y" * 3000)
        for table in RAW_TABLES:
            self._execute(f"INSERT INTO {table} VALUES (?, 'i', ?)", str(uuid4()), b"z" * 500)
        self._execute("COMMIT")

    def close(self) -> None:
        self.connection.close()

    def _execute(self, statement: str, *values: object) -> Any:
        spoken = statement.replace("?", self.mark)
        if self.mark == "%s":
            spoken = spoken.replace("BLOB", "BYTEA")
        return self.connection.execute(spoken, values)


def raw_sqlite(folder: Path) -> RawDatabase:
    """A bare SQLite file with the settings that an installation has."""
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return RawDatabase(connection, "?", "BEGIN IMMEDIATE")


def raw_postgres(url: str) -> RawDatabase:
    """The same server, by its driver alone."""
    address = url.replace("postgresql+psycopg", "postgresql")
    return RawDatabase(psycopg.connect(address, autocommit=True), "%s", "BEGIN")


def rows_of_an_instance(definition: str) -> int:
    """How many rows all tables of the engine hold for one case at its second task."""
    with transaction():
        instance_id = operations.start(definition, "permit", DATA)
    complete(instance_id, SUBMITTED)
    with reading() as session:
        return sum(
            session.execute(
                select(func.count()).select_from(table).where(table.c[key] == instance_id)
            ).scalar_one()
            for table in Model.metadata.tables.values()
            if table.name.startswith("engine_")
            for key in ("id" if table.name == "engine_instance" else "instance_id",)
            if key in table.c
        )


def chain_row() -> Row:
    """What one node of a chain of scripts and gateways costs, in a short chain and in a long one."""
    short, long = Ours(chain(SHORT), "chain"), Ours(chain(LONG), "chain")
    measured = interleaved(
        {
            "short": lambda: per_call(lambda: short.start({"n": 0}), 20) / SHORT,
            "long": lambda: per_call(lambda: long.start({"n": 0}), 4) / LONG,
        }
    )
    ratio = measured["long"] / measured["short"]
    return at_most(
        f"chain of {LONG} scripts and gateways, per node",
        measured["long"],
        f"chain of {SHORT}, per node",
        ratio,
        2,
    )


def chain(nodes: int) -> bytes:
    """Scripts and exclusive gateways in turns."""
    names = [f"n{number}" for number in range(nodes)]
    script = (
        '<scriptTask id="{}"><extensionElements><zeebe:script expression="=n + 1" '
        'resultVariable="n"/></extensionElements></scriptTask>'
    )
    drawn = [
        script.format(name) if number % 2 else f'<exclusiveGateway id="{name}"/>'
        for number, name in enumerate(names)
    ]
    ways = [
        f'<sequenceFlow id="f{number}" sourceRef="{one}" targetRef="{other}"/>'
        for number, (one, other) in enumerate(pairwise(["s", *names]))
    ]
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:bench">'
        '<process id="chain" isExecutable="true"><startEvent id="s"/>'
        f"{''.join(drawn)}{''.join(ways)}</process></definitions>"
    ).encode()
