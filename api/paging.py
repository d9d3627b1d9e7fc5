"""Lists come in pages. A cursor remembers the last row seen, so nothing is skipped or repeated."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import orjson
from flask import request, url_for
from marshmallow import Schema, fields, validate

from api.errors import CursorInvalid
from api.schemas import Shape

LARGEST = 200
USUAL = 50

Row = TypeVar("Row")


class PageArguments(Shape):
    """What every list understands."""

    cursor = fields.String(
        load_default=None,
        validate=validate.Length(max=500),
        metadata={"description": "From the `next` link of the page before; opaque."},
    )
    limit = fields.Integer(
        load_default=USUAL,
        validate=validate.Range(min=1, max=LARGEST),
        metadata={"description": "How many at most."},
    )


@dataclass(frozen=True)
class Page:
    """Some rows, and the address of the following ones (None at the end)."""

    items: Sequence[Any]
    next: str | None


def page_schema(item: type[Schema]) -> type[Schema]:
    """The schema of a page of such items."""
    name = item.__name__.removesuffix("Schema") + "PageSchema"
    page: type[Schema] = type(
        name,
        (Shape,),
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(
                required=True,
                allow_none=True,
                metadata={"description": "Address of the next page; null on the last one."},
            ),
        },
    )
    return page


def paged(
    find: Callable[..., Sequence[Row]],
    arguments: dict[str, Any],
    position: Callable[[Row], UUID | str],
    read: Callable[[str], Any] = UUID,
) -> Page:
    """A page of what `find(after=…, limit=…, …)` finds; `position` is what `after` goes by.

    `read` makes `after` of a written position; raises ValueError for nonsense.
    """
    filters = dict(arguments)
    cursor, limit = filters.pop("cursor"), filters.pop("limit")
    rows = find(after=_read(cursor, read), limit=limit + 1, **filters)
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(shown, _next(write_cursor(str(position(shown[-1])))) if more else None)


def write_cursor(position: str | int) -> str:
    """A position in a list, as text that callers do not look into."""
    packed = orjson.dumps([request.endpoint, position])
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def read_cursor(cursor: str) -> str | int:
    """The position behind a cursor of this very list; raises CursorInvalid."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        endpoint, position = orjson.loads(packed)
    except (binascii.Error, ValueError, TypeError) as error:
        raise CursorInvalid from error
    if endpoint != request.endpoint or not isinstance(position, str | int):
        raise CursorInvalid
    return position


def _read(cursor: str | None, read: Callable[[str], Any]) -> Any:
    try:
        return None if cursor is None else read(str(read_cursor(cursor)))
    except ValueError as error:
        raise CursorInvalid from error


def _next(cursor: str) -> str:
    values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict()}
    return url_for(request.endpoint or "", **{**values, "cursor": cursor})
