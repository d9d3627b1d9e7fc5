"""`motcua new-service KEY`: the beginning of a service, a small one that works."""

import re
from pathlib import Path
from typing import Final

import click

from commands.console import plain_errors
from commands.errors import ServiceFolderExists, ServiceKeyInvalid
from commands.prepare import CATALOGUE

SKELETON: Final = Path(__file__).parent.parent / "workflows" / "skeleton"
_KEY: Final = "new-service"
_VALID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@click.command("new-service")
@click.argument("key")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=CATALOGUE,
    show_default="workflows/catalogue",
    help="The folder in which the service gets a folder of its own.",
)
@plain_errors
def new_service(key: str, into: Path) -> None:
    """Make the folder KEY (words in lower case, joined by “-”) with a small service that works.

    docs/howto-new-service.md goes on from there.
    """
    folder = make_service(key, into)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            click.echo(f"  {path.relative_to(folder)}")
    click.echo(f"The service is in {folder}. Play it: motcua test {folder}")


def make_service(key: str, into: Path) -> Path:
    """Write the skeleton under its new name. Raises ServiceKeyInvalid, ServiceFolderExists."""
    if not _VALID.fullmatch(key):
        raise ServiceKeyInvalid(key=key)
    folder = into / key
    if folder.exists():
        raise ServiceFolderExists(folder=folder)
    for source in sorted(path for path in SKELETON.rglob("*") if path.is_file()):
        target = folder / source.relative_to(SKELETON)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_named(source.read_text("utf-8"), key), "utf-8")
    return folder


def _named(text: str, key: str) -> str:
    """Ids of processes and tables are written with “_”."""
    return text.replace(_KEY, key).replace(_KEY.replace("-", "_"), key.replace("-", "_"))
