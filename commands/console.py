"""How the console speaks: an error of ours is two sentences, never a traceback."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from core.errors import MotcuaError

P = ParamSpec("P")
R = TypeVar("R")


def plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Let a command end with title and remedy when it raises an error of ours."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except MotcuaError as error:
            raise click.ClickException(in_plain_words(error)) from error

    return run


def in_plain_words(error: MotcuaError) -> str:
    """Title and remedy of an error, as the console says them."""
    return f"{error.title % error.params}. {error.remedy % error.params}"
