"""Languages: English message ids in the code, one catalogue per room in `<room>/translations`."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from core.errors import MotcuaError

DEFAULT_LANGUAGE = "vi"
LANGUAGES = ("vi", "en")


def title_of(error: MotcuaError) -> str:
    """The error's title in the reader's language."""
    return translated(error.title, error.params)


def remedy_of(error: MotcuaError) -> str:
    """What the reader can do about the error, in the reader's language."""
    return translated(error.remedy, error.params)


def translated(message: str, params: Mapping[str, Any] | None = None) -> str:
    """A message id in the reader's language, filled with the parameters."""
    return str(gettext(message)) % (params or {})


def pick(texts: Mapping[str, str], language: str) -> str:
    """The text of a language from data that carries its own translations, else the first one given."""
    return texts.get(language) or next(iter(texts.values()), "")
