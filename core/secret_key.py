"""The installation's secret key: it signs cookies and form tokens; secrets are sealed under it."""

import os
import secrets
from pathlib import Path

from core.config import Settings

KEY_BYTES = 32


def secret_key(settings: Settings) -> str:
    """The key of the settings, else the one kept in the data directory."""
    return settings.secret_key or kept_key(settings.data_directory / "keys" / "cookie.key")


def former_secret_keys(settings: Settings) -> tuple[str, ...]:
    """Keys that were used before: they open what was sealed then, and seal nothing any more."""
    return tuple(key.strip() for key in settings.former_secret_keys.split(",") if key.strip())


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
