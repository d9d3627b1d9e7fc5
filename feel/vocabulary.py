"""Which names a text may use: FEEL allows spaces and signs in names, so they must be known to be
read.

A name of plain words ("ngày hết hạn") is read without being known, because two words side by side
mean nothing else. Names with other signs ("số bậc-1") must be known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from feel.builtins import BUILTINS
from feel.tokens import Kind, Token, tokenize
from feel.types import BUILTIN_TYPES, Type

# A name as the texts of its tokens, each with whether it is glued to the one before.
Pieces = tuple[tuple[str, bool], ...]


class KnownNames:
    """Names that are more than one token, by their first token, longest first."""

    __slots__ = ("_by_first",)

    def __init__(self, by_first: Mapping[str, list[tuple[Pieces, str]]]) -> None:
        self._by_first = by_first

    @classmethod
    def of(cls, names: Iterable[str]) -> "KnownNames":
        """Known names from their texts."""
        return cls({}).extended(names)

    def extended(self, names: Iterable[str]) -> "KnownNames":
        """These names and more; the same object when nothing is added."""
        added = [(pieces, name) for name in names if len(pieces := _pieces(name)) > 1]
        if not added:
            return self
        by_first = {first: list(found) for first, found in self._by_first.items()}
        for pieces, name in added:
            by_first.setdefault(pieces[0][0], []).append((pieces, name))
        for found in by_first.values():
            found.sort(key=lambda entry: -len(entry[0]))
        return KnownNames(by_first)

    def longest_at(self, tokens: list[Token], index: int) -> tuple[str, int] | None:
        """The longest known name that starts here, with the number of its tokens."""
        for pieces, name in self._by_first.get(tokens[index].text, ()):
            following = tokens[index + 1 : index + len(pieces)]
            if [(token.text, token.glued) for token in following] == list(pieces[1:]):
                return name, len(pieces)
        return None


def _pieces(name: str) -> Pieces:
    if name.isidentifier():
        return ((name, False),)
    tokens = [token for token in tokenize(name) if token.kind is not Kind.END]
    return tuple((token.text, token.glued) for token in tokens)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """What a text is read against: variables and members with unusual names, and types of one's
    own.
    """

    names: KnownNames = field(default_factory=lambda: KnownNames.of(()))
    types: Mapping[str, Type] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Iterable[str], types: Mapping[str, Type] | None = None) -> "Vocabulary":
        """A vocabulary over these names, the builtin functions and these types."""
        return cls(PLAIN.names.extended(names), types or {})

    def type_named(self, name: str) -> Type | None:
        """The type with this name: one's own before the builtin ones."""
        return self.types.get(name) or BUILTIN_TYPES.get(name)


# Builtin names must be known, because some contain a keyword: “date and time”, “get or else”.
PLAIN = Vocabulary(KnownNames.of(BUILTINS))
