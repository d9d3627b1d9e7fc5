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
from dossiers.errors import EntryNotFound
from dossiers.models import RegisterEntry

STATES = ("valid", "suspended", "withdrawn", "expired", "replaced")

resource = Resource("register", "The public register of results.")


class PublicChangeSchema(Shape):
    """A step in the life of an entry: its day, and on which ground of the service."""

    kind = fields.String(required=True)
    on = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    ground = fields.String(required=True)
    note = fields.String(required=True)
    decision_number = fields.String(required=True)


class EntrySchema(Shape):
    """A published result as it stands today.

    `state` is `valid`, `suspended`, `withdrawn`, `expired` or `replaced`; the number of a holder is
    null where the law does not make it public.
    """

    number = fields.String(required=True)
    service = fields.String(required=True, attribute="service_key")
    organisation_number = fields.String(required=True, allow_none=True)
    organisation_name = fields.String(required=True)
    facts = fields.Dict(required=True)
    state = fields.String(required=True)
    issued_on = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)
    withdrawal_reason = fields.String(required=True, allow_none=True)


class CheckedEntrySchema(EntrySchema):
    """One result with what happened to it, oldest first."""

    changes = fields.List(fields.Nested(PublicChangeSchema), required=True)


class PublicCopySchema(Shape):
    """A certified copy: what it says, and whether the entry was changed after it."""

    number = fields.String(required=True)
    entry = fields.String(required=True)
    state = fields.String(required=True)
    state_on = fields.Date(required=True)
    state_today = fields.String(required=True)
    changed_since = fields.Boolean(required=True)


class RegisterFilters(PageArguments):
    """How the list can be narrowed."""

    text = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={
            "description": "Part of a number, of a holder's name or number, or of a public fact; "
            "case and accents do not matter."
        },
    )
    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))


@resource.route("/register")
@requires(Action.REGISTER_VIEW_PUBLIC)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.arguments(RegisterFilters, location="query")
@resource.response(200, page_schema(EntrySchema))
def list_entries(arguments: dict[str, Any]) -> Page:
    """Search the register, newest first."""
    return paged(_find, arguments, lambda entry: str(entry["position"]))


@resource.route("/register/copies/<path:number_or_code>")
@requires(Action.REGISTER_VIEW_PUBLIC)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.response(200, PublicCopySchema)
def show_copy(number_or_code: str) -> dict[str, Any]:
    """Check a certified copy by its number, or by the code in its QR picture."""
    found = register.find_copy(number_or_code)
    if found is None:
        raise EntryNotFound
    return {
        "number": found.copy.number,
        "entry": found.entry.number,
        "state": found.copy.state,
        "state_on": found.copy.state_on,
        "state_today": register.state_of(found.entry),
        "changed_since": found.changed_since,
    }


@resource.route("/register/<path:number_or_code>")
@requires(Action.REGISTER_VIEW_PUBLIC)
@limiter.limit(PUBLIC_CHECK, key_func=caller)
@resource.response(200, CheckedEntrySchema)
def show_entry(number_or_code: str) -> dict[str, Any]:
    """Check one result by its number, or by the code in its QR picture."""
    entry, changes = register.entry_with_changes(number_or_code)
    return {**_told(entry), "changes": changes}


def _find(**filters: Any) -> Sequence[dict[str, Any]]:
    return [{**_told(each), "position": each.id} for each in register.entries(**filters)]


def _told(entry: RegisterEntry) -> dict[str, Any]:
    number = entry.organisation_number if entry.holder_number_public else None
    told = {name: getattr(entry, name) for name in _PUBLIC}
    return {**told, "organisation_number": number, "state": register.state_of(entry)}


_PUBLIC = (
    "number",
    "service_key",
    "organisation_name",
    "facts",
    "issued_on",
    "valid_until",
    "withdrawn_at",
    "withdrawal_reason",
)
