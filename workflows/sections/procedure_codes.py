"""National codes of the procedures that one service serves: new, adjusted, reissued, extended."""

from dataclasses import dataclass

from marshmallow import fields

from workflows.sections import Strict


@dataclass(frozen=True)
class ProcedureCode:
    """The name of the setting that holds a code, and the FEEL condition over the answers for it."""

    setting: str
    when: str


class ProcedureCodeSchema(Strict):
    """As it stands in `service.yaml`."""

    makes = ProcedureCode
    setting = fields.String(required=True)
    when = fields.String(required=True)
