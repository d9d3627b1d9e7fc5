"""`motcua backup FILE` and `motcua restore FILE`."""

from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from commands.backup.operations import make_backup, restore_backup
from commands.console import plain_errors
from core.config import Settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
@plain_errors
def backup(file: Path) -> None:
    """Save database, documents and keys in FILE.

    The site may go on running. The file holds personal data and private keys: keep it as safe as
    the installation itself.
    """
    _tell("Saved", file, make_backup(file.resolve(), _keys()))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--replace", is_flag=True, help="Lose what is here now.")
@with_appcontext
@plain_errors
def restore(file: Path, *, replace: bool) -> None:
    """Bring back what FILE holds, into an empty installation. Stop the site first."""
    _tell("Restored", file, restore_backup(file, _keys(), replace=replace))


def _keys() -> Path:
    settings: Settings = current_app.extensions["motcua.settings"]
    return settings.data_directory / "keys"


def _tell(deed: str, file: Path, manifest: dict[str, Any]) -> None:
    rows = sum(table["rows"] for table in manifest["tables"].values())
    documents = len(manifest["documents"])
    click.echo(f"{deed} {rows} rows and {documents} documents of {manifest['made_at']}: {file}")
