"""What a process asks of the applicant or decides about the dossier, as letters 02 to 05 print it."""

from collections.abc import Mapping
from typing import Any

from dossiers.letters.wording import printed
from workflows.letters.context import REQUEST
from workflows.letters.nodes import Rows, Section


def request_in_words(given: Mapping[str, Any]) -> dict[str, Any]:
    """The section `request`: every name is there, moments are in words, other names are dropped."""
    return _section(REQUEST, given)


def _section(section: Section, given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [_section(part.row, row) for row in given.get(name) or ()]
        if isinstance(part, Rows)
        else printed(given.get(name))
        for name, part in section.parts.items()
    }
