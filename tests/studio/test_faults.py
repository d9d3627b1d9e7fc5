"""Which faults are put into a pack, and that each is a small one in the place that it names."""

from collections import Counter

import pytest

from studio.mutation import mutants_of
from studio.mutation.expressions import of_cell, of_condition, of_output, of_value
from tests.studio.packs import PACK

MUTANTS = {mutant.id: mutant for mutant in mutants_of(PACK)}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("=age >= 18", ["=not(age >= 18)", "=age > 18", "=age >= 19", "=age >= 17"]),
        ('=kind = "a"', ['=not(kind = "a")']),
        ("=a and b", ["=not(a and b)", "=a or b"]),
        (
            "=a and b = 1",
            ["=not(a and b = 1)", "=a or b = 1", "=a and b != 1", "=a and b = 2", "=a and b = 0"],
        ),
    ],
)
def test_conditions_are_negated_and_each_part_is_changed(text, faults):
    assert list(of_condition(text)) == faults


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("P30D", ["P31D", "P29D"]),
        ("R3/PT10M", ["R3/PT11M", "R3/PT9M"]),
        ("2026-03-01", ["2026-03-02", "2026-02-28"]),
        ('=duration("PT1H")', ['=duration("PT2H")', '=duration("PT0H")']),
        ("=fee * 2", ["=fee * 3", "=fee * 1"]),
        ("=settings.period", []),
        ("receipt", []),
    ],
)
def test_times_and_numbers_are_shifted(text, faults):
    assert list(of_value(text)) == faults


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("-", []),
        ('"no"', ['not("no")']),
        ('not("VN")', ['"VN"']),
        ("< 10", ["not(< 10)", "<= 10", "< 11", "< 9"]),
        ("[1..5]", ["not([1..5])", "[2..5]", "[0..5]", "[1..6]", "[1..4]", "(1..5]", "[1..5)"]),
    ],
)
def test_cells_of_rules_are_negated_shifted_and_opened(text, faults):
    assert list(of_cell(text)) == faults


def test_what_a_rule_answers_is_shifted_or_taken_from_another_rule():
    assert list(of_output("100", [])) == ["101", "99"]
    assert list(of_output('"a"', ['"a"', '"b"', '"c"'])) == ['"b"']


def test_every_kind_of_fault_is_put_into_our_service():
    kinds = Counter(mutant.what.rstrip(" 123456") for mutant in MUTANTS.values())

    assert set(kinds) == {
        *("sequenceFlow", "condition", "default", "boundaryEvent", "cancelActivity"),
        *("isInterrupting", "message", "input", "output", "type", "retries", "status"),
        *("workingDays", "candidateGroups", "assignee", "rule", "required", "maxLength"),
        *("pattern", "validationType", "widget", "hide", "value"),
    }
    assert sum(kinds.values()) > 220


def test_a_fault_changes_one_file_only_and_names_its_line():
    fault = MUTANTS["process.bpmn desk_check workingDays: 1 → 2"]

    changed = fault.applied(PACK)

    assert fault.line == 195
    assert {path for path in PACK.files if PACK.files[path] != changed.files[path]} == {fault.file}
    assert b'workingDays="2"' in changed.files[fault.file]


def test_what_a_dropped_flow_alone_led_to_goes_with_it():
    fault = MUTANTS[
        "process.bpmn desk_decision_to_supplement sequenceFlow: desk_decision_to_supplement → –"
    ]

    for gone in (b'id="supplement"', b'id="supplement_overdue"', b'id="stopped_unsupplemented"'):
        assert gone in PACK.files["process.bpmn"]
        assert gone not in fault.content


def test_two_services_do_each_others_work():
    name = "post-check.bpmn keep_number withdraw_number type: register.keep, register.withdraw → "
    fault = MUTANTS[f"{name}register.withdraw, register.keep"]

    assert fault.content.index(b"register.withdraw") < fault.content.index(b"register.keep")
