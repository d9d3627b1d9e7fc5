"""What a process asks of the applicant or decides about the dossier, as letters 02 to 05 print it."""

from collections.abc import Iterable, Mapping
from typing import Any

from dossiers.letters.wording import printed
from workflows.letters.context import REQUEST, TABLE_ROW
from workflows.letters.nodes import Rows, Section


def request_in_words(given: Mapping[str, Any]) -> dict[str, Any]:
    """The section `request`: every name is there, moments are in words, other names are dropped."""
    return _section(REQUEST, given)


def table_in_words(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of `table`, each with every name."""
    return [_section(TABLE_ROW, row) for row in rows]


def _section(section: Section, given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [_section(part.row, row) for row in given.get(name) or ()]
        if isinstance(part, Rows)
        else printed(given.get(name))
        for name, part in section.parts.items()
    }
