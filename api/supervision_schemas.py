"""How processes look to those who operate them."""

from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from marshmallow import fields, validate

from api.schemas import Shape
from engine.models import (
    HistoryKind,
    InstanceState,
    InterventionKind,
    InterventionState,
    JobState,
)
from feel.durations import DaysDuration, MonthsDuration

LONGEST_REASON = 2000
LARGEST_TOKEN = 2**31 - 1
_TEXTS = (date, time, DaysDuration, MonthsDuration)


def as_json(value: Any) -> Any:
    """A value of a process as JSON has it: moments and durations are texts as in ISO 8601.

    So are numbers with more digits than most programs keep.
    """
    if isinstance(value, dict):
        return {name: as_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, Decimal):
        exact = float(value)
        return exact if Decimal(str(exact)) == value else str(value)
    if isinstance(value, _TEXTS):
        return value.isoformat() if isinstance(value, date | time) else str(value)
    return value


def reason() -> fields.String:
    """Why an operator does something."""
    return fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))


def word_of(words: type[StrEnum]) -> fields.String:
    """One of the words of an enumeration."""
    return fields.String(required=True, validate=validate.OneOf([*map(str, words)]))


def number(**told: Any) -> fields.Integer:
    """The number of a token."""
    return fields.Integer(validate=validate.Range(min=0, max=LARGEST_TOKEN), **told)


SCOPE = {"description": "Number of a scope from GET variables; 0 is the process itself."}


class IncidentSchema(Shape):
    """Something that cannot go on without an operator; `kind` is that of the job, if it is one."""

    id = fields.UUID(required=True)
    instance_id = fields.UUID(required=True)
    fingerprint = fields.String(required=True)
    element_id = fields.String(required=True)
    element_name = fields.String(required=True, attribute="name")
    kind = fields.String(required=True)
    message = fields.String(required=True)
    raised_at = fields.AwareDateTime(required=True)
    attempts = fields.Integer(required=True)
    process_id = fields.String(required=True)
    business_key = fields.String(required=True)


class IncidentGroupSchema(Shape):
    """Incidents of one cause, with one of their messages."""

    fingerprint = fields.String(required=True)
    count = fields.Integer(required=True)
    oldest = fields.AwareDateTime(required=True)
    newest = fields.AwareDateTime(required=True)
    message = fields.String(required=True)
    element_id = fields.String(required=True)
    element_name = fields.String(required=True, attribute="name")
    kind = fields.String(required=True)
    process_id = fields.String(required=True)


class IncidentGroupsSchema(Shape):
    """What is stuck, by cause."""

    items = fields.List(fields.Nested(IncidentGroupSchema), required=True)


class RetrySchema(Shape):
    """What to mend before it is tried again; nothing, if left out."""

    variables = fields.Dict(keys=fields.String(), load_default=dict)
    scope = number(load_default=0, metadata=SCOPE)
    reason = fields.String(load_default="", validate=validate.Length(max=LONGEST_REASON))


class RetryManySchema(Shape):
    """How many are tried again each second."""

    rate_per_second = fields.Float(
        load_default=1.0, validate=validate.Range(min=0.01, max=100), allow_nan=False
    )


class RetriedSchema(Shape):
    """How many are going to be tried again."""

    count = fields.Integer(required=True)


class WaitSchema(Shape):
    """An event that is waited for."""

    kind = fields.String(required=True)
    element_id = fields.String(required=True)
    name = fields.String(required=True)
    key = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)


class ProcessJobSchema(Shape):
    """A job as it stands."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    state = word_of(JobState)
    attempts = fields.Integer(required=True)
    max_attempts = fields.Integer(required=True)
    due_at = fields.AwareDateTime(required=True)
    leased = fields.Boolean(required=True)
    last_error = fields.String(required=True)


class ProcessTokenSchema(Shape):
    """Where a token stands: in which subprocesses, at which element, waiting for what."""

    number = number(required=True)
    element_id = fields.String(required=True)
    element_name = fields.String(required=True, attribute="name")
    kind = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    listens = fields.Boolean(required=True)
    waiting = fields.String(required=True)
    waits = fields.List(fields.Nested(WaitSchema), required=True)
    task_id = fields.UUID(required=True, allow_none=True)
    job = fields.Nested(ProcessJobSchema, required=True, allow_none=True)
    incident_id = fields.UUID(required=True, allow_none=True)
    run = fields.Integer(required=True, allow_none=True)


class InstanceSchema(Shape):
    """A process as it runs; `version` counts its steps."""

    id = fields.UUID(required=True)
    definition_id = fields.String(required=True)
    process_id = fields.String(required=True)
    business_key = fields.String(required=True)
    state = word_of(InstanceState)
    version = fields.Integer(required=True)
    started_at = fields.AwareDateTime(required=True)
    suspended_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    end_reason = fields.String(required=True)


class InstanceDetailsSchema(InstanceSchema):
    """A process with its tokens, in the order of the process."""

    tokens = fields.List(fields.Nested(ProcessTokenSchema), required=True)


class ReasonSchema(Shape):
    """Why it is done."""

    reason = reason()


class VariableScopeSchema(Shape):
    """The variables of the process (number 0), of a subprocess or of one element."""

    number = number(required=True)
    element_id = fields.String(required=True)
    element_name = fields.String(required=True, attribute="name")
    variables = fields.Dict(
        required=True, metadata={"description": "With null for each value that is masked for you."}
    )
    masked = fields.List(
        fields.String(), required=True, metadata={"description": "Hidden values, as `a.0.b`."}
    )


class UnmaskVariableSchema(Shape):
    """Which of the `masked` values is wanted, and what for."""

    field = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    scope = number(load_default=0, metadata=SCOPE)
    reason = reason()


class VariableScopesSchema(Shape):
    """All variables of a process."""

    items = fields.List(fields.Nested(VariableScopeSchema), required=True)


class ChangeVariablesSchema(Shape):
    """Variables to be set; the others stay."""

    variables = fields.Dict(keys=fields.String(), required=True)
    scope = number(load_default=0, metadata=SCOPE)
    reason = reason()


class HistoryEntrySchema(Shape):
    """Something that happened. `changes` has old and new values where they were asked for."""

    seq = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    kind = word_of(HistoryKind)
    element_id = fields.String(required=True)
    actor = fields.String(required=True)
    details = fields.Dict(required=True)
    changes = fields.Dict(required=True, allow_none=True)


class ProposalSchema(Shape):
    """What is to be done.

    Move: the `token` goes to `target_id`. Skip: the `token` leaves its element, giving `variables`.
    Repeat: `element_id` is done once more, in the subprocess of the `token` or (0) the process.
    """

    kind = fields.Enum(InterventionKind, by_value=True, required=True)
    token = number(load_default=0)
    element_id = fields.String(load_default="", validate=validate.Length(max=1000))
    target_id = fields.String(load_default="", validate=validate.Length(max=1000))
    variables = fields.Dict(keys=fields.String(), load_default=dict)
    reason = reason()


class InterventionSchema(Shape):
    """A proposal and what became of it."""

    id = fields.UUID(required=True)
    instance_id = fields.UUID(required=True)
    kind = word_of(InterventionKind)
    token = number(required=True)
    element_id = fields.String(required=True)
    target_id = fields.String(required=True)
    variables = fields.Dict(required=True)
    reason = fields.String(required=True)
    state = word_of(InterventionState)
    proposed_by = fields.String(required=True)
    proposed_at = fields.AwareDateTime(required=True)
    decided_by = fields.String(required=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
