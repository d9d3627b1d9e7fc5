"""The public register: what was issued, open to everybody by law."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields, validate

from accounts.policy import Action
from api.authentication import requires
from api.limits import PUBLIC_CHECK, caller, limiter
from api.paging import Page, PageArguments, page_schema, paged
from api.resource import Resource
from api.schemas import Shape
from dossiers import register
from dossiers.models import RegisterEntry

resource = Resource("register", "The public register of results.")


class EntrySchema(Shape):
    """A published result; `state` is `valid` or `withdrawn`."""

    number = fields.String(required=True)
    service = fields.String(required=True, attribute="service_key")
    organisation_number = fields.String(required=True)
    organisation_name = fields.String(required=True)
    facts = fields.Dict(required=True)
    state = fields.String(required=True)
    issued_on = fields.Date(required=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)
    withdrawal_reason = fields.String(required=True, allow_none=True)


class RegisterFilters(PageArguments):
    """How the list can be narrowed."""

    text = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "Part of a number, or of a holder's name or number."},
    )


@resource.route("/register")
@requires(Action.REGISTER_VIEW_PUBLIC)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.arguments(RegisterFilters, location="query")
@resource.response(200, page_schema(EntrySchema))
def list_entries(arguments: dict[str, Any]) -> Page:
    """Search the register, newest first."""
    return paged(_find, arguments, lambda entry: entry.id)


@resource.route("/register/<path:number_or_code>")
@requires(Action.REGISTER_VIEW_PUBLIC)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.response(200, EntrySchema)
def show_entry(number_or_code: str) -> RegisterEntry:
    """Check one result by its number, or by the code in its QR picture."""
    return register.find_entry(number_or_code)


def _find(**filters: Any) -> Sequence[RegisterEntry]:
    return register.entries(**filters)
