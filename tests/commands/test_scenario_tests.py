"""`motcua test PACK` from an empty machine: results in words, a report, and an exit code."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands.main import main
from tests.studio.packs import PAPERS, with_scenario

GOOD = f"  - attach: {PAPERS}\n  - submit\n  - expect: {{status: awaiting-payment}}\n"
BAD = f"  - attach: {PAPERS}\n  - submit\n  - expect: {{status: delivered}}\n"


@pytest.fixture
def written(tmp_path):
    def write(steps, name="pack"):
        for path, content in with_scenario(steps).files.items():
            place = tmp_path / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        return str(tmp_path / name)

    return write


def run(*arguments):
    return CliRunner().invoke(main, ["test", *arguments, "--language", "en"])


def test_a_service_that_does_what_its_scenarios_say(written):
    done = run(written(GOOD))

    assert done.exit_code == 0, done.output
    assert "story.yaml: A story" in done.output
    assert "1 scenarios passed, 0 failed" in done.output


def test_the_first_difference_is_told_with_its_step_and_line(written):
    done = run(written(BAD))

    assert done.exit_code == 1
    assert "failed at step 3 (expect, story.yaml:6)" in done.output
    assert "Expected status = delivered, but it is awaiting-payment." in done.output
    assert "Scenarios that failed: 1." in done.output


def test_all_services_are_played_one_after_the_other(written, monkeypatch):
    good = Path(written(GOOD))
    bad = Path(written(BAD, "other"))
    monkeypatch.setattr("commands.scenario_tests.CATALOGUE", good.parent)
    monkeypatch.setattr("commands.scenario_tests.GALLERY", bad)

    done = run("--all")

    assert done.exit_code == 1
    assert done.output.count("1 scenarios passed, 0 failed") == 1
    assert "other:\n" in done.output
    assert "pack:\n" in done.output


@pytest.mark.parametrize("arguments", [[], ["--all", "."]], ids=["nothing", "both"])
def test_either_folders_or_all_of_them_are_named(arguments):
    done = run(*arguments)

    assert done.exit_code == 2
    assert "Name the folders of services, or --all." in done.output


def test_it_speaks_vietnamese_when_asked(written):
    done = CliRunner().invoke(main, ["test", written(BAD), "--language", "vi"])

    assert "Mong đợi status = delivered, nhưng kết quả là awaiting-payment." in done.output


def test_what_is_never_walked_is_listed(written):
    done = run(written(GOOD), "--coverage")

    assert "sequence flows: 4 of 53 walked, 7.5 %" in done.output
    assert "never walked: process.bpmn:187 delivered “Đã trả kết quả”" in done.output


def test_faults_that_pass_unnoticed_end_with_1(written):
    done = run(written("  - expect: {status: draft}\n"), "--mutation", "--sample", "6")

    assert done.exit_code == 1
    assert "6 faults put in: " in done.output
    assert "not noticed: " in done.output


def test_the_report_holds_results_coverage_and_faults(written, tmp_path):
    report = tmp_path / "report.json"
    done = run(written(GOOD), "--coverage", "--mutation", "--sample", "2", "--json", str(report))

    said = json.loads(report.read_text())

    (said,) = said
    assert said["service"] == "device-declaration-b", done.output
    assert [(each["file"], each["passed"]) for each in said["scenarios"]] == [("story.yaml", True)]
    assert said["coverage"]["nodes"]["all"] == 51
    assert len(said["mutation"]["mutants"]) == 2
    assert {"id", "file", "line", "fate", "by"} <= said["mutation"]["mutants"][0].keys()


def test_one_scenario_can_be_chosen_by_its_file(written):
    folder = written(GOOD)

    assert run(folder, "--scenario", "story").exit_code == 0
    unknown = run(folder, "--scenario", "storey")
    assert unknown.exit_code == 1
    assert "The service has no scenario “storey”. Its scenarios are: story." in unknown.output


def test_a_refused_step_tells_why_in_the_language_of_the_reader(written):
    folder = written("  - submit\n")

    english = run(folder)
    vietnamese = CliRunner().invoke(main, ["test", folder, "--language", "vi"])

    assert (
        "The service refused it: Some required documents are missing (documents." in english.output
    )
    assert "Dịch vụ từ chối: Còn thiếu giấy tờ bắt buộc" in vietnamese.output
