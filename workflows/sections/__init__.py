"""The parts of `service.yaml`, one module each: what a part says, and how it is read.

`workflows.manifest` names them. Nothing is dropped silently: a field that nobody knows is refused.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, post_load

Texts = Mapping[str, str]
"""One text in several languages, by language code; the first one stands in for a missing one."""


class Strict(Schema):
    """A part that becomes an object of the class `makes`."""

    makes: type = dict

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.makes(**data)


def texts() -> fields.Dict:
    """Texts that must be there."""
    return fields.Dict(keys=fields.String(), values=fields.String(), required=True)


def optional_texts() -> fields.Dict:
    """Texts that may be left out."""
    return fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
