"""`follow_ups` of `service.yaml`: what is to happen to an entry of the register later, by itself."""

from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from workflows.sections import Strict, Texts, texts

BEFORE_EXPIRY, AFTER, EVERY = "before-expiry", "after", "every"
_UNITS = ("days", "months", "years")


@dataclass(frozen=True)
class FollowUpRule:
    """`when`: so long before the last day of validity, after the day of issue, or again and again.

    It starts `process`, a case about the entry, or invites the holder to apply for the service
    `invite`.
    """

    name: Texts
    when: str
    amount: int
    unit: str = "days"
    process: str = ""
    invite: str = ""


class FollowUpSchema(Strict):
    """How it is read."""

    makes = FollowUpRule
    name = texts()
    when = fields.String(required=True, validate=validate.OneOf([BEFORE_EXPIRY, AFTER, EVERY]))
    amount = fields.Integer(required=True, validate=validate.Range(min=1, max=10_000))
    unit = fields.String(load_default="days", validate=validate.OneOf(_UNITS))
    process = fields.String(load_default="")
    invite = fields.String(load_default="")

    @validates_schema
    def _one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        if bool(data["process"]) == bool(data["invite"]):
            raise ValidationError("Say `process` or `invite`, one of them.", "process")
