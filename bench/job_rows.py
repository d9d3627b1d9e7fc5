"""Jobs on PostgreSQL, ordered per dossier, by one worker process and by two; and idle polls."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import text

from bench.draining import EFFECTS, GO, KIND, READY, build, fill
from bench.measuring import Row, at_least, at_most, informing, per_call
from bench.ours import running_engine
from core.database import Model, db
from engine.jobs.prospects import AT_ONCE
from engine.jobs.table import candidates
from tests.servers import Postgres, running_postgres

INSTANCES, EACH, ROUNDS = 300, 6, 3
JOBS = INSTANCES * EACH
FEW, MANY = 1_000, 1_000_000
POLLS = 200
# Timers that fall due next year, made by the database itself: a million rows one by one take minutes.
_WAITING = {
    "postgresql": """
        INSERT INTO engine_job (instance_id, id, seq, kind, element_id, payload, due_at, priority,
            attempts, max_attempts, state, last_error, fingerprint, created_at)
        SELECT gen_random_uuid(), gen_random_uuid(), 1, 'engine.timer', 't', '{}',
            now() + interval '1 year' + number * interval '1 second', 0, 0, 1, 'ready', '', '', now()
        FROM generate_series(1, :count) number""",
    "sqlite": """
        WITH RECURSIVE series(number) AS
            (SELECT 1 UNION ALL SELECT number + 1 FROM series WHERE number < :count)
        INSERT INTO engine_job (instance_id, id, seq, kind, element_id, payload, due_at, priority,
            attempts, max_attempts, state, last_error, fingerprint, created_at)
        SELECT lower(hex(randomblob(16))), lower(hex(randomblob(16))), 1, 'engine.timer', 't', '{}',
            datetime('now', '+1 year', number || ' seconds'), 0, 0, 1, 'ready', '', '',
            datetime('now')
        FROM series""",
}

_FREE_JOBS = """
    SELECT instance_id, id, kind FROM engine_job job
    WHERE state = 'ready' AND due_at <= now()
        AND (lease_until IS NULL OR lease_until < extract(epoch FROM clock_timestamp()))
        AND NOT EXISTS (SELECT 1 FROM engine_job earlier WHERE earlier.instance_id = job.instance_id
            AND earlier.lane = job.lane AND earlier.seq < job.seq)
    ORDER BY due_at LIMIT 32"""
_BARE_CLAIM = """
    UPDATE engine_job SET locked_by = %(lock)s, attempts = attempts + 1,
        lease_until = extract(epoch FROM clock_timestamp()) + 60
    WHERE instance_id = %(instance)s AND id = %(job)s AND state = 'ready' AND due_at <= now()
        AND (lease_until IS NULL OR lease_until < extract(epoch FROM clock_timestamp()))
    RETURNING kind, token, element_id, payload, attempts, max_attempts"""
_BARE_LOCK = "SELECT state FROM engine_instance WHERE id = %(instance)s FOR UPDATE"
_BARE_FINISH = """
    DELETE FROM engine_job
    WHERE instance_id = %(instance)s AND id = %(job)s AND locked_by = %(lock)s"""


def rows() -> list[Row]:
    """All rows of this module."""
    with running_postgres() as postgres:
        return [*drain_rows(postgres), *idle_rows(postgres)]


def drain_rows(postgres: Postgres) -> list[Row]:
    """Jobs a second: claim, insert one row, complete; each job a transaction of its own."""
    speeds: dict[int, list[float]] = {1: [], 2: []}
    floors = []
    for _ in range(ROUNDS):
        floors.append(bare_jobs_per_second(postgres))
        for workers, seen in speeds.items():
            seen.append(jobs_per_second(postgres, workers))
    one, two = median(speeds[1]), median(speeds[2])
    title = "job on PostgreSQL, ordered, one worker"
    return [
        at_least(title, 1 / one, "1,000 jobs/s", one / 1000, 1),
        informing(title, 1 / one, "the same statements without a library", one / median(floors)),
        at_least("job on PostgreSQL, two workers", 1 / two, "one worker", two / one, 1.5),
    ]


def jobs_per_second(postgres: Postgres, workers: int) -> float:
    """How fast these workers empty a table, from the first one's start to the last one's end."""
    with postgres.database(Model.metadata) as url, ExitStack() as stack:
        app, _ = build(url)
        with app.app_context():
            with db.engine.begin() as connection:
                connection.execute(text(EFFECTS))
            fill(INSTANCES, EACH)
            running = [stack.enter_context(worker(url)) for _ in range(workers)]
            times = [times_of(each) for each in told_to_go(running)]
            with db.engine.connect() as connection:
                done = connection.execute(text("SELECT count(*) FROM bench_effect")).scalar_one()
            db.session.remove()
            db.engine.dispose()
    assert done == JOBS, done
    return JOBS / (max(end for _, end in times) - min(start for start, _ in times))


def bare_jobs_per_second(postgres: Postgres) -> float:
    """How fast one connection does what a worker asks of the server, and nothing else."""
    with postgres.database(Model.metadata) as url:
        app, _ = build(url)
        with app.app_context():
            with db.engine.begin() as connection:
                connection.execute(text(EFFECTS))
            fill(INSTANCES, EACH)
            db.engine.dispose()
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            jobs = connection.execute("SELECT instance_id, id FROM engine_job ORDER BY seq")
            began = time.monotonic()
            for number, (instance, job) in enumerate(jobs.fetchall()):
                if number % AT_ONCE == 0:
                    connection.execute(_FREE_JOBS).fetchall()
                work_bare(connection, instance, job)
            return JOBS / (time.monotonic() - began)


def work_bare(connection: "psycopg.Connection[Any]", instance: UUID, job: UUID) -> None:
    """One job: claimed, then its instance locked, itself deleted and its effect written."""
    of, lock = {"instance": instance, "job": job}, uuid4()
    connection.execute(_BARE_CLAIM, {**of, "lock": lock}).fetchone()
    with connection.transaction():
        connection.execute(_BARE_LOCK, of).fetchone()
        connection.execute(_BARE_FINISH, {**of, "lock": lock})
        connection.execute("INSERT INTO bench_effect VALUES (%(instance)s, %(job)s)", of)


@contextmanager
def worker(url: str) -> Iterator["subprocess.Popen[str]"]:
    """A worker process that is ready to begin."""
    command = [sys.executable, "-m", "bench.draining", url]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == READY
        yield process


def told_to_go(running: list["subprocess.Popen[str]"]) -> list["subprocess.Popen[str]"]:
    """All of them begin now."""
    for process in running:
        assert process.stdin is not None
        process.stdin.write(f"{GO}\n")
    return running


def times_of(process: "subprocess.Popen[str]") -> tuple[float, float]:
    """When a worker began and ended, by a clock that all processes share."""
    assert process.stdout is not None
    began, ended = process.stdout.readline().split()
    return float(began), float(ended)


def idle_rows(postgres: Postgres) -> list[Row]:
    """What a poll costs that finds nothing, while few and while very many timers wait."""
    made = []
    for name in ("SQLite", "PostgreSQL"):
        few, many = (idle_poll(postgres, name, count) for count in (FEW, MANY))
        title = f"idle poll on {name} with {MANY:,} waiting timers"
        made.append(at_most(title, many, f"with {FEW:,}", many / few, 2))
    return made


def idle_poll(postgres: Postgres, name: str, count: int) -> float:
    """Seconds of one poll with so many timers that are not due; the median of many."""
    with ExitStack() as stack:
        url = "" if name == "SQLite" else stack.enter_context(postgres.database(Model.metadata))
        stack.enter_context(running_engine(url))
        with db.engine.begin() as connection:
            connection.execute(text(_WAITING[connection.dialect.name]), {"count": count})
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        kinds = {KIND, "engine.timer", "engine.deliver"}
        assert candidates(kinds) == []
        return median(per_call(lambda: candidates(kinds), 20) for _ in range(POLLS // 20))


if __name__ == "__main__":
    began = time.monotonic()
    for row in rows():
        print(row.name, row.value, round(row.ratio, 2), row.goal, row.ok)
    print(time.monotonic() - began)
