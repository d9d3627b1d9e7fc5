"""One's own account: how one proves who one is, and where one is signed in."""

from web.account import browsers, factors, levels, passwords, providers, proving, recovery
from web.account.blueprint import blueprint

__all__ = [
    "blueprint",
    "browsers",
    "factors",
    "levels",
    "passwords",
    "providers",
    "proving",
    "recovery",
]
