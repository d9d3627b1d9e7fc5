"""The key that signs cookies and form tokens, and what cookies are allowed to do."""

import os
import secrets
from pathlib import Path

from flask import Flask

from core.config import Settings

KEY_BYTES = 32


def init_app(app: Flask, settings: Settings) -> None:
    """Set the key and the cookie's flags; the `__Host-` prefix binds the cookie to this host."""
    key_file = settings.data_directory / "keys" / "cookie.key"
    app.secret_key = settings.secret_key or kept_key(key_file)
    app.config.update(
        SESSION_COOKIE_NAME="__Host-motcua" if settings.serves_https else "motcua",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.serves_https,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )


def kept_key(path: Path) -> str:
    """The key in the file, made at the first start. Processes that start together agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_hex(KEY_BYTES))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()
