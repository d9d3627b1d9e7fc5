"""`motcua documents`: whether everything stored is there and whole, and putting it under a new key."""

import click
from flask.cli import with_appcontext

from commands.console import plain_errors
from dossiers.stored.checking import Rotation, check_documents, rewrap_documents

_SHOWN = 20
_EVERY = 1000


@click.group()
def documents() -> None:
    """The stored documents: check them, put them under a new key."""


@documents.command()
@click.option("--quick", is_flag=True, help="Ask for each file, but do not read it.")
@with_appcontext
@plain_errors
def check(*, quick: bool) -> None:
    """Read every file that is referred to and compare its digest; count files that are nobody's.

    What is wrong is on the operators' list afterwards. Ends with 1 when something is.
    """
    outcome = check_documents(content=not quick)
    click.echo(f"{outcome.checked} files were checked, {outcome.orphans} are nobody's.")
    _list("missing", outcome.missing)
    _list("damaged", outcome.damaged)
    if not outcome.holds:
        raise click.ClickException("Restore them from the backup, then try their incidents again.")


@documents.command()
@with_appcontext
@plain_errors
def rewrap() -> None:
    """Put all documents under the newest key of MOTCUA_DOCUMENT_KEYS; their content is not written.

    It may be stopped and begun again. Old keys may go when it has ended without a fault.
    """
    rotation = Rotation()
    for number, rotation in enumerate(rewrap_documents(), start=1):
        if number % _EVERY == 0:
            click.echo(_counted(rotation))
    click.echo(_counted(rotation))
    _list("left as it was", rotation.failed)
    if rotation.failed:
        raise click.ClickException("Keep the old keys until these are mended.")


def _counted(rotation: Rotation) -> str:
    done = f"{rotation.envelopes} under the newest key now, {rotation.current} already"
    return f"{done}, {rotation.encrypted} of a time without encryption encrypted."


def _list(state: str, keys: list[str]) -> None:
    for key in keys[:_SHOWN]:
        click.echo(f"{state}: {key}")
    if len(keys) > _SHOWN:
        click.echo(f"… and {len(keys) - _SHOWN} more")
