"""What is wrong with a field is said in sentences that can be translated."""

from typing import Any

from flask.testing import FlaskClient
from marshmallow import ValidationError, fields, validate

from api.sentences import FIXED, PHRASES, in_callers_language


def _said(field: fields.Field[Any], value: object) -> str:
    try:
        field.deserialize(value)
    except ValidationError as error:
        return str(error.messages[0])
    raise AssertionError("the value was accepted")


def test_every_sentence_in_use_is_known(client: FlaskClient):
    said = [
        _said(fields.String(validate=validate.Length(max=3)), "abcd"),
        _said(fields.String(validate=validate.Length(min=1, max=3)), ""),
        _said(fields.String(validate=validate.OneOf(["a", "b"])), "c"),
        _said(fields.Integer(validate=validate.Range(min=1, max=200)), 0),
        _said(fields.Integer(validate=validate.Range(min=0)), -1),
    ]
    for sentence, (pattern, _) in zip(said, _in_order(said), strict=True):
        assert pattern.fullmatch(sentence)
    plain = (fields.UUID, fields.Boolean, fields.Date, fields.Integer, fields.Float, fields.String)
    for field in plain:
        assert _said(field(), object()) in FIXED
    assert _said(fields.String(required=True), None) in FIXED


def _in_order(said: list[str]):
    return [next(pair for pair in PHRASES if pair[0].fullmatch(each)) for each in said]


def test_a_sentence_speaks_vietnamese_with_its_numbers(client: FlaskClient):
    answer = client.post(
        "/api/v1/tokens",
        json={"grant_type": "password", "login": "a" * 201, "password": "b"},
        headers={"Accept-Language": "vi"},
    )
    assert answer.get_json()["errors"] == [{"pointer": "#/login", "detail": "Dài quá 200 ký tự."}]


def test_a_sentence_that_is_not_known_stays(client: FlaskClient):
    with client.application.test_request_context():
        assert in_callers_language("Half past nine.") == "Half past nine."
