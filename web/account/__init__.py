"""One's own account: how one proves who one is, and where one is signed in."""

from web.account import browsers, copies, factors, levels, passwords, providers, proving, recovery
from web.account.blueprint import blueprint

__all__ = [
    "blueprint",
    "browsers",
    "copies",
    "factors",
    "levels",
    "passwords",
    "providers",
    "proving",
    "recovery",
]
