"""Which language an answer speaks: Accept-Language decides, not cookies; else the official one."""

from contextlib import ExitStack

from flask import g, request
from flask_babel import force_locale

from core.i18n import offered, official


def begin() -> None:
    """Speak the caller's language for the rest of this request."""
    g.language_of_request = ExitStack()
    g.language_of_request.enter_context(force_locale(language()))


def end() -> None:
    """Forget the caller's language."""
    g.pop("language_of_request", ExitStack()).close()


def language() -> str:
    """The language of this request, one of the house's."""
    accepted = (tag.partition("-")[0].casefold() for tag in request.accept_languages.values())
    return next((tag for tag in accepted if tag in offered()), official())
