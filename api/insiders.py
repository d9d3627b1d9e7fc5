"""Who may see how the installation itself is doing: its own machine, or who knows the token."""

import hmac
from ipaddress import ip_address
from typing import Final

from flask import current_app, request

# A request that a proxy passed on comes from its machine, whoever asked.
PASSED_ON: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
CONFIGURED: Final = "METRICS_TOKEN"


def is_insider() -> bool:
    """Whether this request bears the token; where there is none, whether it comes from this machine."""
    token: str = current_app.config[CONFIGURED]
    return _bears(token) if token else _comes_from_here()


def _bears(token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode(), token.encode())
    return same and scheme.casefold() == "bearer"


def _comes_from_here() -> bool:
    if any(name in request.headers for name in PASSED_ON):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
