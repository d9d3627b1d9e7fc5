"""The agency's books of numbers."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.dossier_schemas import LONGEST_REASON
from api.paging import Page, PageArguments, page_schema, paged
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers.models import BookNumber
from dossiers.numbers import operations, queries

resource = Resource("books", "Books of numbers: every number, and what became of it.")


class BookSchema(Shape):
    """A book; `period` is its year, or empty for one that never begins anew."""

    agency = fields.String(required=True, attribute="agency_code")
    book = fields.String(required=True, attribute="name")
    period = fields.String(required=True)
    given = fields.Integer(required=True)
    last = fields.Integer(required=True)


class BooksSchema(Shape):
    """All books that the caller may see."""

    items = fields.List(fields.Nested(BookSchema), required=True)


class NumberSchema(Shape):
    """A number. `state` is `reserved`, `issued` or `void`; people are ids of actors."""

    id = fields.UUID(required=True)
    book = fields.String(required=True)
    period = fields.String(required=True)
    sequence = fields.Integer(required=True)
    number = fields.String(required=True)
    purpose = fields.String(required=True)
    state = fields.String(required=True)
    dossier = fields.String(
        required=True, metadata={"description": "Reference; empty if not for the caller."}
    )
    reserved_at = fields.AwareDateTime(required=True)
    used_at = fields.AwareDateTime(required=True, allow_none=True)
    voided_at = fields.AwareDateTime(required=True, allow_none=True)
    voided_by = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class NumberFilters(PageArguments):
    """Which book, and which of its numbers."""

    agency = fields.String(required=True, metadata={"description": "Code of the agency."})
    book = fields.String(required=True)
    period = fields.String(load_default="")
    state = fields.String(load_default="", validate=validate.OneOf(["", *queries.STATES]))


class CancelSchema(Shape):
    """Why; it stays in the book."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))


@resource.route("/books")
@requires(Action.BOOK_VIEW)
@resource.response(200, BooksSchema)
def list_books() -> dict[str, Any]:
    """List the books of the agencies that the caller looks after."""
    return {"items": queries.books(visible_to=current_actor())}


@resource.route("/books/numbers")
@requires(Action.BOOK_VIEW)
@resource.arguments(NumberFilters, location="query")
@resource.response(200, page_schema(NumberSchema))
def list_numbers(arguments: dict[str, Any]) -> Page:
    """List the numbers of a book, the last one first."""
    named = [arguments.pop(name) for name in ("agency", "book", "period")]
    book = queries.find_book(*named, visible_to=current_actor())

    def find(*, after: int | None, limit: int, state: str) -> list[dict[str, Any]]:
        found = queries.numbers(
            book, visible_to=current_actor(), before=after, limit=limit, state=state
        )
        return [_told(each.number, each.reference) for each in found]

    return paged(find, arguments, lambda each: str(each["sequence"]), int)


@resource.route("/numbers/<uuid:number_id>")
@requires(Action.BOOK_VIEW)
@resource.response(200, NumberSchema)
def show_number(number_id: UUID) -> dict[str, Any]:
    """Show one number."""
    line = queries.find_number(number_id, visible_to=current_actor())
    return _told(line.number, line.reference)


@resource.route("/numbers/<uuid:number_id>/cancel", methods=["POST"])
@requires(Action.BOOK_CANCEL)
@resource.arguments(CancelSchema)
@resource.response(200, NumberSchema)
def cancel_number(data: dict[str, Any], number_id: UUID) -> dict[str, Any]:
    """Strike out a number that nothing awaits. Needs a fresh proof of who you are."""
    with transaction():
        actor = current_actor()
        number = operations.cancel_number(number_id, reason=data["reason"], actor=actor)
    line = queries.find_number(number.id, visible_to=current_actor())
    return _told(line.number, line.reference)


def _told(number: BookNumber, reference: str) -> dict[str, Any]:
    columns = NumberSchema().fields.keys() - {"dossier"}
    return {**{name: getattr(number, name) for name in columns}, "dossier": reference}
