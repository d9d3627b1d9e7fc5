"""`motcua audit`: whether the record is what was sealed, and sealing it now."""

import click
from flask import current_app
from flask.cli import with_appcontext

from auditing.seals.operations import seal_record
from auditing.seals.verifying import Flaw, Found, Outcome, verify_record
from commands.console import plain_errors
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
    """The record of who did what: verify it, seal it."""


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


def _counted(outcome: Outcome) -> str:
    return f"{outcome.events} events in {outcome.chains} chains, {outcome.seals} seals."


def _said(found: Found) -> str:
    if found.chain is None:
        return f"Seal {found.seal} {_WORDS[found.flaw]}."
    proven = f" Up to event {found.since} it was sealed as it stands." if found.since else ""
    sealed = f" (seal {found.seal})" if found.seal else ""
    row = f"Chain {found.chain}: event {found.position} {_WORDS[found.flaw]}"
    return f"{row}{sealed}.{proven}"
