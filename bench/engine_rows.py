"""The engine against SpiffWorkflow as it comes, against the raw database, and against itself."""

import sqlite3
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from bench.measuring import Row, at_least, at_most, informing, interleaved, per_call
from bench.ours import MODELS, Ours, open_task, running_engine
from bench.stock import Stock
from core.database import transaction
from engine import operations
from engine.machine import state

SUBMITTED = {"ok": True, "amount": 5}
DATA = {"applicant": {"name": "Công ty A", "address": "x" * 900}}
CALLS = 60
SHORT, LONG = 40, 320


def rows() -> list[Row]:
    """All rows of this module."""
    return [*state_rows(), *database_rows(), chain_row()]


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
            "our memory": lambda: in_memory(ours),
            "stock memory": lambda: in_memory(stock),
        }
    )
    cycle = measured["ours"]
    return [
        at_least(
            "restore + advance + save",
            cycle,
            "stock serializer cycle",
            measured["stock"] / cycle,
            5,
        ),
        at_most(
            "restore + advance + save",
            cycle,
            "raw SpiffWorkflow in memory",
            cycle / measured["stock memory"],
            1.5,
        ),
        informing(
            "restore + advance + save",
            cycle,
            "our own machine in memory",
            cycle / measured["our memory"],
        ),
        informing(
            "advance in memory",
            measured["our memory"],
            "raw SpiffWorkflow in memory",
            measured["our memory"] / measured["stock memory"],
        ),
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


def database_rows() -> list[Row]:
    """Completing a task with everything written, against an in-memory step plus a raw commit."""
    _, stock = permit()
    with running_engine(), TemporaryDirectory() as folder:
        with transaction():
            definition = operations.deploy({"permit.bpmn": (MODELS / "permit.bpmn").read_bytes()})
        with closing(raw_database(Path(folder))) as raw:
            measured = interleaved(
                {
                    "engine": lambda: engine_step(definition),
                    "stock memory": lambda: in_memory(stock),
                    "commit": lambda: per_call(lambda: raw_commit(raw), CALLS),
                }
            )
    floor = measured["stock memory"] + measured["commit"]
    step = measured["engine"]
    return [
        at_least(
            "engine step with SQLite commit",
            step,
            "in-memory step + raw commit",
            floor / step,
            0.5,
        ),
        informing("engine step with SQLite commit", step, "raw commit", step / measured["commit"]),
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


def raw_database(folder: Path) -> sqlite3.Connection:
    """A bare SQLite file with the settings that an installation has."""
    raw = sqlite3.connect(folder / "raw.db", isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("CREATE TABLE instance (id TEXT PRIMARY KEY, version INT, state BLOB)")
    for table in ("task", "audit", "job"):
        raw.execute(f"CREATE TABLE {table} (id TEXT PRIMARY KEY, instance TEXT, payload BLOB)")
    raw.execute("INSERT INTO instance VALUES ('i', 0, ?)", (b"x" * 3000,))
    return raw


def raw_commit(raw: sqlite3.Connection) -> None:
    """The least that any engine must write: state, task, event and job, in one transaction."""
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("SELECT version, state FROM instance WHERE id = 'i'").fetchone()
    raw.execute("UPDATE instance SET version = version + 1, state = ?", (b"y" * 3000,))
    for table in ("task", "audit", "job"):
        raw.execute(f"INSERT INTO {table} VALUES (?, 'i', ?)", (str(uuid4()), b"z" * 500))
    raw.execute("COMMIT")


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
