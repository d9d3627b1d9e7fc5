"""The register's answer, read into our words.

The shape was seen in working code of a system that asks the real register: `MainInformation`,
`HOAdress` (spelt so), and `Representatives`, which is an object or a list. Everything but the
number and the name may be missing.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.errors import AnswerUnreadable

SYSTEM = "enterprise register"


@dataclass(frozen=True)
class Enterprise:
    """What the register says of one enterprise; empty texts where it says nothing.

    `identities` are the identity numbers of its representatives, where the register tells them.
    """

    tax_number: str
    name: str
    foreign_name: str
    short_name: str
    kind: str
    status_code: str
    status: str
    active: bool
    founded_on: str
    address: str
    province: str
    representatives: tuple[str, ...]
    identities: tuple[str, ...] = ()


def read_enterprise(
    answer: Mapping[str, Any], *, active_statuses: frozenset[str], identity_field: str = ""
) -> Enterprise | None:
    """The enterprise of an answer, or None when the register knows none of that number."""
    main = _mapping(answer.get("MainInformation"))
    if not main:
        return None
    status_code = _text(main, "ENTERPRISE_STATUS")
    address = _mapping(answer.get("HOAdress") or answer.get("HOAddress"))
    return Enterprise(
        tax_number=_required(main, "ENTERPRISE_GDT_CODE"),
        name=_required(main, "NAME"),
        foreign_name=_text(main, "NAME_F"),
        short_name=_text(main, "SHORT_NAME"),
        kind=_text(main, "ENTERPRISE_TYPE_NAME"),
        status_code=status_code,
        status=_text(main, "ENTERPRISE_STATUS_NAME"),
        active=status_code in active_statuses,
        founded_on=_text(main, "FOUNDING_DATE"),
        address=_text(address, "AddressFullText"),
        province=_text(address, "CityName"),
        representatives=_of_representatives(answer, "FULL_NAME"),
        identities=_of_representatives(answer, identity_field),
    )


def _of_representatives(answer: Mapping[str, Any], field: str) -> tuple[str, ...]:
    given = answer.get("Representatives")
    people = given if isinstance(given, list) else [given]
    texts = (_text(_mapping(person), field) for person in people)
    return tuple(text for text in texts if text)


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else {}


def _text(record: Mapping[str, Any], key: str) -> str:
    """Composed Unicode in one line, as our forms keep what people type: names are compared."""
    value = record.get(key)
    return "" if value is None else " ".join(unicodedata.normalize("NFC", str(value)).split())


def _required(record: Mapping[str, Any], key: str) -> str:
    if not (text := _text(record, key)):
        raise AnswerUnreadable(system=SYSTEM, fault=f"{key} is missing")
    return text
