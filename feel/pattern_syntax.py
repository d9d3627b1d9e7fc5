"""Read a regular expression as XPath has it (XML Schema part 2, appendix F) into a small tree.

Every node knows how Python writes it. Look-around, back references and other ways out of regular
languages are refused.
"""

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

MAX_PATTERN = 500
_MOST_REPEATS = 1_000
_ASCII = [chr(code) for code in range(128)]


class CharSet(NamedTuple):
    """Which first characters are possible: exactly for ASCII, all or nothing for the rest."""

    ascii: frozenset[str] = frozenset()
    beyond: bool = False

    def overlaps(self, other: "CharSet") -> bool:
        """True when both may begin with the same character."""
        return bool(self.ascii & other.ascii) or (self.beyond and other.beyond)

    def joined(self, other: "CharSet") -> "CharSet":
        """What either may begin with."""
        return CharSet(self.ascii | other.ascii, self.beyond or other.beyond)


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of a set, written as Python writes it."""

    python: str
    chars: CharSet


@dataclass(frozen=True, slots=True)
class Anchor:
    """^ or $"""

    python: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after another."""

    parts: tuple["Part", ...]

    @property
    def python(self) -> str:
        """As Python writes it."""
        return "".join(part.python for part in self.parts)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several branches."""

    branches: tuple[Sequence, ...]

    @property
    def python(self) -> str:
        """As Python writes it."""
        return "|".join(branch.python for branch in self.branches)


@dataclass(frozen=True, slots=True)
class Group:
    """Something in brackets."""

    opening: str
    body: Choice

    @property
    def python(self) -> str:
        """As Python writes it."""
        return f"{self.opening}{self.body.python})"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part several times; `most` is None without an upper bound."""

    body: "Part"
    least: int
    most: int | None
    suffix: str

    @property
    def python(self) -> str:
        """As Python writes it."""
        return f"{self.body.python}{self.suffix}"


Part = Characters | Anchor | Sequence | Choice | Group | Repeat


class PatternSyntaxError(Exception):
    """The pattern is not one; the function that got it returns null."""


_QUANTIFIER = re.compile(r"(?:([*+?])|\{(\d{1,4})(,(\d{1,4})?)?\})\??", re.ASCII)
_BOUNDS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_CLASS_ESCAPES = {
    "d": r"\d",
    "D": r"\D",
    "w": r"\w",
    "W": r"\W",
    "s": r"[ \t\n\r]",
    "S": r"[^ \t\n\r]",
    "i": r"[^\W\d]",
    "c": r"[\w:.\-]",
}
_INSIDE_CLASS = {
    **_CLASS_ESCAPES,
    "s": r" \t\n\r",
    "S": r"\S",
    "i": r"a-zA-Z_:\u00C0-\uD7FF",
    "c": r"\w:.\-",
}
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_LITERAL_ESCAPES = frozenset("\\|.?*+(){}[]-^$/")


