"""Running instances go over to another version: what waits goes on waiting, what cannot is refused."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest

from core import clock
from core.database import reading
from engine import operations, queries
from engine.errors import InstanceEnded, MappingRefused, MigrationRefused
from engine.migration.operations import Cause, check, migrate
from engine.migration.plan import MigrationPlan, Renewal, plan
from engine.models import Job
from engine.queries import EVERYTHING
from tests.engine.conftest import Engine
from tests.engine.models import (
    boundary,
    duration,
    extended,
    flows,
    many,
    mapping,
    message,
    model,
    script,
    service,
    user,
)
from tests.engine.test_compensation import throw, undone

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
CAUSE = Cause("operator", "because")
ONE = model(START + user("a") + END + flows("s -> a", "a -> e"))


def planned(
    on: Engine,
    old: bytes,
    new: bytes,
    pairs: Mapping[str, str] | None = None,
    **options: frozenset[Renewal],
) -> MigrationPlan:
    """A plan between two models that are both deployed."""
    with reading():
        return plan(on.deploy(old), on.deploy(new), "p", pairs, **options)


def moved(
    on: Engine,
    instance_id: UUID,
    old: bytes,
    new: bytes,
    pairs: Mapping[str, str] | None = None,
    **options: frozenset[Renewal],
) -> None:
    """Migrate, and see that trying it beforehand says the same."""
    found = planned(on, old, new, pairs, **options)
    with reading():
        assert check(instance_id, found).against == ()
    on.act(migrate, instance_id, found, CAUSE)


def refused(
    on: Engine, instance_id: UUID, old: bytes, new: bytes, pairs: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """The reasons (code and element) why it cannot be done; the instance must be as it was."""
    found = planned(on, old, new, pairs)
    before = seen(instance_id)
    with reading():
        tried = check(instance_id, found).against
    with pytest.raises(MigrationRefused) as caught:
        on.act(migrate, instance_id, found, CAUSE)
    assert caught.value.reasons == tried
    assert seen(instance_id) == before
    return [(each.code, each.element_id) for each in tried]


def seen(instance_id: UUID) -> queries.InstanceView:
    with reading():
        return queries.find_instance(instance_id, visible_to=EVERYTHING)


def places(on: Engine, instance_id: UUID) -> list[str]:
    return [task.element_id for task in on.tasks(instance_id)]


# --- tasks


def test_a_claimed_task_goes_over_with_its_claim_and_ends_in_the_new_version(
    on: Engine, each_database
):
    new = model(START + user("a") + user("b") + END + flows("s -> a", "a -> b", "b -> e"))
    instance_id = on.start(ONE)
    task = on.task(instance_id, "a")
    token = on.act(operations.claim, instance_id, task.id, "ann")

    moved(on, instance_id, ONE, new)
    assert on.task(instance_id, "a").id == task.id
    assert on.task(instance_id, "a").holder == "ann"
    on.act(
        operations.complete_task, instance_id, task.id, token=token, actor="ann", variables={"x": 1}
    )

    assert places(on, instance_id) == ["b"]
    assert seen(instance_id).definition_id == on.deploy(new)
    on.complete(instance_id, "b")
    assert on.state(instance_id) == "completed"
    assert on.variables(instance_id) == {"x": 1}


def test_a_task_takes_over_what_is_drawn_differently_but_keeps_its_time_limit(on: Engine):
    def task(form: str, group: str, due: str) -> bytes:
        drawn = extended(
            "userTask",
            "a",
            f'<zeebe:formDefinition formId="{form}"/>',
            f'<zeebe:assignmentDefinition candidateGroups="{group}"/>',
            f'<zeebe:taskSchedule dueDate="{due}"/>',
        )
        return model(START + drawn + flows("s -> a"))

    old = task("f", "clerks", "2026-12-01T00:00:00Z")
    new = task("g", "=people", "2027-01-01T00:00:00Z")
    instance_id = on.start(old, people=["chiefs", "clerks"])

    moved(on, instance_id, old, new)

    (found,) = on.tasks(instance_id)
    assert (found.form_key, found.candidate_groups) == ("g", ["chiefs", "clerks"])
    assert found.due_at.isoformat() == "2026-12-01T00:00:00+00:00"
    assert found.version == 2
    with reading():
        listed = queries.open_tasks(visible_to=EVERYTHING, groups=["chiefs"])
    assert [each.id for each in listed] == [found.id]


def test_time_limits_are_renewed_when_the_plan_says_so(on: Engine):
    def task(due: str) -> bytes:
        drawn = extended("userTask", "a", f'<zeebe:taskSchedule dueDate="{due}"/>')
        return model(START + drawn + flows("s -> a"))

    old, new = task("2026-12-01T00:00:00Z"), task("2027-01-01T00:00:00Z")
    instance_id = on.start(old)

    moved(on, instance_id, old, new, renew=frozenset({Renewal.LIMITS}))

    assert on.task(instance_id, "a").due_at.isoformat() == "2027-01-01T00:00:00+00:00"


def test_an_element_may_have_another_id_when_the_designer_says_so(on: Engine):
    new = model(START + user("z") + END + flows("s -> z", "z -> e"))
    instance_id = on.start(ONE)
    task = on.task(instance_id, "a")

    moved(on, instance_id, ONE, new, {"a": "z"})

    assert on.task(instance_id, "z").id == task.id
    on.complete(instance_id, "z")
    assert on.state(instance_id) == "completed"


# --- refusals


def test_what_is_gone_is_refused_with_its_element(on: Engine):
    instance_id = on.start(ONE)

    assert refused(on, instance_id, ONE, model(START + END + flows("s -> e"))) == [("gone", "a")]


def test_what_is_gone_refuses_only_those_who_stand_there(on: Engine):
    old = model(START + user("a") + user("b") + flows("s -> a", "a -> b"))
    here, beyond = on.start(old), on.start(old)
    on.complete(beyond, "a")
    new = model(START + user("b") + flows("s -> b"))

    assert refused(on, here, old, new) == [("gone", "a")]
    moved(on, beyond, old, new)


OTHERS = {
    "another kind": (service("a"), "other-kind"),
    "a multi-instance body": (user("a", inside=many("=[1]")), "other-loop"),
    "a subprocess": (
        f'<subProcess id="sub"><startEvent id="is"/>{user("a")}{flows("is -> a")}</subProcess>',
        "other-scope",
    ),
}


@pytest.mark.parametrize("into", sorted(OTHERS))
def test_no_task_becomes_what_it_is_not(on: Engine, into: str):
    on.runtime.on_job("outside", None)
    drawn, code = OTHERS[into]
    first = "sub" if "subProcess" in drawn else "a"
    instance_id = on.start(ONE)

    assert refused(on, instance_id, ONE, model(START + drawn + flows(f"s -> {first}"))) == [
        (code, "a")
    ]


def test_an_element_to_which_no_way_leads_is_refused(on: Engine):
    island = user("b") + '<exclusiveGateway id="x"/>' + flows("b -> x", "x -> b")
    new = model(START + user("a") + island + flows("s -> a"))
    instance_id = on.start(ONE)

    assert refused(on, instance_id, ONE, new, {"a": "b"}) == [("unreachable", "a")]


def test_a_mapping_must_name_elements_that_are_there(on: Engine):
    with pytest.raises(MappingRefused):
        planned(on, ONE, ONE, {"a": "nowhere"})
    with pytest.raises(MappingRefused):
        planned(on, ONE, ONE, {"nowhere": "a"})


def test_only_instances_of_the_source_version_go_over(on: Engine):
    new = model(START + user("a") + flows("s -> a"))
    instance_id = on.start(new)

    assert refused(on, instance_id, ONE, new) == [("other-version", "p")]


def test_an_ended_instance_is_left_alone(on: Engine):
    instance_id = on.start(ONE)
    on.complete(instance_id, "a")

    with pytest.raises(InstanceEnded):
        on.act(migrate, instance_id, planned(on, ONE, ONE), CAUSE)


# --- joins


def split(*branches: str, join: str = "j", more: str = "") -> bytes:
    """Parallel branches of one user task each, and a task behind the join."""
    gateways = f'<parallelGateway id="f"/><parallelGateway id="{join}"/>'
    ways = [way for each in branches for way in (f"f -> {each}", f"{each} -> {join}")]
    drawn = START + gateways + "".join(map(user, branches)) + user("z") + END + more
    return model(drawn + flows("s -> f", *ways, f"{join} -> z", "z -> e"))


def test_a_token_that_waits_at_a_join_goes_on_waiting_there(on: Engine):
    old = split("a", "b")
    instance_id = on.start(old)
    on.complete(instance_id, "a")

    moved(on, instance_id, old, split("a", "b", join="k"), {"j": "k"})

    assert places(on, instance_id) == ["b"]
    on.complete(instance_id, "b")
    assert places(on, instance_id) == ["z"]


def test_a_join_whose_other_branch_could_never_come_is_refused_with_the_way(on: Engine):
    old, new = split("a", "b"), split("a", "b", "c")
    instance_id = on.start(old)
    on.complete(instance_id, "a")

    assert refused(on, instance_id, old, new) == [("stuck", "j")]


def test_before_the_split_a_new_branch_is_no_hindrance(on: Engine):
    def with_first(*branches: str) -> bytes:
        drawn = split(*branches).decode()
        flow = flows("s -> f")
        return drawn.replace(flow, user("first") + flows("s -> first", "first -> f")).encode()

    old, new = with_first("a", "b"), with_first("a", "b", "c")
    instance_id = on.start(old)

    moved(on, instance_id, old, new)

    on.complete(instance_id, "first")
    assert sorted(places(on, instance_id)) == ["a", "b", "c"]


def test_a_join_that_has_all_it_still_waits_for_goes_on_at_once(on: Engine):
    old, new = split("a", "b", "c"), split("a", "b")
    instance_id = on.start(old)
    for done in ("a", "b"):
        on.complete(instance_id, done)

    assert refused(on, instance_id, old, new) == [("gone", "c")]
    on.complete(instance_id, "c")
    moved(on, instance_id, old, new)

    other = on.start(old)
    on.complete(other, "c")
    assert refused(on, other, old, new) == [("flow-gone", "j")]
    assert places(on, instance_id) == ["z"]


def test_what_would_run_twice_is_refused(on: Engine):
    old = split("a", "b")
    row = model(START + user("a") + user("b") + user("z") + flows("s -> a", "a -> b", "b -> z"))
    instance_id = on.start(old)

    assert refused(on, instance_id, old, row) == [("twice", "z")]


# --- timers and messages


def guarded(*events: str, extra: str = "") -> bytes:
    ways = [
        f"{identity} -> e" for identity in ("t", "n", "m") if f'id="{identity}"' in "".join(events)
    ]
    body = START + user("a") + "".join(events) + END + extra
    return model(body + flows("s -> a", "a -> e", *ways), message("note"))


TIMER = boundary("t", "a", duration("PT1H"))
LATER = boundary("t", "a", duration("PT9H"))
NOTE = boundary("m", "a", '<messageEventDefinition messageRef="m_note"/>', interrupts=False)


def timers(on: Engine, instance_id: UUID) -> list[tuple[UUID, str, str]]:
    with reading() as session:
        rows = session.query(Job).where(Job.instance_id == instance_id, Job.kind == "engine.timer")
        return [(row.id, row.element_id, row.due_at.isoformat()) for row in rows]


def test_a_running_timer_keeps_its_moment_and_its_row(on: Engine, each_database):
    old, new = guarded(TIMER), guarded(LATER.replace('"t"', '"n"'))
    instance_id = on.start(old)
    ((job_id, _, due),) = timers(on, instance_id)

    moved(on, instance_id, old, new, {"t": "n"})

    assert timers(on, instance_id) == [(job_id, "n", due)]
    with clock.shifted(timedelta(hours=2)):
        on.run_due()
    assert on.state(instance_id) == "completed"


def test_a_new_boundary_event_listens_from_the_migration_on(on: Engine, each_database):
    new = guarded(TIMER, NOTE)
    old = guarded()
    instance_id = on.start(old, key="k")

    moved(on, instance_id, old, new)
    assert len(timers(on, instance_id)) == 1
    on.act(operations.publish_message, "note", "k", {"said": 1})

    assert on.variables(instance_id)["said"] == 1
    with clock.shifted(timedelta(hours=2)):
        on.run_due()
    assert on.state(instance_id) == "completed"


def test_a_removed_boundary_event_listens_no_longer(on: Engine):
    old, new = guarded(TIMER, NOTE), guarded()
    instance_id = on.start(old, key="k")

    moved(on, instance_id, old, new)

    assert timers(on, instance_id) == []
    assert on.act(operations.publish_message, "note", "k", {}) != "delivered"
    with clock.shifted(timedelta(hours=2)):
        on.run_due()
    assert places(on, instance_id) == ["a"]


def test_a_boundary_event_that_has_fired_is_not_armed_again(on: Engine):
    once = boundary("t", "a", duration("PT1H"), interrupts=False)
    old, new = guarded(once), guarded(once, NOTE)
    instance_id = on.start(old, key="k")
    with clock.shifted(timedelta(hours=2)):
        on.run_due()
        assert timers(on, instance_id) == []

        moved(on, instance_id, old, new)

    assert timers(on, instance_id) == []
    on.complete(instance_id, "a")
    assert on.state(instance_id) == "completed"


def test_an_event_whose_key_cannot_be_computed_is_refused(on: Engine):
    old, new = guarded(), guarded(NOTE)
    instance_id = on.start(old)

    assert refused(on, instance_id, old, new) == [("not-computable", "m")]


def receive(identity: str, key: str) -> bytes:
    body = START + f'<receiveTask id="{identity}" messageRef="m_note"/>' + END
    return model(body + flows(f"s -> {identity}", f"{identity} -> e"), message("note", key))


def test_a_wait_is_renamed_without_missing_a_message(on: Engine):
    old, new = receive("r", "=key"), receive("q", "=key")
    instance_id = on.start(old, key="k")

    moved(on, instance_id, old, new, {"r": "q"})

    assert on.act(operations.publish_message, "note", "k", {}) == "delivered"
    assert on.state(instance_id) == "completed"


def test_a_wait_for_another_key_hears_only_that_key(on: Engine, each_database):
    old, new = receive("r", "=key"), receive("r", "=other")
    instance_id = on.start(old, key="k", other="o")

    moved(on, instance_id, old, new)

    assert on.act(operations.publish_message, "note", "k", {}) != "delivered"
    assert on.act(operations.publish_message, "note", "o", {}) == "delivered"
    assert on.state(instance_id) == "completed"


def test_a_message_kept_for_the_new_key_is_taken_at_once(on: Engine, each_database):
    old, new = receive("r", "=key"), receive("r", "=other")
    instance_id = on.start(old, key="k", other="o")
    on.act(operations.publish_message, "note", "o", {"early": 1})

    moved(on, instance_id, old, new)

    assert on.state(instance_id) == "completed"
    assert on.variables(instance_id)["early"] == 1


def waiting_for(*events: str) -> bytes:
    """An event-based gateway with a timer `t`, and messages `note` and `more`, in this order."""
    drawn = {
        "t": f'<intermediateCatchEvent id="t">{duration("PT1H")}</intermediateCatchEvent>',
        "m": '<receiveTask id="m" messageRef="m_note"/>',
        "n": '<receiveTask id="n" messageRef="m_more"/>',
    }
    body = START + '<eventBasedGateway id="g"/>' + "".join(drawn[each] for each in events)
    ways = [way for each in events for way in (f"g -> {each}", f"{each} -> {each}x")]
    ends = "".join(script(f"{each}x", f'="{each}"', "won") for each in events)
    return model(body + ends + flows("s -> g", *ways), message("note") + message("more"))


@pytest.mark.parametrize("name", ["note", "more", "timer"])
def test_events_behind_a_gateway_may_change_places_come_and_go(on: Engine, each_database, name):
    old, new = waiting_for("m", "t"), waiting_for("n", "t", "m")
    instance_id = on.start(old, key="k")
    ((job_id, _, due),) = timers(on, instance_id)

    moved(on, instance_id, old, new)

    assert timers(on, instance_id) == [(job_id, "t", due)]
    if name == "timer":
        with clock.shifted(timedelta(hours=2)):
            on.run_due()
    else:
        on.act(operations.publish_message, name, "k", {})
    assert on.variables(instance_id)["won"] == {"note": "m", "more": "n", "timer": "t"}[name]
    assert on.state(instance_id) == "completed"


def test_an_event_subprocess_comes_and_goes(on: Engine):
    start = '<startEvent id="es"><messageEventDefinition messageRef="m_note"/></startEvent>'
    within = start + '<endEvent id="ee"/>' + flows("es -> ee")
    beside = f'<subProcess id="beside" triggeredByEvent="true">{within}</subProcess>'
    plain, with_event = guarded(), guarded(extra=beside)
    one, other = on.start(plain, key="k"), on.start(with_event, key="x")

    moved(on, one, plain, with_event)
    moved(on, other, with_event, plain)
    on.act(operations.publish_message, "note", "k", {})
    on.act(operations.publish_message, "note", "x", {})

    assert on.state(one) == "completed"
    assert places(on, other) == ["a"]


# --- scopes


def nested(sub: str, task: str, more: str = "", data: str = "=1") -> bytes:
    inside = f'<startEvent id="is"/>{user(task)}{more}' + flows(f"is -> {task}")
    own = f"<extensionElements>{mapping({'own': data}, {'out': '=own'})}</extensionElements>"
    body = START + f'<subProcess id="{sub}">{own}{inside}</subProcess>' + user("z")
    return model(body + flows(f"s -> {sub}", f"{sub} -> z"))


def test_a_subprocess_goes_over_with_its_variables_even_under_another_id(on: Engine):
    old, new = nested("sub", "a"), nested("part", "a", data="=2")
    instance_id = on.start(old)
    found = planned(on, old, new)
    assert [each.code for each in found.warnings] == ["inputs-changed", "scope-changed"]

    moved(on, instance_id, old, new)
    on.complete(instance_id, "a")

    assert places(on, instance_id) == ["z"]
    assert on.variables(instance_id) == {"out": 1}


def test_a_called_process_goes_over_with_its_caller(on: Engine):
    called = extended("callActivity", "c", '<zeebe:calledElement processId="q"/>')
    caller = model(START + called + user("z") + flows("s -> c", "c -> z"))
    old, new = (
        model(START + user("a") + extra + flows("s -> a", *ways), process_id="q")
        for extra, ways in (("", ()), (user("b"), ("a -> b",)))
    )
    instance_id = on.start(caller, old)
    with reading():
        found = plan(on.deploy(caller, old), on.deploy(caller, new), "p")
    on.act(migrate, instance_id, found, CAUSE)

    for done in ("a", "b"):
        on.complete(instance_id, done)

    assert places(on, instance_id) == ["z"]


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_a_repeated_task_keeps_its_count_and_its_results(on: Engine, sequential):
    loop = many("=[1, 2, 3]", results="all", result="=item + x", sequential=sequential)
    old, new = (
        model(START + user(name, inside=loop) + user("z") + flows(f"s -> {name}", f"{name} -> z"))
        for name in ("a", "b")
    )
    instance_id = on.start(old)
    on.complete(instance_id, "a", x=10)

    moved(on, instance_id, old, new, {"a": "b"})
    for _ in range(2):
        on.complete(instance_id, "b", x=10)

    assert places(on, instance_id) == ["z"]
    assert on.variables(instance_id)["all"] == [11, 12, 13]


def test_what_was_finished_can_still_be_undone(on: Engine):
    def booking(hotel: str, undo: str) -> bytes:
        body = START + user(hotel) + undone(hotel, undo) + user("w") + throw("x") + END
        return model(body + flows(f"s -> {hotel}", f"{hotel} -> w", "w -> x", "x -> e"))

    old, new = booking("hotel", "undo"), booking("inn", "leave")
    instance_id = on.start(old)
    on.complete(instance_id, "hotel")

    moved(on, instance_id, old, new, {"hotel": "inn", "undo": "leave"})
    on.complete(instance_id, "w")

    assert places(on, instance_id) == ["leave"]
    on.complete(instance_id, "leave")
    assert on.state(instance_id) == "completed"


# --- jobs and incidents


def test_a_job_on_its_way_is_completed_in_the_new_version(on: Engine):
    on.runtime.on_job("outside", lambda job: {"by": job.element_id})
    old, new = (
        model(START + service(name) + user("z") + flows(f"s -> {name}", f"{name} -> z"))
        for name in ("a", "b")
    )
    instance_id = on.start(old)

    moved(on, instance_id, old, new, {"a": "b"})
    on.run_due()

    assert places(on, instance_id) == ["z"]
    assert on.variables(instance_id) == {"by": "b"}


def test_an_incident_goes_over_and_is_solved_by_what_the_new_version_says(on: Engine):
    def ways(last: str) -> bytes:
        body = START + '<exclusiveGateway id="g"/>' + user("a") + user("z")
        return model(body + flows("s -> g", "g -> a if =x = 1", last))

    old, new = ways("g -> z if =x = 2"), ways("g -> z if =x = 3")
    instance_id = on.start(old, x=3)
    (incident,) = on.incidents(instance_id)

    moved(on, instance_id, old, new)
    on.act(operations.retry_incident, instance_id, incident.id)

    assert on.incidents(instance_id) == []
    assert places(on, instance_id) == ["z"]


def test_a_plan_lists_what_changes(on: Engine):
    on.runtime.on_job("outside", None)
    on.runtime.on_job("elsewhere", None)
    old = model(
        START
        + user("a")
        + TIMER
        + service("w")
        + END
        + flows("s -> a", "a -> w", "w -> e", "t -> e")
    )
    new = model(
        START
        + user("a", groups="chiefs", extra='<zeebe:formDefinition formId="f"/>')
        + service("w", "elsewhere")
        + LATER
        + boundary("n", "a", duration("PT2H"), interrupts=False)
        + END
        + flows("s -> a", "a -> w", "w -> e", "t -> e", "n -> e")
    )
    found = planned(on, old, new)

    assert sorted((each.code, each.element_id) for each in found.warnings) == [
        ("event-added", "a"),
        ("form-changed", "a"),
        ("people-changed", "a"),
        ("timer-changed", "t"),
        ("work-changed", "w"),
    ]
    assert found.against == []
    targets = {place.source.name: place.target.name for place in found.places}
    assert targets == {name: name for name in ("s", "a", "t", "w", "e")}
