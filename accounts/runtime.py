"""What this room keeps while the application runs."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app

from accounts.attempts import Attempts
from accounts.keys import KeyRing
from accounts.sealing import Sealer
from accounts.tokens import Tokens
from core.config import Settings
from core.secret_key import former_secret_keys, secret_key

_EXTENSION = "motcua.accounts"


@dataclass(frozen=True)
class AccountsRuntime:
    """Tokens with their keys, the count of failed sign-ins, the life of a browser session.

    `sealer` keeps small secrets that must be read again.
    """

    tokens: Tokens
    sealer: Sealer
    attempts: Attempts
    session_life: timedelta


def init_app(app: Flask, settings: Settings) -> None:
    """Load the token keys (made at first start) and set the counters to zero."""
    app.extensions[_EXTENSION] = AccountsRuntime(
        tokens=Tokens(
            KeyRing(settings.data_directory / "keys" / "tokens"),
            issuer=settings.public_url,
            seconds=settings.access_token_seconds,
        ),
        sealer=Sealer(secret_key(settings), *former_secret_keys(settings)),
        attempts=Attempts(),
        session_life=timedelta(hours=settings.session_hours),
    )


def runtime() -> AccountsRuntime:
    """This room's runtime of the current application."""
    found: AccountsRuntime = current_app.extensions[_EXTENSION]
    return found
