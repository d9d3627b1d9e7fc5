"""What this process remembers of programs: shares of quotas, and calls not written yet."""

from dataclasses import dataclass, field

from flask import current_app

from accounts.clients.calls import Calls
from accounts.clients.quotas import Quotas

_EXTENSION = "motcua.clients"


@dataclass(frozen=True)
class ClientsRuntime:
    """Counts of one application."""

    quotas: Quotas = field(default_factory=Quotas)
    calls: Calls = field(default_factory=Calls)


def clients_runtime() -> ClientsRuntime:
    """That of the current application, made when it is first asked for."""
    found: ClientsRuntime = current_app.extensions.setdefault(_EXTENSION, ClientsRuntime())
    return found


def write_calls() -> None:
    """Write the calls that wait. A chore."""
    clients_runtime().calls.write()
