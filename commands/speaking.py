"""Commands that answer in the language of their reader."""

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unicodedata import combining

import click
from flask import Flask

from core import i18n
from core.config import Settings
from core.errors import MotcuaError
from workflows.profiles import read_profile


def own_language() -> str:
    """The language of the terminal, English unless it is one of ours."""
    wanted = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return next((known for known in i18n.LANGUAGES if wanted.startswith(known)), "en")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let texts be translated, without an application around."""
    app = Flask("motcua")
    zone = read_profile(Settings.from_environment().profile).time_zone
    i18n.init_app(app, time_zone=zone, locale_selector=lambda: language)
    with app.app_context():
        yield


def spoken(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --language, and let it end with errors in that language."""

    @click.option(
        "--language",
        type=click.Choice(i18n.LANGUAGES),
        default=own_language,
        help="The language of the answer; by default that of the terminal.",
    )
    @functools.wraps(command)
    def run(*args: Any, language: str, **kwargs: Any) -> Any:
        with speaking(language):
            try:
                return command(*args, **kwargs)
            except MotcuaError as error:
                raise click.ClickException(sentences(error)) from error

    return run


def sentences(error: MotcuaError) -> str:
    """What is wrong and how to mend it."""
    return f"{i18n.title_of(error)}. {i18n.remedy_of(error)}"


def pointed(text: str, position: int) -> str:
    """The line of a text that holds the position, and a caret under it."""
    begin = text.rfind("\n", 0, position) + 1
    line = text[begin:].split("\n", 1)[0]
    before = line[: position - begin]
    gap = "".join("\t" if sign == "\t" else " " for sign in before if not combining(sign))
    return f"  {line}\n  {gap}^"
