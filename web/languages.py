"""Which language a page speaks: the reader's choice, else the browser's, else Vietnamese."""

from flask import Flask, request, session
from flask_babel import get_locale, refresh

from core import i18n
from core.i18n import DEFAULT_LANGUAGE, LANGUAGES

NAMES = {"vi": "Tiếng Việt", "en": "English"}
CHOICE = "language"


def init_app(app: Flask, time_zone: str) -> None:
    """Read the catalogues of all rooms and let each request choose its language."""
    i18n.init_app(app, time_zone=time_zone, locale_selector=chosen)
    app.context_processor(
        lambda: {"language": current(), "direction": direction(), "languages": NAMES}
    )


def chosen() -> str:
    """The language of this request."""
    choice = session.get(CHOICE)
    if choice in LANGUAGES:
        return str(choice)
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE


def choose(language: str) -> None:
    """Remember the reader's choice in the session and use it at once; ignore unknown ones."""
    if language in LANGUAGES:
        session[CHOICE] = language
        refresh()


def current() -> str:
    """The code of the language now spoken."""
    locale = get_locale()
    return DEFAULT_LANGUAGE if locale is None else str(locale.language)


def direction() -> str:
    """`ltr` or `rtl`."""
    locale = get_locale()
    return "ltr" if locale is None else str(locale.text_direction)
