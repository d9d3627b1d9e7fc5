"""Cut the text of an expression into tokens. Names with spaces are put together by the parser."""

import re
import sys
import unicodedata
from enum import Enum
from typing import NamedTuple

from feel.errors import ExpressionTooLong, UnfinishedText, UnreadableLiteral
from feel.limits import MAX_EXPRESSION_CHARACTERS


class Kind(Enum):
    """What a token is."""

    NUMBER = "number"
    STRING = "text"
    WORD = "name"
    SYMBOL = "symbol"
    END = "end of the expression"


class Token(NamedTuple):
    """One token; `glued` when no space stands before it; `value` is the text of a string unescaped."""

    kind: Kind
    text: str
    position: int
    glued: bool
    value: str = ""


# Letters of every script with their combining marks, and the supplementary planes, as DMN 10.3.1.2.
_WORD = r"[^\W\d](?:\w|[\u0300-\u036F\u203F\u2040])*|[\U00010000-\U000EFFFF]+"
_TOKEN = re.compile(
    rf"""
    (?P<space>(?:\s|\u180E|\uFEFF|//[^\n]*|/\*.*?\*/)+)
  | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<quoted>`[^`]+`)
  | (?P<word>{_WORD})
  | (?P<symbol>\*\*|\.\.|<=|>=|!=|->|==|&&|\|\||.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL
)
_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def tokenize(text: str) -> list[Token]:
    """All tokens of the text, the last one of kind END. Raises FeelSyntaxError."""
    if len(text) > MAX_EXPRESSION_CHARACTERS:
        raise ExpressionTooLong(0, text[:20], limit=MAX_EXPRESSION_CHARACTERS)
    tokens: list[Token] = []
    glued = False
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "space":
            glued = False
            continue
        tokens.append(_token(match, glued))
        glued = True
    return [*tokens, Token(Kind.END, "", len(text), glued=False)]


def _token(match: re.Match[str], glued: bool) -> Token:
    text, position = match.group(), match.start()
    match match.lastgroup:
        case "number":
            return Token(Kind.NUMBER, text, position, glued)
        case "string":
            return Token(Kind.STRING, text, position, glued, _unescaped(text[1:-1], position))
        case "quoted":
            return Token(Kind.WORD, text, position, glued, unicodedata.normalize("NFC", text[1:-1]))
        case "word":
            return Token(Kind.WORD, unicodedata.normalize("NFC", text), position, glued)
    _refuse_unfinished(match.string, text, position)
    return Token(Kind.SYMBOL, text, position, glued)


def _refuse_unfinished(source: str, text: str, position: int) -> None:
    if text == '"':
        raise UnfinishedText(position, source[position : position + 20], closing='"')
    if source.startswith("/*", position):
        raise UnfinishedText(position, "/*", closing="*/")


def _unescaped(body: str, position: int) -> str:
    if "\\" not in body:
        return body
    plain = _ESCAPE.sub(lambda match: _character(match, position), body)
    # Two \u escapes may spell one character of a supplementary plane.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(match: re.Match[str], position: int) -> str:
    digits = match[1] or match[2] or match[3]
    if digits is None:
        return _SIMPLE_ESCAPES.get(match[4], match[0])
    code = int(digits, 16)
    if code > sys.maxunicode:
        raise UnreadableLiteral(position + match.start() + 1, match[0])
    return chr(code)
