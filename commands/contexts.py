"""The variables that a command gets as JSON."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from commands.errors import ContextUnreadable

context_option = click.option(
    "--context",
    "given",
    default="{}",
    metavar="JSON|@FILE",
    help="The variables, as a JSON object or as the file that holds one.",
)


def read_context(given: str) -> dict[str, Any]:
    """The object; numbers keep their digits. Raises ContextUnreadable."""
    try:
        text = Path(given[1:]).read_text("utf-8") if given.startswith("@") else given
        context = json.loads(text, parse_float=Decimal)
    except (OSError, ValueError) as error:
        raise ContextUnreadable(reason=error) from error
    if not isinstance(context, dict):
        raise ContextUnreadable(reason=f"{text[:40]} is no object")
    return context
