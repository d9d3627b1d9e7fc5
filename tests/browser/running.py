"""The real site as a child process, with its sandboxes, people and sample dossiers."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

HOUSE = Path(__file__).parents[2]
LONGEST_START = 180


def free_port() -> int:
    """A port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_site(folder: Path, **settings: str) -> Iterator[str]:
    """The address of a site that keeps its data in the folder; what it says goes to site.log.

    `settings` are environment variables beside its own.
    """
    address, register, payments, identity, mail = (
        f"http://127.0.0.1:{free_port()}" for _ in range(5)
    )
    environment = (
        os.environ
        | {
            "MOTCUA_DATA_DIRECTORY": str(folder),
            "MOTCUA_PUBLIC_URL": address,
            "MOTCUA_ENTERPRISE_REGISTER_URL": register,
            "MOTCUA_PAYMENT_GATEWAY_URL": payments,
            "MOTCUA_IDENTITY_PROVIDER_URL": identity,
            "MOTCUA_MAIL_URL": mail.replace("http", "smtp"),
            "MOTCUA_DATABASE_URL": "",
            "MOTCUA_DOCUMENTS_URL": "",
            "MOTCUA_DEMONSTRATION": "1",
        }
        | settings
    )
    with (folder / "site.log").open("wb") as log:
        command = [sys.executable, "-m", "commands", "run"]
        with subprocess.Popen(command, env=environment, cwd=HOUSE, stdout=log, stderr=log) as site:
            try:
                _wait_for(address, site, folder / "site.log")
                yield address
            finally:
                site.terminate()


def _wait_for(address: str, site: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end and site.poll() is None:
        try:
            if httpx.get(address).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    raise RuntimeError(f"the site did not start:\n{log.read_text()[-4000:]}")
