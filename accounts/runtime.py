"""What this room keeps while the application runs."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app

from accounts.attempts import Attempts
from accounts.keys import KeyRing
from accounts.tokens import Tokens
from core.config import Settings

_EXTENSION = "motcua.accounts"


@dataclass(frozen=True)
class AccountsRuntime:
    """Tokens with their keys, the count of failed sign-ins, the life of a browser session."""

    tokens: Tokens
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
        attempts=Attempts(),
        session_life=timedelta(hours=settings.session_hours),
    )


def runtime() -> AccountsRuntime:
    """This room's runtime of the current application."""
    found: AccountsRuntime = current_app.extensions[_EXTENSION]
    return found
