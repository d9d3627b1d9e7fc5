"""The first difference is told in words: which step, what was expected, what came."""

from datetime import UTC, datetime

import pytest

from core import clock
from studio.errors import (
    ProcessStuck,
    ScenarioFailed,
    StepAccepted,
    StepImpossible,
    StepRefused,
)
from studio.scenarios import perform, read_scenarios
from tests.studio.packs import PAPERS, replaced, with_scenario

SENT = f"  - attach: {PAPERS}\n  - submit\n"


def played(stage, pack):
    (scenario,) = read_scenarios(pack)
    return perform(stage, pack, scenario)


def failure(stage, steps, kind=ScenarioFailed, head="from: _common.yaml"):
    with pytest.raises(ScenarioFailed) as caught:
        played(stage, with_scenario(steps, head))
    assert type(caught.value) is kind
    return caught.value.params


def test_a_difference_names_step_place_and_values(stage):
    said = failure(stage, f"{SENT}  - expect: {{path: [submitted, received]}}\n")

    assert said["step"] == "3 (expect, story.yaml:6)"
    assert said["expected"] == "path.2 = received"
    assert said["actual"] == "awaiting-payment"


@pytest.mark.parametrize(
    ("expected", "difference", "actual"),
    [
        ("{fee: 1}", "fee = 1", "1500000"),
        ("{code: X}", "code = X", "null"),
        ("{missing: [x]}", "missing = [x]", "[]"),
        ("{data: {dossier: {id: x}}}", "data.dossier.id = x", "-"),
        ("{fee: '=actual > 2000000'}", "fee = =actual > 2000000", "1500000"),
        ("{tasks: [desk_check]}", "tasks = [{element: desk_check}]", "[]"),
        ("{payment: {state: paid}}", "payment.state = paid", "created"),
        ("{register: valid}", "register = {state: valid}", "null"),
        ("{letters: {receipt: {}}}", "letters.receipt = {}", "null"),
        ("{calls: {payment.order: 2}}", "calls.payment.order = 2", "1"),
        ("{incidents: [send_order]}", "incidents = [send_order]", "[]"),
        (
            "{timers: {payment_overdue: 2026-12-21T09:00:00+07:00}}",
            "timers.payment_overdue = 2026-12-21T09:00:00+07:00",
            "2026-12-20T09:00:00+07:00",
        ),
    ],
)
def test_each_fact_is_compared(stage, expected, difference, actual):
    said = failure(stage, f"{SENT}  - expect: {expected}\n")

    assert said["expected"] == difference
    assert actual in said["actual"]


def test_a_moment_may_be_written_in_any_zone(stage):
    played(stage, with_scenario(f"{SENT}  - expect: {{submitted: 2026-11-20T02:00:00+00:00}}\n"))


def test_answers_that_the_form_refuses_are_named(stage):
    said = failure(stage, f'  - answer: {{device_name: ""}}\n{SENT}', StepRefused)

    assert said["step"] == "3 (submit, story.yaml:6)"
    assert said["complaints"].startswith("device_name: ")


def test_other_refused_fields_than_expected_are_a_difference(stage):
    steps = "  - answer: {device_name: ''}\n  - submit:\n    refused: [contact_name]\n"

    assert failure(stage, steps)["expected"] == "refused.1 = contact_name"


def test_acceptance_where_refusal_was_expected(stage):
    steps = f"  - attach: {PAPERS}\n  - submit:\n    refused: [contact_name]\n"

    assert failure(stage, steps, StepAccepted)["expected"] == "[contact_name]"


def test_a_task_that_is_not_there_is_named_with_those_that_are(stage):
    steps = f"{SENT}  - pay\n  - task: {{element: desk_check, by: device-officer}}\n"

    said = failure(stage, steps, StepImpossible)

    assert said["expected"] == "desk_check (device-officer)"
    assert said["actual"] == "post_check"


def test_nothing_can_be_paid_twice(stage):
    assert (
        failure(stage, f"{SENT}  - pay\n  - pay\n", StepImpossible)["actual"]
        == "nothing owed (null or 0)"
    )


def test_a_system_that_stays_down_stops_it(stage):
    head = "from: _common.yaml\nsystems: {payment.order: {fails: down}}"

    assert failure(stage, f"{SENT}  - wait: P3D\n", ProcessStuck, head)["element"] == "send_order"


def test_an_incident_that_nobody_foresaw_stops_the_scenario(stage):
    order = '<zeebe:output source="=order" target="order"/>'
    much = '<zeebe:input source="=&quot;much&quot;" target="amount"/>'
    pack = replaced(with_scenario(SENT), "process.bpmn", order, much + order)

    with pytest.raises(ProcessStuck) as caught:
        played(stage, pack)

    assert caught.value.params["element"] == "order_fee"


def test_a_wait_goes_from_one_due_moment_to_the_next(stage):
    steps = f"{SENT}  - wait: P40D\n  - expect: {{status: stopped}}\n"

    scene = played(stage, with_scenario(steps))

    last = scene._dossier()
    assert last.status == "stopped"


def test_the_clock_of_everybody_else_goes_on(stage):
    before = clock.now()
    played(stage, with_scenario(f"{SENT}  - wait: P20D\n"))

    assert before <= clock.now() < datetime.now(UTC).replace(year=before.year + 1)


def test_each_performance_begins_from_nothing(stage):
    steps = f"{SENT}  - pay\n  - expect: {{number: 000000001/PCBB-HN}}\n"

    for _ in range(2):
        played(stage, with_scenario(steps))


def test_a_process_that_never_rests_is_stopped(stage):
    pack = replaced(
        with_scenario(f"{SENT}  - wait: P20D\n"),
        "process.bpmn",
        'attachedToRef="await_payment">',
        'attachedToRef="await_payment" cancelActivity="false">',
    )
    hourly = replaced(
        pack,
        "process.bpmn",
        '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">=duration(settings.payment_period)'
        "</bpmn:timeDuration>",
        "<bpmn:timeCycle>R/PT1H</bpmn:timeCycle>",
    )

    with pytest.raises(ProcessStuck, match="200 jobs and no rest"):
        played(stage, hourly)
