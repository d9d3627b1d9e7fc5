"""`motcua run`: the whole site on this machine, with sandboxes, demo accounts and samples."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import click

from commands.console import plain_errors
from commands.sample.people import PASSWORD, PEOPLE
from commands.sandboxes import LOOPBACK, running_sandboxes
from commands.site import Site
from core.config import Settings


@click.command()
@click.option("--bind", help="Address and port to listen on, if not those of MOTCUA_PUBLIC_URL.")
@plain_errors
def run(bind: str | None) -> None:
    """Start the site with demo accounts and sample dossiers. Ctrl-C stops it."""
    settings = Settings.from_environment()
    with running_sandboxes(settings):
        _prepare_elsewhere()
        Site(settings, bind or _address(settings), _greeting(settings)).run()


def _prepare_elsewhere() -> None:
    """In a process of its own: the server's worker is forked and must inherit no connection."""
    command = [sys.executable, "-m", "commands", "prepare", "--demo"]
    done = subprocess.run(command, env=os.environ, check=False)  # noqa: S603  our own command
    if done.returncode:
        raise click.exceptions.Exit(done.returncode)


def _address(settings: Settings) -> str:
    public = urlsplit(settings.public_url)
    host = public.hostname if public.hostname in LOOPBACK else "127.0.0.1"
    return f"{host}:{public.port or 8000}"


def _greeting(settings: Settings) -> str:
    people = "\n".join(f"    {each.login:<12} {each.english}" for each in PEOPLE)
    return (
        f"\nMotcua is at {settings.public_url}\n\n"
        f"Demo accounts, password {PASSWORD}\n{people}\n\n"
        f"Payment sandbox {settings.payment_gateway_url}, "
        f"register sandbox {settings.enterprise_register_url}\n"
        "Stop with Ctrl-C. The data stays in "
        f"{settings.data_directory.resolve()}\n"
    )
