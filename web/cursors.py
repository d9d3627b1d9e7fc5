"""Paging by the last thing shown, so that a page costs the same however long the list is."""

from uuid import UUID

from flask import request


def cursor() -> UUID | None:
    """The id in the address's `after`; None for the first page, and for nonsense."""
    try:
        return UUID(request.args.get("after", ""))
    except ValueError:
        return None
