"""Amounts of time in `service.yaml`: units, and limits of single steps."""

from dataclasses import dataclass
from typing import Any, Final

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from workflows.sections import Strict

WHOLE_UNITS: Final = ("calendar-day", "month")
UNITS: Final = ("hour", "working-day", *WHOLE_UNITS)


@dataclass(frozen=True)
class StepLimit:
    """Until when one step is to be done: an amount of a unit, as of `TimeLimit`."""

    amount: str
    unit: str


class LimitSchema(Strict):
    """An amount of a unit; only hours and working days have parts."""

    makes: type = StepLimit
    amount = fields.Decimal(required=True, validate=validate.Range(min=0, max=100_000))
    unit = fields.String(required=True, validate=validate.OneOf(UNITS))

    @validates_schema
    def _in_whole_days(self, data: dict[str, Any], **_: Any) -> None:
        if data["amount"] % 1 and data["unit"] in WHOLE_UNITS:
            raise ValidationError(f"A {data['unit']} has no parts.", "amount")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.makes(**{**data, "amount": str(data["amount"])})


def step_limits() -> fields.Dict:
    """Limits by the id of the user task; they stand before what the model says."""
    return fields.Dict(keys=fields.String(), values=fields.Nested(LimitSchema), load_default=dict)
