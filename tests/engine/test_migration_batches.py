"""Many instances go over by jobs: the report adds up, whatever happened to each meanwhile."""

from uuid import UUID

import pytest

from core.database import reading
from engine import history, operations, queries, suspension
from engine.errors import InstanceNotFound, MigrationNotFound, MigrationRefused
from engine.events import EngineEvent, InstanceMigrated
from engine.migration.operations import Cause, start_migration, work_item, work_waiting
from engine.migration.plan import plan
from engine.migration.queries import MigrationReport, migration_items, migration_report
from engine.migration.remarks import remark
from engine.models import HistoryKind
from engine.queries import EVERYTHING
from tests.engine.conftest import Engine
from tests.engine.models import flows, model, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
OLD = model(START + user("a") + user("b") + END + flows("s -> a", "a -> b", "b -> e"))
NEW = model(START + user("a") + user("c") + END + flows("s -> a", "a -> c", "c -> e"))
CAUSE = Cause("operator", "the law has changed", "release 2")


def begun(on: Engine, instance_ids: list[UUID] | None = None) -> UUID:
    old, new = on.deploy(OLD), on.deploy(NEW)
    with reading():
        found = plan(old, new, "p")
    identity: UUID = on.act(start_migration, found, CAUSE, instance_ids)
    return identity


def report(migration_id: UUID) -> MigrationReport:
    with reading():
        return migration_report(migration_id, visible_to=EVERYTHING)


def definition_of(instance_id: UUID) -> str:
    with reading():
        return queries.find_instance(instance_id, visible_to=EVERYTHING).definition_id


def test_every_instance_ends_in_one_column_of_the_report(on: Engine, each_database):
    stays, beyond, ended = (on.start(OLD) for _ in range(3))
    on.complete(beyond, "a")
    migration_id = begun(on)
    assert report(migration_id).counts["waiting"] == 3
    on.act(operations.cancel, ended, "no longer needed")

    on.run_due()

    found = report(migration_id)
    assert found.counts == {"waiting": 0, "migrated": 1, "refused": 1, "untouched": 1}
    assert found.is_done
    assert definition_of(stays) == on.deploy(NEW)
    assert definition_of(beyond) == definition_of(ended) == on.deploy(OLD)
    with reading():
        (refused,) = migration_items(migration_id, visible_to=EVERYTHING, state="refused")
    assert refused.instance_id == beyond
    assert [(each.code, each.element_id) for each in refused.remarks] == [("gone", "b")]
    assert str(refused.remarks[0]).startswith("“b” has no counterpart")


def test_an_instance_that_went_over_already_is_not_touched_again(on: Engine):
    instance_id = on.start(OLD)
    first, second = begun(on), begun(on)

    on.run_due()

    assert report(first).counts["migrated"] == report(second).counts["untouched"] == 1
    on.complete(instance_id, "a")
    assert [task.element_id for task in on.tasks(instance_id)] == ["c"]


def test_doing_an_instance_twice_changes_nothing(on: Engine):
    instance_id = on.start(OLD)
    migration_id = begun(on)

    for _ in range(2):
        on.act(work_item, migration_id, instance_id)
    on.run_due()

    assert report(migration_id).counts["migrated"] == 1
    assert [type(each) for each in on.events].count(InstanceMigrated) == 1


def test_the_history_of_an_instance_tells_of_it(on: Engine):
    instance_id = on.start(OLD)
    begun(on)
    on.run_due()

    with reading():
        entries = history.history(instance_id, visible_to=EVERYTHING)

    (found,) = [entry for entry in entries if entry.kind == HistoryKind.INSTANCE_MIGRATED]
    assert found.actor == "operator"
    assert found.details["reason"] == "the law has changed"
    assert found.details["target"] == on.deploy(NEW)
    assert entries[0].kind == HistoryKind.INSTANCE_STARTED


def test_subscribers_are_told_by_whom_why_and_where_to(on: Engine):
    on.start(OLD)
    begun(on)
    on.run_due()

    (told,) = [event for event in on.events if isinstance(event, InstanceMigrated)]
    assert (told.actor, told.reason, told.release) == ("operator", CAUSE.reason, "release 2")
    assert (told.source_definition_id, told.target_definition_id) == (
        on.deploy(OLD),
        on.deploy(NEW),
    )


def test_a_subscriber_that_cannot_follow_refuses_for_its_instance(on: Engine, each_database):
    instance_id = on.start(OLD)

    def refuse(event: EngineEvent) -> None:
        if isinstance(event, InstanceMigrated):
            raise MigrationRefused([remark("no-release", "p")])

    on.runtime.subscribe(refuse)
    migration_id = begun(on)
    on.run_due()

    assert report(migration_id).counts["refused"] == 1
    assert definition_of(instance_id) == on.deploy(OLD)
    on.complete(instance_id, "a")
    assert [task.element_id for task in on.tasks(instance_id)] == ["b"]


def test_a_suspended_instance_goes_over_and_on_when_it_is_resumed(on: Engine):
    instance_id = on.start(OLD)
    on.act(suspension.suspend, instance_id, actor="operator", reason="wait")
    migration_id = begun(on)

    on.run_due()

    assert report(migration_id).counts["migrated"] == 1
    assert on.state(instance_id) == "suspended"
    on.act(suspension.resume, instance_id, actor="operator")
    on.complete(instance_id, "a")
    assert [task.element_id for task in on.tasks(instance_id)] == ["c"]


def test_the_starter_may_work_them_all_himself(on: Engine):
    for _ in range(3):
        on.start(OLD)
    migration_id = begun(on)

    work_waiting(migration_id)

    assert report(migration_id).counts["migrated"] == 3
    assert on.run_due() == 3
    assert report(migration_id).counts["migrated"] == 3


def test_only_those_that_are_named_go_over(on: Engine):
    one, other = on.start(OLD), on.start(OLD)
    migration_id = begun(on, [one])

    on.run_due()

    assert sum(report(migration_id).counts.values()) == 1
    assert (definition_of(one), definition_of(other)) == (on.deploy(NEW), on.deploy(OLD))


def test_what_never_was_cannot_be_named(on: Engine):
    with pytest.raises(InstanceNotFound):
        begun(on, [UUID(int=1)])
    with pytest.raises(MigrationNotFound):
        report(UUID(int=1))
