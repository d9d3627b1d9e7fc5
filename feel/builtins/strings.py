"""Functions over texts (DMN 10.3.4.3), and Camunda's trim, extract and is blank."""

from decimal import Decimal
from typing import Any

from feel import patterns
from feel.builtins.registry import builtin
from feel.durations import whole
from feel.limits import Evaluation


@builtin("substring(string: string, start position: number, length?: number)")
def substring(
    _run: Evaluation, text: str, start: Decimal, length: Decimal | None = None
) -> str | None:
    """A part of the text; positions count from 1, or from the end when negative."""
    position = whole(start)
    if position == 0 or (length is not None and length < 1):
        return None
    begin = position - 1 if position > 0 else max(len(text) + position, 0)
    return text[begin : None if length is None else begin + whole(length)]


@builtin("string length(string: string)")
def string_length(_run: Evaluation, text: str) -> Decimal:
    """The number of characters."""
    return Decimal(len(text))


@builtin("upper case(string: string)")
def upper_case(_run: Evaluation, text: str) -> str:
    """In capitals."""
    return text.upper()


@builtin("lower case(string: string)")
def lower_case(_run: Evaluation, text: str) -> str:
    """In small letters."""
    return text.lower()


@builtin("substring before(string: string, match: string)")
def substring_before(_run: Evaluation, text: str, match: str) -> str:
    """What stands before the first match; nothing when there is none."""
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after(string: string, match: string)")
def substring_after(_run: Evaluation, text: str, match: str) -> str:
    """What stands after the first match; nothing when there is none."""
    return text.partition(match)[2] if match else text


@builtin("contains(string: string, match: string)")
def contains(_run: Evaluation, text: str, match: str) -> bool:
    """True when the match stands somewhere in the text."""
    return match in text


@builtin("starts with(string: string, match: string)")
def starts_with(_run: Evaluation, text: str, match: str) -> bool:
    """True when the text begins so."""
    return text.startswith(match)


@builtin("ends with(string: string, match: string)")
def ends_with(_run: Evaluation, text: str, match: str) -> bool:
    """True when the text ends so."""
    return text.endswith(match)


@builtin("matches(input: string, pattern: string, flags?: string?)")
def matches(run: Evaluation, text: str, pattern: str, flags: str | None = None) -> bool | None:
    """True when the pattern is found in the text."""
    found = patterns.compiled(pattern, flags or "")
    return None if found is None else found.search(text, run) is not None


@builtin("replace(input: string, pattern: string, replacement: string, flags?: string?)")
def replace(
    run: Evaluation, text: str, pattern: str, replacement: str, flags: str | None = None
) -> str | None:
    """Every match replaced; $1 stands for the first group."""
    found = patterns.compiled(pattern, flags or "")
    return None if found is None else found.replace(text, replacement, run)


@builtin("split(string: string, delimiter: string)")
def split(run: Evaluation, text: str, delimiter: str) -> list[str] | None:
    """The parts between matches of the delimiter pattern."""
    found = patterns.compiled(delimiter, "")
    return None if found is None else found.split(text, run)


@builtin("extract(string: string, pattern: string)")
def extract(run: Evaluation, text: str, pattern: str) -> list[str] | None:
    """Camunda: every match of the pattern."""
    found = patterns.compiled(pattern, "")
    return None if found is None else found.find_all(text, run)


@builtin("string join(list: list)")
@builtin("string join(list: list, delimiter: string?)")
@builtin("string join(list: list, delimiter: string?, prefix: string?, suffix: string?)")
def string_join(
    run: Evaluation,
    items: list[Any],
    delimiter: str | None = None,
    prefix: str | None = None,
    suffix: str | None = None,
) -> str | None:
    """The texts put together; nulls are left out."""
    texts = [item for item in items if item is not None]
    if not all(isinstance(item, str) for item in texts):
        return None
    run.charge(len(texts))
    run.check_text(sum(map(len, texts)) + len(delimiter or "") * len(texts))
    return (prefix or "") + (delimiter or "").join(texts) + (suffix or "")


@builtin("trim(string: string)")
def trim(_run: Evaluation, text: str) -> str:
    """Camunda: without spaces at both ends."""
    return text.strip()


@builtin("is blank(string: string)")
def is_blank(_run: Evaluation, text: str) -> bool:
    """Camunda: true when there is nothing but spaces."""
    return not text.strip()
