"""`issuing`: in which order a result is approved, signed by the leader, numbered and sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from workflows.sections import Strict


class IssuingStep(StrEnum):
    """A step on the way of a result out of the house."""

    APPROVE = "approve"
    SIGN = "sign"
    NUMBER = "number"
    SEAL = "seal"


@dataclass(frozen=True)
class InSitting:
    """How one of many tasks is completed by a single confirmation.

    `answers` are those of the task's form that mean "sign". Where the condition `when` is not true it
    is decided singly. `paper` are the inputs of `result.sign` as far as they are known before: the
    leader opens that letter before he confirms. Both are FEEL over the variables of the process,
    texts of `paper` only after a leading `=`.
    """

    answers: Mapping[str, Any]
    when: str | None = None
    paper: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Issuing:
    """The order, empty where the service says nothing; `approved_by` and `signed_by` are user tasks.

    The leader's own signature is that of who completed the last task of `signed_by`, or of
    `approved_by` where no task is only for signing. `in_sitting` names those of them that a leader may
    complete together with many others.
    """

    order: Sequence[IssuingStep] = ()
    approved_by: Sequence[str] = ()
    signed_by: Sequence[str] = ()
    in_sitting: Mapping[str, InSitting] = field(default_factory=dict)

    @property
    def signing_tasks(self) -> Sequence[str]:
        """The tasks whose completion is the leader's will to sign."""
        return self.signed_by or self.approved_by


class InSittingSchema(Strict):
    """As it stands in `service.yaml`."""

    makes = InSitting
    answers = fields.Dict(keys=fields.String(), required=True)
    when = fields.String(load_default=None)
    paper = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)


class IssuingSchema(Strict):
    """As it stands in `service.yaml`."""

    makes = Issuing
    order = fields.List(fields.Enum(IssuingStep, by_value=True), required=True)
    approved_by = fields.List(fields.String(), load_default=list)
    signed_by = fields.List(fields.String(), load_default=list)
    in_sitting = fields.Dict(
        keys=fields.String(), values=fields.Nested(InSittingSchema), load_default=dict
    )

    @validates_schema
    def _each_once(self, data: dict[str, Any], **_: Any) -> None:
        order = data["order"]
        if len(set(order)) < len(order):
            raise ValidationError("Name each step once.", "order")
        if IssuingStep.APPROVE in order and not data["approved_by"]:
            raise ValidationError("Name the user tasks that approve.", "approved_by")
        if IssuingStep.SIGN in order and not (data["signed_by"] or data["approved_by"]):
            raise ValidationError("Name the user tasks in which the leader signs.", "signed_by")
