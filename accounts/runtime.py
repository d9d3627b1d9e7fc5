"""What this room keeps while the application runs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, current_app

from accounts.keyed import KeyedHash
from accounts.keys import KeyRing
from accounts.pseudonyms import Pseudonyms
from accounts.sealing import Sealer
from accounts.tokens import Tokens
from core.config import Settings
from core.secret_key import former_secret_keys, secret_key

_EXTENSION = "motcua.accounts"


@dataclass
class AccountsRuntime:
    """Tokens with their keys, how long a browser session lives, idles, and a proof is fresh.

    `sealer` keeps small secrets that must be read again, `keyed` such that are only compared. `post`
    sends a `notices.Mail` with the open transaction; a room above sets it, and until then nothing is
    sent.
    """

    tokens: Tokens
    sealer: Sealer
    pseudonyms: Pseudonyms
    keyed: KeyedHash
    session_life: timedelta
    session_idle: timedelta
    fresh_for: timedelta
    staff_second_factor: bool
    password_words: tuple[str, ...]
    public_url: str
    post: Callable[[Any], None]


def init_app(app: Flask, settings: Settings) -> None:
    """Load the token keys (made at first start) ."""
    secrets = (secret_key(settings), *former_secret_keys(settings))
    app.extensions[_EXTENSION] = AccountsRuntime(
        tokens=Tokens(
            KeyRing(settings.data_directory / "keys" / "tokens"),
            issuer=settings.public_url,
            seconds=settings.access_token_seconds,
        ),
        sealer=Sealer(*secrets),
        keyed=KeyedHash(*secrets),
        pseudonyms=Pseudonyms(secret_key(settings)),
        session_life=timedelta(hours=settings.session_hours),
        session_idle=timedelta(minutes=settings.idle_minutes),
        fresh_for=timedelta(minutes=settings.fresh_minutes),
        staff_second_factor=settings.staff_second_factor,
        password_words=tuple(settings.password_words.split(",")),
        public_url=settings.public_url,
        post=_nowhere,
    )


def post_by(app: Flask, post: Callable[[Any], None]) -> None:
    """Let a room above send the e-mails of this one."""
    app.extensions[_EXTENSION].post = post


def _nowhere(_mail: Any) -> None:
    """There is no post office in this application."""


def runtime() -> AccountsRuntime:
    """This room's runtime of the current application."""
    found: AccountsRuntime = current_app.extensions[_EXTENSION]
    return found
