"""`motcua test PACK`: a service's scenarios played, measured, and tried with faults put in."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import orjson

from commands.errors import FaultsUnnoticed, ScenariosFailed
from commands.speaking import sentences, spoken
from core.errors import N_, MotcuaError
from core.i18n import translated
from studio.coverage import Measure, coverage
from studio.errors import ScenarioFailed, ScenarioUnknown
from studio.mutation import Fate, Report, run_mutants
from studio.scenarios import Installation, Scenario, installation, perform, read_scenarios
from studio.scenarios.witness import Witness
from workflows.pack import ServicePack, read_pack
from workflows.step_limits import warnings

LEAST_KILLED = 95.0
_WARNING = N_("warning: %(warning)s")
_PASSED, _FAILED = N_("passed"), N_("failed")
_COUNT = N_("%(passed)s scenarios passed, %(failed)s failed, in %(seconds)s seconds")
_COVERED = N_("%(what)s: %(walked)s of %(all)s walked, %(percentage)s %%")
_NEVER = N_("never walked: %(place)s")
_MUTANTS = N_(
    "%(count)s faults put in: %(killed)s noticed, %(survived)s not, %(equivalent)s without effect,"
    " %(refused)s refused at the gate; %(percentage)s %% noticed, in %(seconds)s seconds"
)
_SURVIVED = N_("not noticed: %(place)s")


@dataclass(frozen=True)
class Result:
    """How one scenario came out; `failure` is None when it passed."""

    scenario: Scenario
    seconds: float
    witness: Witness | None
    failure: ScenarioFailed | None


@click.command("test")
@click.argument("pack", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--scenario", "names", multiple=True, help="Play only the scenario of this file.")
@click.option("--coverage", "covered", is_flag=True, help="Tell what no scenario ever walks.")
@click.option("--mutation", "mutated", is_flag=True, help="Put faults in, one at a time.")
@click.option("--sample", type=click.IntRange(1), help="With --mutation: so many faults only.")
@click.option(
    "--json",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a report to this file.",
)
@spoken
def test_pack(
    pack: Path,
    names: tuple[str, ...],
    report_file: Path | None,
    sample: int | None,
    *,
    covered: bool,
    mutated: bool,
) -> None:
    """Play the scenarios of the service in the folder PACK; no site need run.

    Ends with 1 when one fails, or with --mutation when fewer than 95 % of the faults are noticed.
    """
    found = read_pack(pack)
    scenarios = _chosen(read_scenarios(found), names)
    with installation() as stage:
        results = [_played(stage, found, each) for each in scenarios]
        failed = [each for each in results if each.failure]
        faults = None
        if mutated and not failed:
            faults = run_mutants(stage, found, scenarios, sample=sample)
    # Told outside: the installation has a language of its own.
    _tell(_said(results))
    _tell(_warned(found))
    measures = coverage(found, [r.witness for r in results if r.witness]) if covered else ()
    _tell(_measured(measures))
    _tell(_tried(faults) if faults else ())
    if report_file is not None:
        report_file.write_bytes(orjson.dumps(_report(found, results, measures, faults)))
    if failed:
        raise ScenariosFailed(failed=len(failed))
    if faults is not None and faults.percentage < LEAST_KILLED:
        raise FaultsUnnoticed(percentage=_percent(faults.percentage), least=LEAST_KILLED)


def _chosen(scenarios: list[Scenario], names: Sequence[str]) -> list[Scenario]:
    """The scenarios of these files, with or without their ending; raises ScenarioUnknown."""
    by_name = {each.file.rpartition(".")[0]: each for each in scenarios}
    for name in names:
        if name.removesuffix(".yaml") not in by_name:
            raise ScenarioUnknown(scenario=name, known=", ".join(by_name))
    return [by_name[name.removesuffix(".yaml")] for name in names] or scenarios


def _played(stage: Installation, pack: ServicePack, scenario: Scenario) -> Result:
    began = time.monotonic()
    try:
        played = perform(stage, pack, scenario)
    except ScenarioFailed as failure:
        return Result(scenario, time.monotonic() - began, None, failure)
    return Result(scenario, time.monotonic() - began, played.witness, None)


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _warned(found: ServicePack) -> Iterator[str]:
    return (translated(_WARNING, {"warning": each}) for each in warnings(found))


def _said(results: Sequence[Result]) -> Iterator[str]:
    for each in results:
        verdict = translated(_FAILED if each.failure else _PASSED)
        yield f"{verdict}  {each.seconds:5.2f} s  {each.scenario.file}: {each.scenario.name}"
        if each.failure:
            yield f"    {sentences(each.failure)}"
    failed = sum(1 for each in results if each.failure)
    seconds = sum(each.seconds for each in results)
    numbers = {"passed": len(results) - failed, "failed": failed, "seconds": f"{seconds:.1f}"}
    yield translated(_COUNT, numbers)


def _measured(measures: Iterable[Measure]) -> Iterator[str]:
    for each in measures:
        numbers = {
            "what": translated(each.name),
            "walked": len(each.all) - len(each.missed),
            "all": len(each.all),
            "percentage": _percent(each.percentage),
        }
        yield translated(_COVERED, numbers)
        for place in each.missed:
            yield "    " + translated(_NEVER, {"place": place})


def _tried(report: Report) -> Iterator[str]:
    counts: dict[str, Any] = {fate.value: len(report.of(fate)) for fate in Fate}
    counts |= {"count": len(report.verdicts), "seconds": f"{report.seconds:.0f}"}
    yield translated(_MUTANTS, counts | {"percentage": _percent(report.percentage)})
    for verdict in report.of(Fate.SURVIVED):
        place = f"{verdict.mutant.file}:{verdict.mutant.line} {verdict.mutant.id}"
        yield "    " + translated(_SURVIVED, {"place": place})


def _percent(value: float) -> str:
    return f"{value:.1f}"


def _report(
    pack: ServicePack,
    results: Sequence[Result],
    measures: Sequence[Measure],
    faults: Report | None,
) -> Mapping[str, Any]:
    return {
        "service": pack.manifest.key,
        "version": pack.version,
        "scenarios": [_row(each) for each in results],
        "coverage": {
            each.kind: {
                "all": len(each.all),
                "percentage": each.percentage,
                "missed": [str(place) for place in each.missed],
            }
            for each in measures
        },
        "mutation": None if faults is None else _mutation(faults),
    }


def _row(result: Result) -> Mapping[str, Any]:
    failure = result.failure
    return {
        "file": result.scenario.file,
        "name": result.scenario.name,
        "passed": failure is None,
        "seconds": result.seconds,
        "failure": None if failure is None else _difference(failure),
    }


def _difference(failure: MotcuaError) -> Mapping[str, Any]:
    params = {name: str(value) for name, value in failure.params.items()}
    return {"code": failure.code, "message": sentences(failure), **params}


def _mutation(report: Report) -> Mapping[str, Any]:
    return {
        "percentage": report.percentage,
        "seconds": report.seconds,
        "mutants": [
            {**each.mutant.as_row(), "fate": each.fate, "by": each.by} for each in report.verdicts
        ],
    }
