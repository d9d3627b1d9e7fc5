"""Which column is which field, which values stand for others, and how days are written."""

import unicodedata
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from core.clock import zone
from core.errors import Message
from importing.errors import MappingIncomplete

DATE_FORMATS: Final = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "iso": "%Y-%m-%d"}


@dataclass(frozen=True)
class Field:
    """Something that a row may tell; `also` are names that columns of it often bear."""

    name: str
    title: Message | Lookup[str, str]
    needed: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """`columns` maps fields to headers, `values` fields to replacements; `dates` is of DATE_FORMATS."""

    columns: Lookup[str, str] = field(default_factory=dict)
    values: Lookup[str, Lookup[str, str]] = field(default_factory=dict)
    dates: str = "dmy"

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Lookup[str, Any]) -> "Mapping":
        """From what was kept; whatever else is there is ignored."""
        dates = kept.get("dates", "dmy")
        columns, values = kept.get("columns") or {}, kept.get("values") or {}
        return cls(columns, values, dates if dates in DATE_FORMATS else "dmy")

    def require_complete(self, fields: Sequence[Field], columns: Sequence[str]) -> None:
        """Raise MappingIncomplete unless each needed field has a column of the file."""
        lacking = [each.name for each in fields if each.needed and not self._has(each, columns)]
        if lacking:
            raise MappingIncomplete({("columns", name): [name] for name in lacking})

    def read(self, cells: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
        """The values of a row by field, replaced as told; what has no column is left out."""
        named = dict(zip(columns, cells, strict=True))
        return {
            name: self.values.get(name, {}).get(named[column], named[column])
            for name, column in self.columns.items()
            if column in named
        }

    def day(self, text: str) -> date | None:
        """A day as the format says or as ISO 8601 has it; None for what is no day."""
        for pattern in (DATE_FORMATS[self.dates], DATE_FORMATS["iso"]):
            try:
                return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007  a day, no moment
            except ValueError:
                continue
        return None

    def moment(self, text: str, of_day: Callable[[date], datetime]) -> datetime | None:
        """A moment: a day as above, perhaps with a time behind it; `of_day` says when, without one.

        None for what is no moment.
        """
        day, _, hour = text.strip().replace("T", " ").partition(" ")
        found = self.day(day)
        if found is None or not hour:
            return of_day(found) if found else None
        try:
            told = datetime.combine(found, time.fromisoformat(hour.strip()))
        except ValueError:
            return None
        return told if told.tzinfo else told.replace(tzinfo=zone())

    def _has(self, each: Field, columns: Sequence[str]) -> bool:
        return self.columns.get(each.name) in columns


def suggested(fields: Sequence[Field], columns: Sequence[str]) -> Mapping:
    """The columns whose names say in one of the languages what they are."""
    plain = {_plain(column): column for column in reversed(columns)}
    found = {}
    for each in fields:
        titles = each.title.values() if isinstance(each.title, Lookup) else (each.title,)
        for name in (each.name, *titles, *each.also):
            if _plain(name) in plain:
                found[each.name] = plain[_plain(name)]
                break
    return Mapping(columns=found)


def _plain(text: str) -> str:
    """Lower case, no marks, no signs: “Đơn vị” and “don_vi” are the same."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = (each if each.isalnum() else " " for each in apart if not unicodedata.combining(each))
    return " ".join("".join(letters).split())
