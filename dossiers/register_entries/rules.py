"""What a service's rules say of an entry: until when it is valid, and what only one may say."""

import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import orjson

from accounts.runtime import runtime
from dossiers.models import Dossier, RegisterEntry
from workflows.pack import ServicePack
from workflows.queries import service

_YEAR: Final = 12
_KEYS: Final = "register key"


def rules_of(entry: RegisterEntry) -> ServicePack:
    """The version by whose rules an entry is changed: that of today."""
    return service(entry.service_key)


def known_of(entry: RegisterEntry) -> dict[str, Any]:
    """What the rules of a service read of an entry."""
    return {
        "holder": {"number": entry.organisation_number, "name": entry.organisation_name},
        "facts": entry.facts,
        "issued_on": entry.issued_on,
    }


def known_of_dossier(
    dossier: Dossier, pack: ServicePack, day: date, decided: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The same of a dossier, as if its result were issued on a day.

    `decided` are facts as the process decided them; they stand in the place of what was asked for.
    """
    manifest, answers = pack.manifest, dossier.answers
    number = dossier.organisation_number or pack.read(manifest.owner_number, answers)
    name = dossier.organisation_name or pack.read(manifest.owner_name, answers)
    return {
        "holder": {"number": number, "name": name},
        "facts": {**pack.register_facts(dossier.answers), **(decided or {})},
        "issued_on": day,
    }


def last_valid_day(pack: ServicePack, known: Mapping[str, Any], first: date) -> date | None:
    """The last day on which an entry that begins on `first` is valid; None is for ever."""
    validity = pack.manifest.register.validity
    if validity.until:
        day = pack.read(validity.until, known)
        return day if isinstance(day, date) else None
    years = pack.read(validity.years, known) if validity.years else None
    if not isinstance(years, int | Decimal) or isinstance(years, bool) or years < 1:
        return None
    return months_later(first, int(years) * _YEAR)


def keys_of(pack: ServicePack, known: Mapping[str, Any]) -> dict[str, str]:
    """By rule, what only one standing entry may say; rules without a key are left out."""
    said = {
        name: pack.read(rule.key, known) for name, rule in pack.manifest.register.unique.items()
    }
    return {name: _canonical(value) for name, value in said.items() if value is not None}


def mark_of(key: str) -> str:
    """A key as it is stored: a keyed hash, in hexadecimal digits."""
    return runtime().keyed.mark(key, purpose=_KEYS).hex()


def marks_of(key: str) -> list[str]:
    """How a key may be stored, also under secret keys of before."""
    return [each.hex() for each in runtime().keyed.marks(key, purpose=_KEYS)]


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later; where it is too short, its last one."""
    month = day.year * _YEAR + day.month - 1 + months
    year, number = month // _YEAR, month % _YEAR + 1
    return date(year, number, min(day.day, monthrange(year, number)[1]))


def later(day: date, amount: int, unit: str) -> date:
    """A day so many `days`, `months` or `years` later, or earlier if the amount is below zero."""
    if unit == "days":
        return day + timedelta(days=amount)
    return months_later(day, amount * (_YEAR if unit == "years" else 1))


def _canonical(value: Any) -> str:
    return orjson.dumps(_plain(value), option=orjson.OPT_SORT_KEYS).decode()


def _plain(value: Any) -> Any:
    """Without what people write one way or another: case, spaces, how letters are composed."""
    match value:
        case str():
            return " ".join(unicodedata.normalize("NFC", value).casefold().split())
        case dict():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case bool() | None:
            return value
        case _:
            return str(value)
