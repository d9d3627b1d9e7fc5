"""Which language a page speaks: the reader's choice, else the browser's, else Vietnamese."""

from pathlib import Path

from flask import Flask, request, session
from flask_babel import Babel, get_locale, refresh

from core.i18n import DEFAULT_LANGUAGE, LANGUAGES

HOUSE = Path(__file__).parent.parent
NAMES = {"vi": "Tiếng Việt", "en": "English"}
CHOICE = "language"


def init_app(app: Flask, time_zone: str) -> None:
    """Read the catalogues of all rooms and let each request choose its language."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(map(str, catalogues()))
    Babel(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_timezone=time_zone,
        locale_selector=chosen,
    )
    app.context_processor(
        lambda: {"language": current(), "direction": direction(), "languages": NAMES}
    )


def catalogues() -> list[Path]:
    """The translation folder of every room that has one."""
    return sorted(HOUSE.glob("*/translations"))


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
