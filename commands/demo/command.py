"""`motcua demo`."""

import tempfile
from pathlib import Path

import click

from commands.console import plain_errors
from commands.demo.walk import walk
from core.config import Settings


@click.command()
@click.option("--address", help="Where the site runs, if not at MOTCUA_PUBLIC_URL.")
@plain_errors
def demo(address: str | None) -> None:
    """Drive one dossier through the running site by its public API."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-demo-"))
    walk(address or Settings.from_environment().public_url, folder, click.echo)
    click.echo("The demo passed.")
