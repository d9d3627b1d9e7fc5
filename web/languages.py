"""Which language a page speaks: the reader's choice, else the browser's, else the official one."""

from babel import Locale
from flask import Flask, request, session
from flask_babel import get_locale, refresh

from core import i18n
from core.i18n import offered, official

CHOICE = "language"


def init_app(app: Flask, time_zone: str, languages: tuple[str, ...]) -> None:
    """Read the catalogues of all rooms and let each request choose one of the languages."""
    i18n.init_app(app, time_zone=time_zone, locale_selector=chosen, languages=languages)
    app.context_processor(
        lambda: {"language": current(), "direction": direction(), "languages": names()}
    )


def names() -> dict[str, str]:
    """What each language calls itself, by its code."""
    locales = {language: Locale.parse(language) for language in offered()}
    return {code: (each.display_name or code).capitalize() for code, each in locales.items()}


def chosen() -> str:
    """The language of this request."""
    choice = session.get(CHOICE)
    if choice in offered():
        return str(choice)
    return request.accept_languages.best_match(offered()) or official()


def choose(language: str) -> None:
    """Remember the reader's choice in the session and use it at once; ignore unknown ones."""
    if language in offered():
        session[CHOICE] = language
        refresh()


def current() -> str:
    """The code of the language now spoken."""
    locale = get_locale()
    return official() if locale is None else str(locale.language)


def direction() -> str:
    """`ltr` or `rtl`."""
    locale = get_locale()
    return "ltr" if locale is None else str(locale.text_direction)
