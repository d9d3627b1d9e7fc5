"""`motcua run`: the whole site on this machine, with sandboxes, demo accounts and samples."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from urllib.parse import urlsplit

import click

from commands.console import plain_errors
from commands.errors import AddressInUse
from commands.sample.people import PASSWORD, PEOPLE
from commands.sandboxes import LOOPBACK, running_sandboxes
from commands.site import Site
from core.config import PREFIX, Settings

LISTENING = (
    "enterprise_register_url",
    "payment_gateway_url",
    "identity_provider_url",
    "mail_url",
    "public_url",
)


@click.command()
@click.option("--bind", help="Address and port to listen on, if not those of MOTCUA_PUBLIC_URL.")
@plain_errors
def run(bind: str | None) -> None:
    """Start the site with demo accounts and sample dossiers. Ctrl-C stops it."""
    settings = replace(Settings.from_environment(), demonstration=True)
    _require_free_addresses(settings, bind)
    with running_sandboxes(settings):
        prepare_elsewhere("--demo")
        Site(settings, bind or bound_to(settings), _greeting(settings)).run()


def _require_free_addresses(settings: Settings, bind: str | None) -> None:
    """Before anything starts; raises AddressInUse."""
    for name in LISTENING:
        address = urlsplit(getattr(settings, name))
        bound = bind and name == "public_url"
        if address.hostname in LOOPBACK and address.port and not bound:
            _require_free(PREFIX + name.upper(), address.hostname, address.port)


def _require_free(setting: str, host: str, port: int) -> None:
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        example = f"http://{host}:{port + 10}"
        address = f"{host}:{port}"
        raise AddressInUse(address=address, setting=setting, example=example) from error


def prepare_elsewhere(*options: str) -> None:
    """Run `motcua prepare` in a process of its own.

    The server's worker is forked and must inherit no connection.
    """
    command = [sys.executable, "-m", "commands", "prepare", *options]
    done = subprocess.run(command, env=os.environ, check=False)  # noqa: S603  our own command
    if done.returncode:
        raise click.exceptions.Exit(done.returncode)


def bound_to(settings: Settings) -> str:
    """The address and port to listen on: those of the public address, if it is on this machine."""
    public = urlsplit(settings.public_url)
    host = public.hostname if public.hostname in LOOPBACK else "127.0.0.1"
    return f"{host}:{public.port or 8000}"


def _mails(settings: Settings) -> str:
    """The page of a mail sandbox is at the port after that of its SMTP."""
    address = urlsplit(settings.mail_url)
    if address.hostname not in LOOPBACK or address.port is None:
        return settings.mail_url.rpartition("@")[2]
    return f"http://{address.hostname}:{address.port + 1}"


def _greeting(settings: Settings) -> str:
    people = "\n".join(f"    {each.login:<12} {each.english}" for each in PEOPLE)
    return (
        f"\nMotcua is at {settings.public_url}\n\n"
        f"Demo accounts, password {PASSWORD}\n{people}\n\n"
        f"Payment sandbox {settings.payment_gateway_url}, "
        f"register sandbox {settings.enterprise_register_url}\n"
        f"Identity sandbox {settings.identity_provider_url}, mail sandbox {_mails(settings)}\n"
        "Stop with Ctrl-C. The data stays in "
        f"{settings.data_directory.resolve()}\n"
    )
