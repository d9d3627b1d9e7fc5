"""The words of the scenario language: what a file, a step and an expectation may say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate

REFUSED: Final = "refused"


class Moment(fields.Field[str]):
    """A moment, as a text in ISO 8601 or as YAML reads it without quotes; kept as a text."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if isinstance(value, str) and value.startswith("="):
            return value
        try:
            moment = value if isinstance(value, date) else datetime.fromisoformat(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return moment.isoformat()


def _names() -> fields.List[Any]:
    return fields.List(fields.String())


def _anything() -> fields.Dict:
    return fields.Dict(keys=fields.String())


class _Task(Schema):
    element = fields.String(required=True)
    by = fields.String(required=True)
    person = fields.String()
    answers = _anything()


class _Message(Schema):
    name = fields.String(required=True)
    key = fields.String()
    id = fields.String()
    variables = _anything()


class _Enquiry(Schema):
    kind = fields.String(required=True)
    text = fields.String()


class _OpenTask(Schema):
    element = fields.String(required=True)
    by = fields.Raw()
    name = fields.String()
    form = fields.String()
    assignee = fields.String()
    due = Moment(allow_none=True)
    priority = fields.Integer()


class _Process(Schema):
    state = fields.String()
    data = _anything()
    variables = _names()


class _Open(fields.Field[Any]):
    """An open task: the id of its element alone, or with more about it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return {"element": value} if isinstance(value, str) else _OpenTask().load(value)


class _Entry(fields.Field[Any]):
    """The register's entry: its state alone, nothing, or more about it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if isinstance(value, dict) or value is None:
            return value
        return {"state": str(value)}


class Expected(fields.Field[Any]):
    """What is expected, written out, or a condition about what is there: a text after `=`."""

    def __init__(self, inner: fields.Field[Any]) -> None:
        self.inner = inner
        super().__init__(allow_none=True)

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """See `Field.deserialize`."""
        if isinstance(value, str) and value.startswith("="):
            return value
        return self.inner.deserialize(value, *args, **kwargs)


_EXPECTATIONS: Final[Mapping[str, fields.Field[Any]]] = {
    "status": fields.String(),
    "path": _names(),
    "code": fields.String(allow_none=True),
    "submitted": Moment(allow_none=True),
    "received": Moment(allow_none=True),
    "due": Moment(allow_none=True),
    "finished": Moment(allow_none=True),
    "delivered": Moment(allow_none=True),
    "fee": fields.Raw(allow_none=True),
    "payment": fields.Dict(keys=fields.String(), allow_none=True),
    "number": fields.String(allow_none=True),
    "register": _Entry(allow_none=True),
    "documents": _names(),
    "missing": _names(),
    "tasks": fields.List(_Open()),
    "timers": fields.Dict(keys=fields.String(), values=Moment()),
    "data": _anything(),
    "variables": _names(),
    "processes": fields.Dict(keys=fields.String(), values=fields.Nested(_Process)),
    "walked": _names(),
    "sent": _anything(),
    "calls": fields.Dict(keys=fields.String(), values=fields.Integer()),
    "letters": _anything(),
    "enquiries": _anything(),
    "incidents": _names(),
}
EXPECTATIONS: Final = {name: Expected(inner) for name, inner in _EXPECTATIONS.items()}
_Expectation = Schema.from_dict(dict(EXPECTATIONS), name="Expectation")

STEPS: Final[Mapping[str, fields.Field[Any]]] = {
    "attach": _names(),
    "remove": _names(),
    "answer": _anything(),
    "submit": fields.Raw(allow_none=True, validate=validate.Equal(None)),
    "pay": fields.Raw(allow_none=True, validate=validate.Equal(None)),
    "withdraw": fields.String(),
    "again": _anything(),
    "procedure": fields.String(),
    "task": fields.Nested(_Task),
    "wait": fields.String(validate=validate.Regexp(r"P\w+")),
    "systems": _anything(),
    "message": fields.Nested(_Message),
    "enquiry": fields.Nested(_Enquiry),
    "retry": fields.String(),
    "expect": fields.Nested(_Expectation),
}


class ScenarioFile(Schema):
    """The top of a scenario file; its steps are read one by one."""

    name = fields.String(required=True)
    at = Moment(required=True)
    systems = fields.Dict(keys=fields.String())
    answers = fields.Dict(keys=fields.String(), required=True)
    steps = fields.List(fields.Raw(), required=True, validate=validate.Length(min=1))


class CommonFile(Schema):
    """What several scenarios of a pack share."""

    name = fields.String()
    at = Moment()
    systems = fields.Dict(keys=fields.String())
    answers = fields.Dict(keys=fields.String())


class Failure(Schema):
    """A system that does not answer: a failure worth another try, `times` times, or for ever."""

    fails = fields.String(required=True)
    times = fields.Integer(validate=validate.Range(min=1))
    retry_after = fields.Float()


class BusinessError(Schema):
    """A system that answers with an error of the process."""

    bpmn_error = fields.String(required=True)
    message = fields.String()
