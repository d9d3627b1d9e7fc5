"""Compiling a form to a marshmallow schema: once per form, page and language."""

from collections.abc import Mapping
from typing import Any, cast

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load

from core.errors import N_
from forms.components import CONTAINERS, Component, own_level
from forms.fields import field_for
from forms.problems import NOT_A_LIST, NOT_AN_OBJECT, Problem, refused, required_problem
from forms.texts import tidy

MOST_ROWS = 200


class AnswersSchema(Schema):
    """Base of all compiled schemas: blanks count as not given, unknown keys are dropped."""

    class Meta:
        """Marshmallow's options."""

        unknown = EXCLUDE

    @pre_load
    def drop_blanks(self, answers: Any, **_options: Any) -> Any:
        """An empty box is no answer; a group without answers still has required fields."""
        if not isinstance(answers, Mapping):
            return answers
        given = {key: value for key, value in answers.items() if not is_blank(value)}
        groups: dict[str, Any] = {
            name: {} for name, one in self.fields.items() if isinstance(one, GroupAnswer)
        }
        return {**groups, **given}


class GroupAnswer(fields.Nested):
    """The answers of a group with a path."""


class RowsAnswer(fields.List[Any]):
    """The rows of a dynamic list."""

    def __init__(self, component: Component, row: fields.Nested) -> None:
        self.component = component
        super().__init__(
            row,
            required=component.required,
            error_messages={
                "required": [required_problem(component)],
                "invalid": [Problem(component, NOT_A_LIST)],
            },
        )

    def _deserialize(self, value: Any, *where: Any, **options: Any) -> list[Any]:
        rules = self.component.rules
        most = rules.get("maxLength") or MOST_ROWS
        if isinstance(value, list) and len(value) > most:
            message = N_("“%(label)s” must have at most %(most)s entries")
            raise refused(self.component, message, most=most)
        rows = super()._deserialize(value, *where, **options)
        if len(rows) < (rules.get("minLength") or 0):
            message = N_("“%(label)s” must have at least %(least)s entries")
            raise refused(self.component, message, least=rules["minLength"])
        return rows


def compile_schema(
    components: tuple[Component, ...], language: str, owner: Component | None = None
) -> AnswersSchema:
    """The schema of everything that the components let a person write."""
    compiled = {
        str(component.key): _field(component, language)
        for component in own_level(components)
        if component.type in CONTAINERS or component.writable
    }
    kind = cast("type[AnswersSchema]", AnswersSchema.from_dict(compiled))
    schema = kind()
    schema.error_messages = {**schema.error_messages, "type": Problem(owner, NOT_AN_OBJECT)}  # type: ignore[dict-item]  # marshmallow passes objects through
    return schema


def load(
    schema: AnswersSchema, answers: Mapping[str, Any]
) -> tuple[dict[str, Any], Mapping[Any, Any]]:
    """The answers that are right, and marshmallow's messages about the others."""
    try:
        return dict(schema.load(answers)), {}
    except ValidationError as error:
        valid = error.valid_data if isinstance(error.valid_data, dict) else {}
        return valid, cast("dict[Any, Any]", error.messages)


def is_blank(value: Any) -> bool:
    """Whether nothing was answered: no text, no choice, or boxes that are all empty."""
    if isinstance(value, str):
        return not tidy(value, lines=False)
    if isinstance(value, Mapping):
        return all(is_blank(inner) for inner in value.values())
    return value is None or value == []


def _field(component: Component, language: str) -> fields.Field[Any]:
    if component.type == "group":
        return GroupAnswer(compile_schema(component.children, language, component))
    if component.type == "dynamiclist":
        row = fields.Nested(
            compile_schema(component.children, language, component),
            error_messages={"null": [Problem(component, NOT_AN_OBJECT)]},
        )
        return RowsAnswer(component, row)
    return field_for(component, language)