class PatternReader:
    """One reading of one pattern."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self.flags = flags
        self.index = 0
        self.depth = 0

    def read(self) -> Choice:
        """The whole pattern. Raises PatternSyntaxError."""
        tree = self._choice()
        if self.index < len(self.pattern):
            raise PatternSyntaxError
        return tree

    def _peek(self) -> str:
        return self.pattern[self.index : self.index + 1]

    def _next(self) -> str:
        character = self._peek()
        if not character:
            raise PatternSyntaxError
        self.index += 1
        return character

    def _choice(self) -> Choice:
        branches = [self._sequence()]
        while self._peek() == "|":
            self.index += 1
            branches.append(self._sequence())
        return Choice(tuple(branches))

    def _sequence(self) -> Sequence:
        parts: list[Part] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._quantified(self._atom()))
        return Sequence(tuple(parts))

    def _quantified(self, atom: Part) -> Part:
        match = _QUANTIFIER.match(self.pattern, self.index)
        if match is None:
            return atom
        self.index = match.end()
        if isinstance(atom, Anchor):
            raise PatternSyntaxError
        least, most = _BOUNDS[match[1]] if match[1] else _counted(match)
        if least > _MOST_REPEATS or (most is not None and not least <= most <= _MOST_REPEATS):
            raise PatternSyntaxError
        return Repeat(atom, least, most, match[0])

    def _atom(self) -> Part:
        character = self._next()
        if character == "(":
            return self._group()
        if character == "[":
            return self._set(self._class())
        if character == "\\":
            return self._escape()
        if character == "^":
            return Anchor("^")
        if character == "$":
            return Anchor("$" if self.flags & re.MULTILINE else r"\Z")
        if character in "*+?{}])":
            raise PatternSyntaxError
        return self._set("." if character == "." else re.escape(character))

    def _group(self) -> Group:
        self.depth += 1
        opening = "("
        if self._peek() == "?":
            self.index += 1
            if self._next() != ":":
                raise PatternSyntaxError
            opening = "(?:"
        if self.depth > 20:  # noqa: PLR2004 - brackets in brackets
            raise PatternSyntaxError
        group = Group(opening, self._choice())
        if self._next() != ")":
            raise PatternSyntaxError
        self.depth -= 1
        return group

    def _escape(self) -> Part:
        character = self._next()
        if character in _CLASS_ESCAPES:
            return self._set(_CLASS_ESCAPES[character])
        if character in "pP":
            return self._set(f"[{self._category(character)}]")
        return self._set(re.escape(_literal_escape(character)))

    def _category(self, letter: str) -> str:
        close = self.pattern.find("}", self.index)
        if self._next() != "{" or close < 0:
            raise PatternSyntaxError
        name, self.index = self.pattern[self.index : close], close + 1
        return category_ranges(name, letter == "P")

    def _class(self) -> str:
        """The Python class of [...]; a subtraction such as [a-z-[aeiou]] becomes a look ahead."""
        start = self.index
        negated = "^" if self._peek() == "^" else ""
        self.index += len(negated)
        body, subtracted = "", ""
        while self._peek() != "]" or self.index == start + len(negated):
            if self.pattern.startswith("-[", self.index):
                self.index += 2
                subtracted = f"(?!{self._class()})"
                break
            body += self._class_member()
        if self._next() != "]" or not body:
            raise PatternSyntaxError
        return f"{subtracted}[{negated}{body}]"

    def _class_member(self) -> str:
        character = self._next()
        if character != "\\":
            return f"\\{character}" if character in "[]^&~|" else character
        escaped = self._next()
        if escaped in "pP":
            return self._category(escaped)
        return _INSIDE_CLASS.get(escaped) or re.escape(_literal_escape(escaped))

    def _set(self, python: str) -> Characters:
        try:
            single = re.compile(python, self.flags)
        except re.error as error:
            raise PatternSyntaxError from error
        chars = frozenset(character for character in _ASCII if single.fullmatch(character))
        beyond = any(single.fullmatch(character) for character in "ằñ中٣ \U0001f600") or any(
            ord(character) >= len(_ASCII) for character in python
        )
        wrapped = f"(?:{python})" if python.startswith("(?!") else python
        return Characters(wrapped, CharSet(chars, beyond))


def _counted(match: re.Match[str]) -> tuple[int, int | None]:
    least = int(match[2])
    if match[3] is None:
        return least, least
    return least, int(match[4]) if match[4] else None


def _literal_escape(character: str) -> str:
    if character in _CONTROL:
        return _CONTROL[character]
    if character not in _LITERAL_ESCAPES:
        raise PatternSyntaxError
    return character


@lru_cache(maxsize=64)
def category_ranges(name: str, negated: bool) -> str:
    """The characters of a Unicode category such as L or Lu, as the inside of a Python class."""
    if not re.fullmatch(r"[LMNPZSC][a-z]?", name):
        raise PatternSyntaxError
    ranges: list[list[int]] = []
    for code in range(min(sys.maxunicode, 0xFFFF) + 1):
        if unicodedata.category(chr(code)).startswith(name) != negated:
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in ranges) or "\\u0000"
