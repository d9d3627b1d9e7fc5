"""What a process says of the sub-dossier that it asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from dossiers.sub_dossiers.errors import PartNotUnderstood
from dossiers.time_limits import TimeLimit, Unit


@dataclass(frozen=True)
class Part:
    """`agency` is a code; `process` an id in the lead's pack.

    Only the named `answers` and `papers` (kinds) are shown to the other agency.
    """

    agency: str
    process: str
    limit: TimeLimit
    question: str
    answers: Sequence[str] = ()
    papers: Sequence[str] = ()


class _LimitSchema(Schema):
    amount = fields.Decimal(required=True, validate=validate.Range(min=0, max=100_000))
    unit = fields.Enum(Unit, by_value=True, required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> TimeLimit:
        return TimeLimit(Decimal(data["amount"]), data["unit"])


class _PartSchema(Schema):
    agency = fields.String(required=True)
    process = fields.String(required=True)
    limit = fields.Nested(_LimitSchema, required=True)
    question = fields.String(required=True, validate=validate.Length(min=1, max=8000))
    answers = fields.List(fields.String(), load_default=list)
    papers = fields.List(fields.String(), load_default=list)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Part:
        return Part(**data)


def read_part(said: Any) -> Part:
    """The part that a process asks for; raises PartNotUnderstood."""
    try:
        part: Part = _PartSchema().load(said if isinstance(said, Mapping) else {})
    except ValidationError as error:
        raise PartNotUnderstood(fault=str(error)) from error
    return part
