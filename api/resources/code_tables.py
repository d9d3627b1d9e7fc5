"""Code tables: what a choice in a form may be answered with."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import fields

from accounts.policy import Action
from api.authentication import requires
from api.language import language
from api.resource import Resource
from api.schemas import Shape
from core.clock import today
from core.errors import NotFound
from core.i18n import pick
from forms import code_tables

resource = Resource("code tables", "Codes from which forms let people choose, by days.")


class CodeDaySchema(Shape):
    """The day of which codes are told."""

    day = fields.Date(load_default=None, metadata={"description": "Today unless given."})


class CodeSchema(Shape):
    """A code that may be chosen on the day, with its name of that day."""

    code = fields.String(required=True, attribute="value")
    name = fields.String(required=True)


class CodesSchema(Shape):
    """All codes of a table; they come without pages."""

    items = fields.List(fields.Nested(CodeSchema), required=True)


@resource.route("/code-tables/<table>")
@requires(Action.SERVICE_VIEW)
@resource.arguments(CodeDaySchema, location="query")
@resource.response(200, CodesSchema)
def show_table(arguments: Mapping[str, date | None], table: str) -> dict[str, Any]:
    """List the codes of a table that may be chosen on a day."""
    if not code_tables.is_known(table):
        raise NotFound
    found = code_tables.of_day(table, arguments["day"] or today())
    return {
        "items": [{"value": each.value, "name": pick(each.labels, language())} for each in found]
    }
