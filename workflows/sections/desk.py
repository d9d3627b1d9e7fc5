"""`desk` in `service.yaml`: how applications are taken in by clerks, for people who come or write."""

from collections.abc import Sequence
from dataclasses import dataclass

from marshmallow import fields, validate

from workflows.sections import Strict

AT_DESK = ("counter", "post")


@dataclass(frozen=True)
class DeskRules:
    """How a clerk takes an application in.

    `channels` are those that are open. With `anywhere` an office of another agency may take it in,
    if the profile allows it as well. `receives` tells that taking in is the reception: code, due
    date and receipt (form 01) at once; otherwise the process receives. Who took a dossier in does
    not do the user tasks of `kept_from` (ids in the model).
    """

    channels: Sequence[str] = AT_DESK
    anywhere: bool = False
    receives: bool = True
    kept_from: Sequence[str] = ()


class DeskRulesSchema(Strict):
    """How `desk` is read."""

    makes = DeskRules
    channels = fields.List(fields.String(validate=validate.OneOf(AT_DESK)))
    anywhere = fields.Boolean()
    receives = fields.Boolean()
    kept_from = fields.List(fields.String())
