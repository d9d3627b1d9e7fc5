"""`motcua retention`: what the retention terms ask for, now or only told."""

from uuid import UUID

import click
from flask.cli import with_appcontext

from accounts.actor import SYSTEM
from accounts.models import Agency
from commands.console import plain_errors
from core.database import db
from dossiers.privacy.duty import PAGE, run
from dossiers.privacy.outlook import Outlook, outlooks
from dossiers.privacy.people import empty_accounts


@click.command()
@click.option("--dry-run", is_flag=True, help="Only tell what would be pseudonymised and what not.")
@with_appcontext
@plain_errors
def retention(*, dry_run: bool) -> None:
    """Pseudonymise dossiers whose retention term has passed. Workers do so by themselves, too."""
    if not dry_run:
        _do()
    found = outlooks(visible_to=SYSTEM)
    codes = {each.id: each.code for each in db.session.query(Agency)}
    for each in found:
        click.echo(f"{each.service_key} at {codes.get(each.agency_id, each.agency_id)}")
        for line in _lines(each):
            click.echo(f"  {line}")
    if not found:
        click.echo("No dossier that was sent tells of people.")


def _do() -> None:
    failed: set[UUID] = set()
    total = 0
    while done := sum(run(PAGE, passing_over=failed).values()):
        total += done
    click.echo(f"{total} dossiers were pseudonymised.")
    accounts = 0
    while emptied := empty_accounts(PAGE):
        accounts += emptied
    click.echo(f"{accounts} closed accounts were emptied.")
    if failed:
        raise click.ClickException(f"{len(failed)} could not be: the log says why.")


def _lines(each: Outlook) -> list[str]:
    lines = [f"{each.whole} dossiers tell of people; {_term(each)}"]
    if each.passed:
        lines.append(f"{each.passed} are past it, of which {each.due} are due")
    return lines + [f"{count} kept: {reason}" for reason, count in each.kept]


def _term(each: Outlook) -> str:
    if each.term is None:
        return "no term is settled: nothing is touched"
    if each.term.months is None:
        return f"kept for ever ({each.term.basis})"
    return f"kept for {each.term.months} months ({each.term.basis})"
