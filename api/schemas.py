"""The ground of all schemas, and the form of a problem."""

from marshmallow import RAISE, Schema, fields


class Shape(Schema):
    """A schema that refuses what it does not know and keeps the order in which it is written."""

    class Meta:
        """How marshmallow treats the schema."""

        unknown = RAISE


class FieldErrorSchema(Shape):
    """What is wrong with one field."""

    pointer = fields.String(
        required=True, metadata={"description": "JSON pointer to the field, as a URI fragment."}
    )
    detail = fields.String(required=True)


class ProblemSchema(Shape):
    """A problem document (RFC 9457)."""

    type = fields.String(
        required=True, metadata={"format": "uri-reference", "description": "Page that explains it."}
    )
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "How to mend it."})
    instance = fields.String(required=True, metadata={"description": "Id of this request."})
    code = fields.String(required=True, metadata={"description": "Stable name of the problem."})
    errors = fields.List(fields.Nested(FieldErrorSchema))
    newer = fields.Dict(
        metadata={"description": "With draft-changed: `version` and `answers` of the newer draft."}
    )
