"""Faults put into our service are noticed by its scenarios: a sample here, all of them in test-all."""

import pytest

from studio.errors import MutantListBroken
from studio.mutation import Fate, run_mutants
from studio.scenarios import read_scenarios
from tests.studio.packs import PACK, with_scenario
from tests.tabled import with_fee_table
from workflows.pack import ServicePack, read_pack
from workflows.shapes import GALLERY

LEAST = 95.0
EQUIVALENTS = "scenarios/equivalent-mutants.yaml"


def judged(report):
    return {verdict.mutant.id: verdict for verdict in report.verdicts}


def survivors(report):
    return [verdict.mutant.id for verdict in report.of(Fate.SURVIVED)]


@pytest.mark.timeout(300)
def test_a_sample_of_the_faults_is_noticed(stage):
    report = run_mutants(stage, PACK, read_scenarios(PACK), sample=15)

    assert len(report.verdicts) == 15
    assert survivors(report) == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_all_faults_are_noticed_but_those_without_effect(stage):
    report = run_mutants(stage, PACK, read_scenarios(PACK))

    assert report.percentage >= LEAST, survivors(report)
    assert len(report.of(Fate.KILLED)) > 200
    listed = PACK.files[EQUIVALENTS].decode().count("- mutant:")
    assert len(report.of(Fate.EQUIVALENT)) == listed


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_all_faults_of_the_work_shapes_are_noticed_but_those_without_effect(stage):
    pack = read_pack(GALLERY)
    report = run_mutants(stage, pack, read_scenarios(pack))

    assert report.percentage >= LEAST, survivors(report)


def test_a_weak_scenario_lets_faults_pass_and_the_report_says_where(stage):
    pack = with_scenario("  - expect: {status: draft}\n")

    report = run_mutants(stage, pack, read_scenarios(pack), chosen=lambda it: it.what == "retries")

    found = judged(report)["process.bpmn send_order retries: 10 → 11"]
    assert (found.fate, found.mutant.line) == (Fate.SURVIVED, 24)
    assert report.percentage == 0.0


def test_a_fault_that_the_gate_refuses_counts_apart(stage):
    tabled = with_fee_table()
    only = [each for each in read_scenarios(tabled) if each.file == "unpaid.yaml"]
    overlap = 'input 1: < date("2025-07-01") → <= date("2025-07-01")'

    report = run_mutants(stage, tabled, only, chosen=lambda it: it.id.endswith(overlap))

    (verdict,) = report.verdicts
    assert verdict.fate is Fate.REFUSED
    assert "hold at the same time" in verdict.by
    assert report.percentage == 100.0


def test_an_equivalent_fault_needs_its_reason_and_must_be_one_of_the_pack(stage):
    for entry, fault in (
        ("- mutant: no such fault\n  reason: nobody can see it\n", "There is no mutant"),
        ("- mutant: x\n  reason: short\n", "Shorter than minimum length"),
        ("- mutant: x\n", "Missing data"),
    ):
        pack = ServicePack({**PACK.files, EQUIVALENTS: entry.encode()})
        with pytest.raises(MutantListBroken, match=fault):
            run_mutants(stage, pack, [])


def test_a_declared_fault_that_is_noticed_counts_as_noticed(stage):
    name = "process.bpmn delivered status: delivered → –"
    entry = f'- mutant: "{name}"\n  reason: a reason that is wrong\n'
    pack = ServicePack({**PACK.files, EQUIVALENTS: entry.encode()})
    story = [each for each in read_scenarios(PACK) if each.file == "straight_through.yaml"]

    report = run_mutants(stage, pack, story, chosen=lambda it: it.id == name)

    assert judged(report)[name].fate is Fate.KILLED
