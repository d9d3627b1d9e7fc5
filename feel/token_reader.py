"""Walk over tokens: look, take, expect; put names together; guard the depth."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from core.errors import N_
from feel.errors import ForeignOperator, NestedTooDeeply, UnexpectedToken
from feel.limits import MAX_NESTING
from feel.tokens import Kind, Token
from feel.vocabulary import Vocabulary

Result = TypeVar("Result")

# Words that end a name, because they join two expressions.
INFIX_WORDS = frozenset(
    {"and", "or", "in", "between", "then", "else", "return", "satisfies", "instance"}
)
_FOREIGN = {"==": "=", "&&": "and", "||": "or", "!": "not(…)", "'": '"…"', "%": "modulo(…, …)"}


class TokenReader:
    """The tokens of one text and the place reached."""

    def __init__(self, tokens: list[Token], vocabulary: Vocabulary) -> None:
        self.tokens = tokens
        self.vocabulary = vocabulary
        self.names = vocabulary.names
        self.index = 0
        self.depth = 0
        self.in_range_end = False

    @property
    def token(self) -> Token:
        """The token at hand."""
        return self.tokens[self.index]

    def peek(self, distance: int = 1) -> Token:
        """A token ahead; END stays END."""
        return self.tokens[min(self.index + distance, len(self.tokens) - 1)]

    def advance(self) -> Token:
        """Step over the token at hand and return it."""
        token = self.token
        self.index = min(self.index + 1, len(self.tokens) - 1)
        return token

    def take(self, symbol: str) -> bool:
        """Step over this symbol if it is at hand."""
        if self.token.kind is Kind.SYMBOL and self.token.text == symbol:
            self.advance()
            return True
        return False

    def take_word(self, word: str) -> bool:
        """Step over this keyword if it is at hand."""
        if self.token.kind is Kind.WORD and self.token.text == word:
            self.advance()
            return True
        return False

    def expect(self, text: str) -> None:
        """Step over this symbol or keyword, or refuse the text."""
        if not (self.take(text) or self.take_word(text)):
            raise self.unexpected(f"“{text}”")

    def unexpected(self, expected: str) -> UnexpectedToken | ForeignOperator:
        """The fault that the token at hand is."""
        token = self.token
        if token.text in _FOREIGN and token.kind is Kind.SYMBOL:
            return ForeignOperator(token.position, token.text, feel=_FOREIGN[token.text])
        return UnexpectedToken(token.position, token.text, expected=expected)

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level deeper, up to the limit."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise NestedTooDeeply(self.token.position, self.token.text, limit=MAX_NESTING)
        try:
            yield
        finally:
            self.depth -= 1

    def outside_range(self, read: Callable[[], Result]) -> Result:
        """Read something in brackets of its own, where “[” always opens."""
        before, self.in_range_end = self.in_range_end, False
        try:
            return read()
        finally:
            self.in_range_end = before

    def name(self) -> str:
        """A name at hand: the longest known one, then any plain words that follow."""
        if self.token.kind is not Kind.WORD:
            raise self.unexpected(N_("a name"))
        known = self.names.longest_at(self.tokens, self.index)
        text, length = known or (self._word(self.token), 1)
        self.index += length
        return " ".join([text, *self._following_words()])

    def _following_words(self) -> list[str]:
        words = []
        while continues_name(self.token) and not self._is_foreign_word():
            words.append(self._word(self.advance()))
        return words

    def _is_foreign_word(self) -> bool:
        return self.token.kind is Kind.WORD and self.token.text in INFIX_WORDS

    @staticmethod
    def _word(token: Token) -> str:
        """The token as part of a name; one in backticks has its inside as value."""
        return token.value or token.text

    def member_name(self) -> str:
        """The name after a dot."""
        return self.name()

    def name_before(self, *ends: str) -> str:
        """All tokens up to one of these ends, put together as one name being defined."""
        if self.token.kind is not Kind.WORD:
            raise self.unexpected(N_("a name"))
        pieces = [self._word(self.advance())]
        while self.token.text not in (*ends, ""):
            pieces.append(("" if self.token.glued else " ") + self.advance().text)
        return "".join(pieces)

    def argument_name(self) -> str | None:
        """The name of a named argument, when one and then a colon are at hand."""
        distance = 1
        while continues_name(self.peek(distance)):
            distance += 1
        if self.token.kind is not Kind.WORD or self.peek(distance).text != ":":
            return None
        name = self.name_before(":")
        self.expect(":")
        return name


def continues_name(token: Token) -> bool:
    """True for a token that may follow in a name: a word or a whole number."""
    return token.kind is Kind.WORD or (token.kind is Kind.NUMBER and token.text.isdigit())
