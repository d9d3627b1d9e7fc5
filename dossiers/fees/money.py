"""Amounts of money for people: written and in words, by the currency of the profile.

An amount is an integer in the smallest unit: 1500000 dong, or 2500 of a currency with three decimals.
"""

from decimal import Decimal

from babel.numbers import format_decimal

from core.i18n import pick
from core.number_words import WORDS
from dossiers.context import jurisdiction


def decimals() -> int:
    """How many decimals the profile's currency has."""
    return int(jurisdiction().profile.currency.get("decimals", 0))


def code() -> str:
    """The ISO code of the profile's currency."""
    return str(jurisdiction().profile.currency["code"])


def written(amount: int, language: str, *, currency: str | None = None) -> str:
    """1500000 -> “1.500.000 đồng”; with the code where the currency is not the profile's own."""
    own = currency is None or currency == code()
    number = digits(amount, language) if own else str(amount)
    return f"{number} {_name(language) if own else currency}"


def digits(amount: int, language: str) -> str:
    """The number alone, with as many decimals as the currency has."""
    places = decimals()
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return str(format_decimal(Decimal(amount).scaleb(-places), pattern, locale=language))


def in_words(amount: int, language: str) -> str:
    """“Một triệu năm trăm nghìn đồng”; digits in a language whose numbers are not known in words."""
    say = WORDS.get(language)
    if say is None:
        return written(amount, language)
    whole, rest = divmod(abs(amount), 10 ** decimals())
    words = f"{say(whole)} {_name(language)}"
    if rest:
        words += f" {_and(language)} {say(rest)} {_minor(language)}"
    return words[0].upper() + words[1:]


def _name(language: str) -> str:
    return _worded("names", language) or code()


def _minor(language: str) -> str:
    return _worded("minor", language) or f"/ {10 ** decimals()}"


def _and(language: str) -> str:
    return {"vi": "và"}.get(language, "and")


def _worded(part: str, language: str) -> str:
    names = jurisdiction().profile.currency.get(part) or {}
    return pick(names, language) if names else ""
