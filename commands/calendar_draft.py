"""`motcua calendar-draft YEAR`: proposals for the days of rest of a year; people decide about them."""

import click
from flask.cli import with_appcontext

from accounts.actor import SYSTEM
from commands.console import plain_errors
from core.database import transaction
from dossiers.calendars.drafts import drafts_of, make_drafts


@click.command("calendar-draft")
@click.argument("year", type=click.IntRange(2000, 9999))
@click.option("--dry-run", is_flag=True, help="Only tell what would be proposed.")
@with_appcontext
@plain_errors
def calendar_draft(*, year: int, dry_run: bool) -> None:
    """Propose the days of rest of YEAR that nobody has spoken of yet. Nothing holds by itself."""
    for each in drafts_of(year):
        click.echo(f"{each.day:%a %Y-%m-%d}  {each.name}  ({each.source})")
    if dry_run:
        return
    with transaction():
        count = make_drafts(year, by=SYSTEM)
    click.echo(f"{count} days are proposed: an administrator decides at /administration/settings.")
