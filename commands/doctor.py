"""`motcua doctor`: how the parts of an installation do, and what its store was seen to do."""

import click
from flask.cli import with_appcontext

from commands.console import plain_errors
from core.readiness import Level, parts
from storage import copies, store
from storage.copies import S3Copies


@click.command()
@with_appcontext
@plain_errors
def doctor() -> None:
    """Look at every part; try out what the document store can do. Ends with 1 when a part is down."""
    readiness = parts().readiness()
    for name, found in readiness.findings.items():
        click.echo(f"{name}: {found.level}. {found.sentence % found.params}")
    for name, does in vars(store().capabilities()).items():
        click.echo(f"document store, {name.replace('_', ' ')}: {'yes' if does else 'no'}")
    locked = isinstance(copies(), S3Copies)
    click.echo(
        f"copies of seals: {'in a bucket' if locked else 'in a folder, which locks nothing'}"
    )
    if readiness.level is Level.DOWN:
        raise click.ClickException("Something that the site cannot do without is down.")
