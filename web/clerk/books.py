"""The agency's books of numbers: every number, what became of it, and striking one out."""

from typing import Any, Final
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from accounts import policy
from accounts.actor import Actor
from accounts.freshness import require_fresh
from accounts.policy import Action
from core.database import transaction
from core.i18n import sentences_of
from dossiers.numbers import files, operations, queries
from dossiers.numbers.errors import BookNotFound
from dossiers.numbers.queries import Book, NumberLine
from web.clerk.blueprint import blueprint
from web.clerk.queues import name_of
from web.visitors import known_visitor, told

PAGE_SIZE: Final = 50


@blueprint.get("/books")
def books() -> str:
    """The books of the agencies that the visitor looks after; with one named, its numbers."""
    actor = known_visitor()
    policy.require_ever(actor, Action.BOOK_VIEW)
    if "book" in request.args:
        return _book_page(_named(actor), actor)
    return render_template("clerk/books.html", books=queries.books(visible_to=actor))


@blueprint.get("/books/export")
def export_book() -> AnyResponse:
    """Every number of a book, as a table for spreadsheets; on record."""
    actor = known_visitor()
    policy.require_ever(actor, Action.BOOK_VIEW)
    with transaction():
        book = _named(actor)
        content = files.as_csv(operations.export_book(book, actor=actor))
    name = "-".join(filter(None, (book.agency_code, book.name, book.period)))
    answer = Response(content, mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return answer


@blueprint.get("/numbers/<uuid:number_id>/cancel")
def ask_to_cancel(number_id: UUID) -> str:
    """Ask why a number is to be struck out."""
    actor = known_visitor()
    line = queries.find_number(number_id, visible_to=actor)
    policy.require(actor, Action.BOOK_CANCEL, queries.scope_of(line))
    require_fresh(actor)
    return _cancel_page(line)


@blueprint.post("/numbers/<uuid:number_id>/cancel")
def cancel_number(number_id: UUID) -> AnyResponse | tuple[str, int]:
    """Strike a number out."""
    actor, reason = known_visitor(), request.form.get("reason", "").strip()[:2000]
    line = queries.find_number(number_id, visible_to=actor)
    policy.require(actor, Action.BOOK_CANCEL, queries.scope_of(line))
    if not reason:
        return _cancel_page(line, _("Write why the number is struck out")), 400
    try:
        with transaction():
            operations.cancel_number(number_id, reason=reason, actor=actor)
    except operations.CANNOT_CANCEL as error:
        return _cancel_page(line, sentences_of(error)), error.status
    return told(_("The number is struck out."), url_for("clerk.books", **_address(line)))


def _named(actor: Actor) -> Book:
    """The book that the address names; raises BookNotFound."""
    named = (request.args.get(name, "") for name in ("agency", "book", "period"))
    return queries.find_book(*named, visible_to=actor)


def _book_page(book: Book, actor: Actor) -> str:
    state = request.args.get("state", "")
    found = queries.numbers(
        book,
        visible_to=actor,
        state=state if state in queries.STATES else "",
        before=request.args.get("before", type=int),
        limit=PAGE_SIZE + 1,
    )
    shown = found[:PAGE_SIZE]
    return render_template(
        "clerk/book.html",
        book=book,
        state=state,
        lines=shown,
        last=shown[-1].number.sequence if len(found) > PAGE_SIZE else None,
        may_cancel=lambda line: policy.allows(actor, Action.BOOK_CANCEL, queries.scope_of(line)),
        name_of=name_of,
    )


def _cancel_page(line: NumberLine, error: str = "") -> str:
    errors = {"reason": error} if error else {}
    return render_template(
        "clerk/cancel_number.html", line=line, address=_address(line), errors=errors
    )


def _address(line: NumberLine) -> dict[str, Any]:
    """What names the book of a number in addresses."""
    for book in queries.books(visible_to=known_visitor()):
        number = line.number
        if (book.agency_id, book.name, book.period) == (
            number.agency_id,
            number.book,
            number.period,
        ):
            return {"agency": book.agency_code, "book": book.name, "period": book.period}
    raise BookNotFound
