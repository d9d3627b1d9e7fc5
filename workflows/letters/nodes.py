"""Parts of the context of letters, each with its meaning, an example, its least and its most.

Every name is always there. What is not known is an empty text, an empty list or `false`; an address is
never empty, as a link must lead somewhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any, Final, TypeAlias

_LONG: Final = (
    "Công ty Trách nhiệm hữu hạn Một thành viên Sản xuất, Thương mại, Xuất nhập khẩu và Dịch vụ kỹ "
    "thuật Thiết bị y tế Nguyễn Thị Thúy Phượng, khu công nghệ cao; PneumoCathéterMultiLumenSterile-"
    "XXL/2026; # $ * _ ` \\ <a> @b [x] //"
)
_MANY: Final = 5
_TALL: Final = 3


@dataclass(frozen=True)
class Text:
    """A text that is ready to be printed."""

    meaning: str
    example: str
    word = "text"

    def least(self) -> str:
        """Nothing is known."""
        return ""

    def most(self, _position: int = 0) -> str:
        """Longer than anybody writes, with all that a template might take for its own."""
        return _LONG

    def faults(self, value: Any, path: str) -> Iterator[str]:
        """What is wrong with a value at a path."""
        if not isinstance(value, str):
            yield f"{path}: {value!r} is no text"


@dataclass(frozen=True)
class Address(Text):
    """An address of a page."""

    word = "address"

    def least(self) -> str:
        """The shortest there is."""
        return "https://a.vn"

    def most(self, _position: int = 0) -> str:
        """A long one."""
        return "https://dichvucong.example.gov.vn/" + "dossiers/" * 12

    def faults(self, value: Any, path: str) -> Iterator[str]:
        """An address is never empty."""
        if not isinstance(value, str) or not value:
            yield f"{path}: {value!r} is no address"


@dataclass(frozen=True)
class Moment(Text):
    """A moment for machines, ISO 8601."""

    word = "moment"

    def least(self) -> str:
        """A moment is always known."""
        return "1970-01-01T00:00:00+00:00"

    def most(self, _position: int = 0) -> str:
        """As it stands in the example."""
        return self.example


@dataclass(frozen=True)
class Language(Text):
    """The code of a language: one that the profile offers, its official one where nothing is known."""

    word = "code of a language"

    def least(self) -> str:
        """As in the example; a trial takes that of the profile."""
        return self.example

    def most(self, _position: int = 0) -> str:
        """As in the example; a trial takes another one of the profile."""
        return self.example


@dataclass(frozen=True)
class Choice:
    """One of a few words, to be compared and not printed."""

    meaning: str
    words: tuple[str, ...]
    word = "one of"

    @property
    def example(self) -> str:
        """The first of the words."""
        return self.words[0]

    def least(self) -> str:
        """The first of the words."""
        return self.words[0]

    def most(self, position: int = 0) -> str:
        """One after the other."""
        return self.words[position % len(self.words)]

    def faults(self, value: Any, path: str) -> Iterator[str]:
        """What is wrong with a value at a path."""
        if value not in self.words:
            yield f"{path}: {value!r} is none of {', '.join(self.words)}"


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    meaning: str
    example: int
    word = "number"

    def least(self) -> int:
        """Nothing."""
        return 0

    def most(self, _position: int = 0) -> int:
        """Many."""
        return 10_000

    def faults(self, value: Any, path: str) -> Iterator[str]:
        """What is wrong with a value at a path."""
        if not isinstance(value, int) or isinstance(value, bool):
            yield f"{path}: {value!r} is no whole number"


@dataclass(frozen=True)
class Grid:
    """Rows of texts: a table whose columns the service's form decides."""

    meaning: str
    example: tuple[tuple[str, ...], ...]
    word = "rows of texts"

    def least(self) -> list[list[str]]:
        """No row."""
        return []

    def most(self, _position: int = 0) -> list[list[str]]:
        """Many rows of three."""
        return [[_LONG] * _TALL for _ in range(_TALL)]

    def faults(self, value: Any, path: str) -> Iterator[str]:
        """What is wrong with a value at a path."""
        for row in value:
            if not all(isinstance(each, str) for each in row):
                yield f"{path}: {row!r} is no row of texts"


@dataclass(frozen=True)
class Texts:
    """Several texts."""

    meaning: str
    example: tuple[str, ...]
    word = "texts"

    def least(self) -> list[str]:
        """None."""
        return []

    def most(self, _position: int = 0) -> list[str]:
        """As many as a row of a grid has."""
        return [_LONG] * _TALL

    def faults(self, value: Any, path: str) -> Iterator[str]:
        """What is wrong with a value at a path."""
        if not all(isinstance(each, str) for each in value):
            yield f"{path}: {value!r} are no texts"


@dataclass(frozen=True)
class Section:
    """Several named parts."""

    meaning: str
    parts: Mapping[str, "Node"]
    word = "section"

    @property
    def example(self) -> dict[str, Any]:
        """All parts, each by its example."""
        return {name: _example(part) for name, part in self.parts.items()}

    def least(self) -> dict[str, Any]:
        """All parts, with nothing in them."""
        return {name: part.least() for name, part in self.parts.items()}

    def most(self, position: int = 0) -> dict[str, Any]:
        """All parts, full."""
        return {name: part.most(position) for name, part in self.parts.items()}

    def faults(self, value: Any, path: str = "data") -> Iterator[str]:
        """What is wrong with a value at a path: names that lack or are too many, and their values."""
        if not isinstance(value, Mapping):
            yield f"{path}: {value!r} is no section"
            return
        for name in sorted(set(value) ^ set(self.parts)):
            yield f"{path}.{name}: {'unknown' if name in value else 'missing'}"
        for name, part in self.parts.items():
            if name in value:
                yield from part.faults(value[name], f"{path}.{name}")


@dataclass(frozen=True)
class Rows:
    """A list of sections that are all alike."""

    meaning: str
    row: Section
    count: int = 2
    word = "list"

    @property
    def example(self) -> list[dict[str, Any]]:
        """A few rows, each by its example."""
        return list(islice(cycle([self.row.example]), self.count))

    def least(self) -> list[dict[str, Any]]:
        """No row."""
        return []

    def most(self, _position: int = 0) -> list[dict[str, Any]]:
        """Many rows."""
        return [self.row.most(position) for position in range(_MANY)]

    def faults(self, value: Any, path: str) -> Iterator[str]:
        """What is wrong with a value at a path."""
        for number, row in enumerate(value):
            yield from self.row.faults(row, f"{path}[{number}]")


Node: TypeAlias = Text | Choice | Whole | Grid | Texts | Section | Rows


def _example(part: Node) -> Any:
    example = part.example
    return [_listed(each) for each in example] if isinstance(example, tuple) else example


def _listed(each: Any) -> Any:
    return list(each) if isinstance(each, tuple) else each
