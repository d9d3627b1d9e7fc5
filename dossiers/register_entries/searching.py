"""What the public register is searched by: the public words of an entry, without case and accents."""

import unicodedata
from collections.abc import Iterator
from typing import Any

from sqlalchemy import event

from dossiers.models import RegisterEntry


def folded(text: str) -> str:
    """A text without case and accents; đ becomes d, as people type it."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(each for each in parts if not unicodedata.combining(each))


def words_of(entry: RegisterEntry) -> str:
    """Everything public that an entry says, folded, a line each."""
    number = entry.organisation_number if entry.holder_number_public is not False else ""
    return "\n".join(
        map(folded, (entry.number, entry.organisation_name, number, *_texts(entry.facts)))
    )


def _texts(value: Any) -> Iterator[str]:
    """Every text and number in facts, however deep."""
    match value:
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)
        case bool() | None:
            return
        case _:
            yield str(value)


@event.listens_for(RegisterEntry, "before_insert")
@event.listens_for(RegisterEntry, "before_update")
def _keep_words(_mapper: Any, _connection: Any, entry: RegisterEntry) -> None:
    entry.search_text = words_of(entry)
