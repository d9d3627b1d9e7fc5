"""The field of administration (lĩnh vực) of a procedure; statistics have a row for each."""

from dataclasses import dataclass

from marshmallow import fields

from workflows.sections import Strict, Texts, texts


@dataclass(frozen=True)
class ProcedureField:
    """A field by its code, and what it is called."""

    code: str
    name: Texts


class ProcedureFieldSchema(Strict):
    """As it stands in `service.yaml`."""

    makes = ProcedureField
    code = fields.String(required=True)
    name = texts()
