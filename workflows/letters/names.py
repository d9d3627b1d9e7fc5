"""Names that a template reads and the context does not have, found without typesetting it.

`data.owner.fax` is seen also where no trial would come by. Names of rows inside of a loop are left to
the trials with full lists.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workflows.letters.context import CONTEXT
from workflows.letters.nodes import Rows, Section

_READS = re.compile(r"(?<![\w.\"/-])data((?:\.[a-zA-Z_][\w-]*)+)")
_COMMENT = re.compile(r"(?<![:\"/])//[^\n]*")
_OF_SECTIONS = frozenset({"at", "keys", "len", "pairs", "values"})
_OF_ROWS = frozenset(
    {"all", "any", "at", "contains", "dedup", "enumerate", "filter", "find", "first", "flatten"}
    | {"fold", "join", "last", "len", "map", "position", "rev", "slice", "sorted", "sum", "zip"}
)


@dataclass(frozen=True)
class UnknownName:
    """A name at a line (from 1) that the context does not have, and those that it has there."""

    line: int
    name: str
    known: tuple[str, ...]


def unknown_names(template: str) -> Iterator[UnknownName]:
    """Every such name of a template, in its order."""
    for line, text in enumerate(template.splitlines(), start=1):
        for found in _READS.finditer(_COMMENT.sub("", text)):
            yield from _first_unknown(line, found[1].strip(".").split("."))


def _first_unknown(line: int, names: list[str]) -> Iterator[UnknownName]:
    node: object = CONTEXT
    read = "data"
    for name in names:
        read = f"{read}.{name}"
        if isinstance(node, Rows):
            if name not in _OF_ROWS:
                yield UnknownName(line, read, tuple(node.row.parts))
            return
        if not isinstance(node, Section) or name in _OF_SECTIONS - set(node.parts):
            return
        if name not in node.parts:
            yield UnknownName(line, read, tuple(node.parts))
            return
        node = node.parts[name]
