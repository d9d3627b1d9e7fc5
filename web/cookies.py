"""The key that signs cookies and form tokens, and what cookies are allowed to do."""

from flask import Flask

from core.config import Settings
from core.secret_key import secret_key


def init_app(app: Flask, settings: Settings) -> None:
    """Set the key and the cookie's flags; the `__Host-` prefix binds the cookie to this host."""
    app.secret_key = secret_key(settings)
    app.config.update(
        SESSION_COOKIE_NAME="__Host-motcua" if settings.serves_https else "motcua",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.serves_https,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
