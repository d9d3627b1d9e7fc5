"""A batch of migrations whose worker is killed in the middle: the report adds up, nothing is lost."""

import os
import signal
from collections import Counter
from random import Random
from uuid import UUID, uuid4

import pytest

import engine
from core.database import reading, transaction
from engine import operations, queries
from engine.migration.operations import Cause, start_migration
from engine.migration.plan import plan
from engine.migration.queries import MigrationReport, migration_items, migration_report
from engine.queries import EVERYTHING
from tests.chaos import house
from tests.chaos.house import BODY, EFFECTS, PROCESS, WAYS
from tests.chaos.site import Site
from tests.engine.models import flows, model, service

# The payment is no longer waited for, and there is one step more.
NEW_BODY = BODY.replace('<receiveTask id="m" messageRef="m_paid"/>', service("x", "effect"))
NEW_WAYS = WAYS.replace(flows("c -> m", "m -> d"), flows("c -> d"))
NEW = model(
    NEW_BODY + NEW_WAYS.replace(flows("j -> k", "k -> u"), flows("j -> k", "k -> x", "x -> u"))
)
ROUNDS = 8
PLACES = {"a", "b", "t", "c", "m", "d", "g", "h", "u", "l"}
DEFINITIONS = "SELECT id, definition_id, state FROM engine_instance"


class Batch:
    """Many cases of the old version, somewhere between start and end."""

    def __init__(self, site: Site, cases: int, seed: int) -> None:
        self.site, self.lots = site, Random(seed)
        with transaction():
            self.old = operations.deploy({"p.bpmn": PROCESS})
            self.new = operations.deploy({"p.bpmn": NEW})
        self.keys: dict[UUID, str] = {}
        for _ in range(ROUNDS):
            self.start(cases // ROUNDS)
            engine.run_due_jobs(site.app, limit=cases // 2)
            self.pay(0.3)
            self.complete_tasks(0.3)

    def start(self, count: int) -> None:
        for _ in range(count):
            key = uuid4().hex
            with transaction():
                self.keys[operations.start(self.old, "p", {"key": key})] = key

    def pay(self, share: float) -> None:
        waiting = "SELECT instance_id FROM engine_subscription WHERE closed_at IS NULL ORDER BY id"
        for row in self.site.rows(waiting):
            if self.lots.random() < share:
                with transaction():
                    operations.publish_message("paid", self.keys[row.instance_id], {})

    def complete_tasks(self, share: float) -> None:
        with reading():
            tasks = queries.open_tasks(visible_to=EVERYTHING, limit=100_000)
        for task in tasks:
            if self.lots.random() < share:
                with transaction():
                    token = operations.claim(task.instance_id, task.id, "clerk")
                    operations.complete_task(
                        task.instance_id, task.id, actor="clerk", token=token, variables={}
                    )

    def migrate(self) -> UUID:
        with reading():
            found = plan(self.old, self.new, "p")
        with transaction():
            return start_migration(found, Cause("operator", "a new law"))

    def report(self, migration_id: UUID) -> MigrationReport:
        with reading():
            return migration_report(migration_id, visible_to=EVERYTHING)

    def finish(self) -> bool:
        """Do what is asked of people; whether all cases have ended."""
        self.pay(1)
        self.complete_tasks(1)
        return not self.site.count("SELECT count(*) FROM engine_instance WHERE ended_at IS NULL")


def standing(site: Site) -> set[str]:
    """The elements at which something waits."""
    places = (
        "SELECT element_id FROM engine_task WHERE state = 'open' UNION"
        " SELECT element_id FROM engine_job WHERE token IS NOT NULL UNION"
        " SELECT element_id FROM engine_subscription WHERE closed_at IS NULL"
    )
    return {row.element_id for row in site.rows(places)}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("cases", [48, 1000])
def test_a_batch_outlives_the_death_of_a_worker(
    site: Site, monkeypatch: pytest.MonkeyPatch, cases: int
):
    monkeypatch.setattr(house, "LONGEST_CALL", 0)
    batch = Batch(site, cases, seed=12)
    # A few cases cannot stand everywhere.
    assert len(standing(site) & PLACES) >= min(len(PLACES), cases // 7)
    running = site.count("SELECT count(*) FROM engine_instance WHERE ended_at IS NULL")
    ended = cases - running

    migration_id = batch.migrate()
    victim = site.hire()
    done = "SELECT count(*) FROM engine_migration_item WHERE state <> 'waiting'"
    site.wait_until(lambda: site.count(done) >= running // 4, 60)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    assert site.count(done) < running
    site.hire()
    site.hire()
    site.wait_until(lambda: batch.report(migration_id).is_done, cases)

    check_report(batch, migration_id, running, ended)
    site.wait_until(batch.finish, cases)
    check_effects(batch)
    check_history(batch, migration_id)
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert site.count(deadlocks) == 0
    site.dismiss()


def check_report(batch: Batch, migration_id: UUID, running: int, ended: int) -> None:
    """Each instance is in one column, and runs in the version that this column says."""
    counts = batch.report(migration_id).counts
    assert sum(counts.values()) == running
    assert counts["migrated"]
    assert counts["refused"]
    outcomes = outcomes_of(migration_id)
    rows = batch.site.rows(DEFINITIONS)
    assert len(rows) == running + ended
    for row in rows:
        moved = outcomes.get(row.id) == "migrated"
        assert row.definition_id == (batch.new if moved else batch.old)


def outcomes_of(migration_id: UUID) -> dict[UUID, str]:
    with reading():
        items = migration_items(migration_id, visible_to=EVERYTHING, limit=100_000)
    reasons = {(each.code, each.element_id) for item in items for each in item.remarks}
    assert reasons <= {("gone", "m"), ("other-version", "p")}
    return {item.instance_id: item.state for item in items}


def check_effects(batch: Batch) -> None:
    """Every step took effect once, in whatever version."""
    rows = batch.site.rows("SELECT instance_id, step FROM chaos_effect")
    effects = Counter((row.instance_id, row.step) for row in rows)
    assert set(effects.values()) == {1}
    for instance_id in batch.keys:
        assert all(effects[instance_id, step] for step in EFFECTS), instance_id
    states = Counter(row.state for row in batch.site.rows(DEFINITIONS))
    assert states == {"completed": len(batch.keys)}


def check_history(batch: Batch, migration_id: UUID) -> None:
    """From the start to the end without a gap, the migration where there was one."""
    entries: dict[UUID, list[str]] = {}
    query = "SELECT instance_id, kind FROM engine_history ORDER BY instance_id, seq"
    for row in batch.site.rows(query):
        entries.setdefault(row.instance_id, []).append(row.kind)
    outcomes = outcomes_of(migration_id)
    for instance_id in batch.keys:
        kinds = entries[instance_id]
        assert (kinds[0], kinds[-1]) == ("instance-started", "instance-completed")
        moved = outcomes.get(instance_id) == "migrated"
        assert kinds.count("instance-migrated") == int(moved)
