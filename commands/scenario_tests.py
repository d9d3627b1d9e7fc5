"""`motcua test PACK…`: a service's scenarios played, measured, and tried with faults put in."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import orjson

from commands.errors import FaultsUnnoticed, ScenariosFailed
from commands.prepare import CATALOGUE
from commands.speaking import sentences, spoken
from core.errors import N_, MotcuaError
from core.i18n import translated
from studio.coverage import Measure, coverage
from studio.errors import ScenarioFailed, ScenarioUnknown
from studio.mutation import Fate, Report, run_mutants
from studio.scenarios import Installation, Scenario, installation, perform, read_scenarios
from studio.scenarios.witness import Witness
from workflows.pack import ServicePack, read_pack
from workflows.shapes import GALLERY
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


@dataclass(frozen=True)
class Outcome:
    """How the scenarios of one service came out; `faults` is None where none were put in."""

    pack: ServicePack
    results: Sequence[Result]
    measures: Sequence[Measure]
    faults: Report | None

    @property
    def failed(self) -> int:
        """How many scenarios failed."""
        return sum(1 for each in self.results if each.failure)


@click.command("test")
@click.argument(
    "packs",
    nargs=-1,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="PACK…",
)
@click.option("--all", "whole", is_flag=True, help="Every service and work shape of the catalogue.")
@click.option("--scenario", "names", multiple=True, help="Play only the scenario of this file.")
@click.option("--coverage", "covered", is_flag=True, help="Tell what no scenario ever walks.")
@click.option("--mutation", "mutated", is_flag=True, help="Put faults in, one at a time.")
@click.option("--sample", type=click.IntRange(1), help="With --mutation: so many faults only.")
@click.option(
    "--json",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a report to this file: a list, one entry for each service.",
)
@spoken
def test_packs(
    packs: tuple[Path, ...],
    names: tuple[str, ...],
    report_file: Path | None,
    sample: int | None,
    *,
    whole: bool,
    covered: bool,
    mutated: bool,
) -> None:
    """Play the scenarios of the services in the folders PACK; no site need run.

    Ends with 1 when one fails, or with --mutation when fewer than 95 % of a service's faults are
    noticed.
    """
    if whole == bool(packs):
        raise click.UsageError("Name the folders of services, or --all.")
    outcomes = []
    for folder in _catalogue() if whole else packs:
        click.echo(f"{folder.name}:")
        outcome = _outcome(read_pack(folder), names, sample, covered=covered, mutated=mutated)
        # Told outside: the installation has a language of its own.
        _tell_outcome(outcome)
        outcomes.append(outcome)
    if report_file is not None:
        report_file.write_bytes(orjson.dumps([_report(each) for each in outcomes]))
    _judge(outcomes)


def _catalogue() -> list[Path]:
    services = sorted(manifest.parent for manifest in CATALOGUE.glob("*/service.yaml"))
    return [*services, GALLERY]


def _outcome(
    pack: ServicePack, names: Sequence[str], sample: int | None, *, covered: bool, mutated: bool
) -> Outcome:
    scenarios = _chosen(read_scenarios(pack), names)
    faults = None
    with installation() as stage:
        results = [_played(stage, pack, each) for each in scenarios]
        if mutated and not any(each.failure for each in results):
            faults = run_mutants(stage, pack, scenarios, sample=sample)
    measures = coverage(pack, [r.witness for r in results if r.witness]) if covered else ()
    return Outcome(pack, results, measures, faults)


def _tell_outcome(outcome: Outcome) -> None:
    _tell(_said(outcome.results))
    _tell(_warned(outcome.pack))
    _tell(_measured(outcome.measures))
    _tell(_tried(outcome.faults) if outcome.faults else ())


def _judge(outcomes: Sequence[Outcome]) -> None:
    """Raise ScenariosFailed, or FaultsUnnoticed for the service that lets most of them pass."""
    failed = sum(each.failed for each in outcomes)
    if failed:
        raise ScenariosFailed(failed=failed)
    noticed = min((each.faults.percentage for each in outcomes if each.faults), default=100.0)
    if noticed < LEAST_KILLED:
        raise FaultsUnnoticed(percentage=_percent(noticed), least=LEAST_KILLED)


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


def _report(outcome: Outcome) -> Mapping[str, Any]:
    return {
        "service": outcome.pack.manifest.key,
        "version": outcome.pack.version,
        "scenarios": [_row(each) for each in outcome.results],
        "coverage": {
            each.kind: {
                "all": len(each.all),
                "percentage": each.percentage,
                "missed": [str(place) for place in each.missed],
            }
            for each in outcome.measures
        },
        "mutation": None if outcome.faults is None else _mutation(outcome.faults),
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
