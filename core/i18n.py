"""Languages: English message ids in the code, one catalogue per room in `<room>/translations`.

A profile names the languages that are offered, the official one first. The house's own words stand in
English where one of them has no catalogue; a service's words come with its pack.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_babel import Babel, gettext

from core import clock
from core.errors import Message, MotcuaError

DEFAULT_LANGUAGE = "vi"
LANGUAGES = ("vi", "en")
_DATE_PATTERNS = {"vi": "dd/MM/yyyy"}
_DATE_PATTERN = "d MMMM yyyy"

_OFFERED = "motcua.languages"
_HOUSE = Path(__file__).parent.parent


def init_app(
    app: Flask,
    *,
    time_zone: str,
    locale_selector: Callable[[], str] | None = None,
    languages: tuple[str, ...] = LANGUAGES,
) -> None:
    """Read the catalogues of all rooms; `locale_selector` says which language a request speaks.

    `time_zone` is where days are counted, on pages and by `core.clock`.
    """
    clock.keep_zone(app, time_zone)
    app.extensions[_OFFERED] = languages
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(map(str, catalogues()))
    Babel(
        app,
        default_locale=languages[0],
        default_timezone=time_zone,
        locale_selector=locale_selector,
    )


def offered() -> tuple[str, ...]:
    """The languages of the current application, the official one first."""
    found: tuple[str, ...] = LANGUAGES
    if current_app:
        found = current_app.extensions.get(_OFFERED, LANGUAGES)
    return found


def official() -> str:
    """The language of the current application's records and letters."""
    return offered()[0]


def date_pattern(language: str) -> str:
    """How a day is written in a language, as a pattern of CLDR."""
    return _DATE_PATTERNS.get(language, _DATE_PATTERN)


def catalogues() -> list[Path]:
    """The translation folder of every room that has one."""
    return sorted(_HOUSE.glob("*/translations")) + sorted(_HOUSE.glob("*/*/translations"))


def title_of(error: MotcuaError) -> str:
    """The error's title in the reader's language."""
    return translated(error.title, error.params)


def remedy_of(error: MotcuaError) -> str:
    """What the reader can do about the error, in the reader's language."""
    return translated(error.remedy, error.params)


def sentences_of(error: MotcuaError) -> str:
    """Title and remedy, one sentence after the other, in the reader's language."""
    return f"{title_of(error)}. {remedy_of(error)}"


def translated(message: str, params: Mapping[str, Any] | None = None) -> str:
    """A message id in the reader's language, filled with the parameters, our own words translated."""
    words = {name: _in_words(value) for name, value in (params or {}).items()}
    return str(gettext(message)) % words


def _in_words(value: Any) -> Any:
    if isinstance(value, MotcuaError):
        return title_of(value)
    return str(gettext(value)) if isinstance(value, Message) else value


def pick(texts: Mapping[str, str], language: str) -> str:
    """The text of a language from data that carries its own translations, else the first one given."""
    return texts.get(language) or next(iter(texts.values()), "")
