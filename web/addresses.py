"""Addresses inside this site."""

from urllib.parse import urlsplit

from flask import request, url_for


def local(address: str | None) -> str:
    """The address when it lies on this site, else the home page: no link may lead visitors away."""
    parts = urlsplit(address or "")
    leads_away = parts.scheme or parts.netloc or not parts.path.startswith("/")
    if leads_away or parts.path.startswith(("//", "/\\")) or "\\" in parts.path:
        return url_for("site.home")
    return parts.path + (f"?{parts.query}" if parts.query else "")


def return_address() -> str:
    """Where this page can be fetched again: itself, or the home page after a form was refused."""
    return request.full_path.rstrip("?") if request.method == "GET" else url_for("site.home")
