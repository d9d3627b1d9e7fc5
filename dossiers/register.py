"""The public register, as everybody may read it."""

import unicodedata
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from core.database import db
from dossiers.errors import EntryNotFound
from dossiers.models import RegisterEntry

# Entries from elsewhere are held until somebody releases them, and void if nobody ever did.
IS_PUBLIC: Final[ColumnElement[bool]] = RegisterEntry.state.in_(("valid", "withdrawn"))


def entries(
    *, text: str = "", after: UUID | None = None, limit: int = 50
) -> Sequence[RegisterEntry]:
    """The public register, newest first; `text` is looked for in numbers, holders and their numbers."""
    query = select(RegisterEntry).where(IS_PUBLIC)
    if text:
        composed = unicodedata.normalize("NFC", text)
        found = [
            column.icontains(composed, autoescape=True)
            for column in (
                RegisterEntry.number,
                RegisterEntry.organisation_name,
                RegisterEntry.organisation_number,
            )
        ]
        query = query.where(or_(*found))
    if after is not None:
        query = query.where(RegisterEntry.id < after)
    return db.session.scalars(query.order_by(RegisterEntry.id.desc()).limit(limit)).all()


def find_entry(number_or_code: str) -> RegisterEntry:
    """A register entry by its number or its check code; raises EntryNotFound. Public by law."""
    wanted = number_or_code.strip()
    found = db.session.scalars(
        select(RegisterEntry).where(
            or_(RegisterEntry.number == wanted, RegisterEntry.check_code == wanted), IS_PUBLIC
        )
    ).one_or_none()
    if found is None:
        raise EntryNotFound
    return found
