"""What every response tells the browser about how little it may do."""

from collections.abc import Mapping
from typing import Final

from flask import Flask, Response, g

from core.config import Settings

CONTENT_SECURITY_POLICY: Final[Mapping[str, str]] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
FIXED: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
HTTPS_ONLY: Final = "max-age=31536000; includeSubDomains"


def init_app(app: Flask, settings: Settings) -> None:
    """Add the headers to every response, the API's and the errors' too."""

    @app.after_request
    def _guarded(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _policy())
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if settings.serves_https:
            response.headers.setdefault("Strict-Transport-Security", HTTPS_ONLY)
        return response


def allow_form_target(origin: str) -> None:
    """Let this page's forms lead to another site: browsers check where a posted form ends up."""
    g.form_target = origin


def _policy() -> str:
    target = g.get("form_target", "")
    rules = dict(CONTENT_SECURITY_POLICY) | {"form-action": f"'self' {target}".strip()}
    return "; ".join(f"{directive} {sources}" for directive, sources in rules.items())
