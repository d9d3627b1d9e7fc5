"""`motcua audit`: whether the record is what was sealed, sealing it now, and cases as evidence."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from accounts.actor import SYSTEM
from auditing.evidence.exporting import export_case
from auditing.offline.packing import pack
from auditing.seals.operations import seal_record
from auditing.seals.verifying import Flaw, Found, Outcome, verify_record
from commands.console import plain_errors
from core.i18n import official
from engine import run_due_jobs

_WORDS = {
    Flaw.ALTERED: "was altered",
    Flaw.REMOVED: "was removed",
    Flaw.REORDERED: "changed places with another",
    Flaw.CUT_OFF: "and all after it were cut off",
    Flaw.REWRITTEN: "is not the one that was sealed",
    Flaw.SEAL_ALTERED: "was altered, or its copy was",
    Flaw.SEAL_REMOVED: "was removed",
    Flaw.SEAL_UNSIGNED: "has no good signature and timestamp",
    Flaw.COPY_MISSING: "has lost its copy",
}


@click.group()
def audit() -> None:
    """The record of who did what: verify it, seal it, export a case."""


@audit.command()
@with_appcontext
@plain_errors
def verify() -> None:
    """Follow every chain through all that was sealed; name the first row of each that differs.

    Ends with 1 when something is wrong.
    """
    outcome = verify_record()
    click.echo(_counted(outcome))
    for each in outcome.found:
        click.echo(_said(each))
    if not outcome.holds:
        raise click.ClickException("The record is not what was sealed.")
    click.echo("The record holds.")


@audit.command()
@with_appcontext
@plain_errors
def seal() -> None:
    """Seal the record now; the server does so by itself once a day."""
    made = seal_record()
    run_due_jobs(current_app._get_current_object())  # type: ignore[attr-defined]  # werkzeug's proxy
    if made is not None:
        click.echo(f"Seal {made.number} over {made.ends} chains that grew.")


@audit.command()
@click.argument("reference")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--purpose", required=True, help="What it is for; it is put on record.")
@click.option(
    "--language", default=None, help="Language of its pages; the official one if left out."
)
@with_appcontext
@plain_errors
def export(reference: str, file: Path, purpose: str, language: str | None) -> None:
    """Export the case REFERENCE as evidence into FILE, a ZIP archive."""
    with file.open("wb") as target:
        told = {"purpose": purpose, "language": language or official()}
        export_case(target, reference, **told, by=SYSTEM)
    click.echo(f"{file} was written. Give its reader the offline verifier as well.")


@audit.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def offline_verifier(file: Path) -> None:
    """Write the program that checks exported cases without this system into FILE (.pyz)."""
    pack(file)
    click.echo(f"python3 {file} ARCHIVE checks an exported case.")


def _counted(outcome: Outcome) -> str:
    return f"{outcome.events} events in {outcome.chains} chains, {outcome.seals} seals."


def _said(found: Found) -> str:
    if found.chain is None:
        return f"Seal {found.seal} {_WORDS[found.flaw]}."
    proven = f" Up to event {found.since} it was sealed as it stands." if found.since else ""
    sealed = f" (seal {found.seal})" if found.seal else ""
    row = f"Chain {found.chain}: event {found.position} {_WORDS[found.flaw]}"
    return f"{row}{sealed}.{proven}"
