"""`motcua dmn`: check decision models and ask them, at the console."""

from collections.abc import Iterator
from pathlib import Path

import click

from commands.contexts import context_option, read_context
from commands.errors import DecisionsFaulty
from commands.speaking import pointed, sentences, spoken
from core.errors import N_
from core.i18n import translated
from engine.dmn import (
    DecisionError,
    DecisionModel,
    FaultyExpression,
    Finding,
    Severity,
    analyse,
    explain,
    null_parts,
    parse_bundle,
)
from engine.dmn.words import literal
from feel import FeelSyntaxError

DMN_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FINE = N_("%(file)s: no faults in %(tables)s decision tables")
_PLACE = N_("decision “%(decision)s”, table %(table)s")
_SEVERITIES = {
    Severity.ERROR: N_("error"),
    Severity.WARNING: N_("warning"),
    Severity.NOTICE: N_("notice"),
}


@click.group()
def dmn() -> None:
    """Check decision models, and ask them."""


@dmn.command()
@click.argument("files", nargs=-1, required=True, type=DMN_FILE)
@spoken
def check(files: tuple[Path, ...]) -> None:
    """Read FILES together; tell faults of expressions, and overlaps, gaps and idle rules of tables.

    Ends with 1 when something must be mended; warnings and notices do not count.
    """
    errors = 0
    for name, model in parse_bundle(_contents(files), strict=False).items():
        findings = analyse(model)
        lines = [
            *_faults(name, model),
            *_nulls(name, model),
            *(_told(name, finding) for finding in findings),
        ]
        for line in lines:
            click.echo(line)
        if not lines:
            click.echo(translated(_FINE, {"file": name, "tables": len(model.tables)}))
        errors += len(model.faults)
        errors += sum(finding.severity is Severity.ERROR for finding in findings)
    if errors:
        raise DecisionsFaulty(errors=errors)


@dmn.command()
@click.argument("file", type=DMN_FILE)
@click.argument("decision")
@click.option("--with", "others", multiple=True, type=DMN_FILE, help="A file that FILE imports.")
@context_option
@spoken
def run(file: Path, decision: str, others: tuple[Path, ...], given: str) -> None:
    """Print what DECISION of FILE, by id or name, answers to the context, and why."""
    model = parse_bundle(_contents((file, *others)))[str(file)]
    outcome = model.evaluate(decision, read_context(given))
    click.echo(literal(outcome.value))
    click.echo(explain(outcome), err=True)


def _contents(files: tuple[Path, ...]) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in files}


def _faults(file: str, model: DecisionModel) -> Iterator[str]:
    for fault in model.faults:
        yield f"{file}: {translated(_SEVERITIES[Severity.ERROR])}: {_in_words(fault)}"


def _nulls(file: str, model: DecisionModel) -> Iterator[str]:
    for part in null_parts(model):
        said = f"{translated(_SEVERITIES[Severity.WARNING])}: {part.place}: {sentences(part.fault)}"
        yield f"{file}: {said}\n{pointed(part.text, part.fault.position)}"


def _in_words(fault: DecisionError) -> str:
    if not isinstance(fault, FaultyExpression):
        return sentences(fault)
    cause = fault.cause
    place = f"{fault.params['element']}: {sentences(cause)}"
    if not isinstance(cause, FeelSyntaxError):
        return place
    return f"{place}\n{pointed(fault.expression, cause.position)}"


def _told(file: str, finding: Finding) -> str:
    place = translated(_PLACE, {"decision": finding.decision, "table": finding.table_id})
    message = translated(finding.message, finding.params)
    rules = f" ({', '.join(filter(None, finding.rule_ids))})" if any(finding.rule_ids) else ""
    return f"{file}: {translated(_SEVERITIES[finding.severity])}: {place}: {message}{rules}"
