"""`motcua escalations`: whom due dates concern today, or telling them now."""

import click
from flask.cli import with_appcontext

from accounts import queries as accounts
from accounts.actor import SYSTEM
from commands.console import plain_errors
from core.clock import zone
from dossiers.escalation.operations import escalate_all
from dossiers.escalation.queries import Outlook, outlook


@click.command()
@click.option("--dry-run", is_flag=True, help="Only tell who would be told by tonight.")
@with_appcontext
@plain_errors
def escalations(*, dry_run: bool) -> None:
    """Tell people of due dates near and past. Servers and workers do so every hour by themselves."""
    if not dry_run:
        click.echo(f"{escalate_all()} stages were reached.")
        return
    found = outlook(visible_to=SYSTEM)
    for each in found:
        click.echo(_line(each))
    click.echo(f"{len(found)} stages will be reached by tonight.")


def _line(each: Outlook) -> str:
    watched = each.reached.watched
    about = f"task {watched.task_id}" if watched.task_id else "dossier"
    due = watched.due.due_at.astimezone(zone()).strftime("%Y-%m-%d %H:%M")
    told = ", ".join(_name(person) for person in each.told) or "nobody was found"
    return f"{watched.reference} ({about}), due {due}: {each.reached.stage.key} -> {told}"


def _name(person: str) -> str:
    actor = accounts.actor(person)
    return actor.name if actor else person
