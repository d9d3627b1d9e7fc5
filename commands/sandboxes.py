"""Starts the sandbox servers of outside systems that the settings look for on this machine."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from commands.errors import SandboxNotStarted
from core.config import Settings

LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@contextmanager
def running_sandboxes(settings: Settings) -> Iterator[None]:
    """Sandboxes of all systems whose address is on loopback; raises SandboxNotStarted."""
    wanted = {
        "connectors.enterprise.sandbox": settings.enterprise_register_url,
        "connectors.payment.sandbox": settings.payment_gateway_url,
        "connectors.identity.sandbox": settings.identity_provider_url,
        "connectors.notify.sandbox": settings.mail_url,
    }
    with ExitStack() as stack:
        for module, url in wanted.items():
            address = urlsplit(url)
            if address.hostname in LOOPBACK and address.port:
                stack.enter_context(_running(module, address.port))
        yield


@contextmanager
def _running(module: str, port: int) -> Iterator[None]:
    """One sandbox. It ends by itself when this process does: its standard input closes then."""
    command = [sys.executable, "-m", module, "--port", str(port), "--until-stdin-closes"]
    with subprocess.Popen(  # noqa: S603  our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdout is None or not process.stdout.readline():
            raise SandboxNotStarted(module=module, port=port)
        try:
            yield
        finally:
            process.terminate()
