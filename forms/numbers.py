"""Numbers as people type them: 1.000,5 in Vietnamese, 1,000.5 in English."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import format_decimal, get_decimal_symbol

MOST_DIGITS = 15  # what a JSON number keeps exactly everywhere
_JUNK = re.compile(r"[\s\u00a0\u202f_'’]+")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*", re.ASCII)


def read_number(value: Any, language: str) -> Decimal | None:
    """The number; None for what is none, or has more than 15 digits. Language settles `1.000`."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    text = _unified(value, language) if isinstance(value, str) else str(value)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    fits = number.is_finite() and len(number.normalize().as_tuple().digits) <= MOST_DIGITS
    return number if fits and abs(number.adjusted()) <= MOST_DIGITS else None


def json_number(number: Decimal) -> int | float:
    """Whole numbers as int; others as the float that prints the same digits."""
    return int(number) if number == number.to_integral_value() else float(number)


def number_text(value: int | float | Decimal, language: str, *, grouped: bool = True) -> str:
    """The number as readers of the language write it."""
    number = Decimal(str(value)).normalize()
    digits = max(0, -int(number.as_tuple().exponent))
    pattern = ("#,##0" if grouped else "0") + ("." + "0" * digits if digits else "")
    return str(format_decimal(number, format=pattern, locale=language))


def _unified(text: str, language: str) -> str:
    """The typed text with a point for the decimals and no other separator, else as it was."""
    text = _JUNK.sub("", text).replace("−", "-")
    decimal = _decimal_symbol(text, language)
    grouping = "." if decimal == "," else ","
    whole, mark, fraction = text.partition(decimal)
    if grouping in whole and not _THOUSANDS.fullmatch(whole):
        return "not a number"
    unified = whole.replace(grouping, "") + ("." + fraction if mark else "")
    return unified if _NUMBER.fullmatch(unified) else "not a number"


def _decimal_symbol(text: str, language: str) -> str:
    """The sign before the decimals: the last one used, if it cannot be a thousands separator."""
    usual = str(get_decimal_symbol(language))
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return usual
    other = "," if text[last] == "." else "."
    if other in text:
        return text[last]
    if _THOUSANDS.fullmatch(text):
        several = text.count(text[last]) > 1
        return other if several else usual
    return text[last]
