"""Faults in FEEL: conditions negated, limits shifted, operators exchanged."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from feel import FeelSyntaxError
from feel.tokens import Kind, Token, tokenize

_OPERATORS = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "=": "!=",
    "!=": "=",
}
_WORDS = {"and": "or", "or": "and", "true": "false", "false": "true"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DURATION = re.compile(r"R?\d*/?P(?=\w)(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?")
_COUNT = re.compile(r"\d+(?=[YMWDHS])")
_NEGATED = re.compile(r"not\((.*)\)", re.DOTALL)


def of_condition(text: str) -> Iterator[str]:
    """A condition, with its leading `=`: negated as a whole, and each of its parts changed."""
    sign = "=" if text.startswith("=") else ""
    body = text.removeprefix("=")
    yield f"{sign}not({body})"
    single = not {"and", "or"} & {token.text for token in _tokens(body)}
    for changed, token in _changes(body):
        # A single comparison the other way round is the negation over again.
        if not (single and token.text in {"=", "!="}):
            yield sign + changed


def of_value(text: str) -> Iterator[str]:
    """An expression that is no condition: its literals shifted, its operators exchanged."""
    if not text.startswith("="):
        yield from shifted(text)
        return
    for changed, _ in _changes(text[1:]):
        yield "=" + changed


def of_cell(text: str) -> Iterator[str]:
    """The condition of a rule: negated, limits shifted, ends opened and closed."""
    body = text.strip()
    if body in {"", "-"}:
        return
    negated = _NEGATED.fullmatch(body)
    yield negated[1] if negated else f"not({body})"
    for changed, _ in _changes(body):
        yield changed
    if ".." in body:
        yield from _ends(body)


def of_output(text: str, others: list[str]) -> Iterator[str]:
    """What a rule answers: numbers shifted, a text replaced by what another rule answers."""
    body = text.strip()
    yield from (changed for changed, _ in _changes(body))
    if body.startswith('"'):
        yield from [other for other in others if other != body][:1]


def shifted(text: str) -> Iterator[str]:
    """A literal one more and one less: a number, a date, or the counts of a duration."""
    if _DATE.fullmatch(text):
        day = date.fromisoformat(text)
        yield from ((day + timedelta(days=by)).isoformat() for by in (1, -1))
    elif _DURATION.fullmatch(text):
        for match in _COUNT.finditer(text):
            for by in (1, -1):
                count = int(match[0]) + by
                yield f"{text[: match.start()]}{count}{text[match.end() :]}"


def _changes(text: str) -> Iterator[tuple[str, Token]]:
    for token in _tokens(text):
        for new in _replacements(token):
            end = token.position + len(token.text)
            yield text[: token.position] + new + text[end:], token


def _replacements(token: Token) -> Iterator[str]:
    if token.kind is Kind.NUMBER:
        yield from (str(Decimal(token.text) + by) for by in (1, -1))
    elif token.kind is Kind.STRING:
        yield from (f'"{changed}"' for changed in shifted(token.value))
    else:
        table = _OPERATORS if token.kind is Kind.SYMBOL else _WORDS
        yield from filter(None, [table.get(token.text)])


def _ends(text: str) -> Iterator[str]:
    for opening, other in (("[", "("), ("(", "[")):
        if text.startswith(opening):
            yield other + text[1:]
    for closing, other in (("]", ")"), (")", "]")):
        if text.endswith(closing):
            yield text[:-1] + other


def _tokens(text: str) -> list[Token]:
    try:
        return tokenize(text)
    except FeelSyntaxError:
        return []
