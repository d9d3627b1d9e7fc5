"""Sealing an answer, and opening it for who may read it."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

import orjson

from accounts.runtime import runtime


@dataclass(frozen=True)
class Answer:
    """What another system says about a person.

    `reference` is its number of the paper, `issuer` who answers for it; both may be empty.
    """

    text: str
    reference: str = ""
    issuer: str = ""
    issued_on: date | None = None


def seal(answer: Answer, enquiry_id: UUID) -> bytes:
    """The answer, unreadable, for one row alone."""
    text = orjson.dumps(asdict(answer)).decode()
    return runtime().sealer.seal(text, purpose=_purpose(enquiry_id))


def opened(sealed: bytes, enquiry_id: UUID) -> Answer:
    """What was sealed; raises SealUnknown under an unknown key."""
    told = orjson.loads(runtime().sealer.open(sealed, purpose=_purpose(enquiry_id)))
    day = told.pop("issued_on")
    return Answer(**told, issued_on=date.fromisoformat(day) if day else None)


def _purpose(enquiry_id: UUID) -> str:
    return f"sealed_answer:{enquiry_id}"
