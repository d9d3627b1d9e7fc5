"""Reads of entries for their holders and for staff: more than everybody may know."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from dossiers.errors import EntryNotFound
from dossiers.models import Dossier, RegisterEntry
from dossiers.register import IS_PUBLIC
from dossiers.register_entries.errors import CopyNotFound
from dossiers.register_entries.models import CertifiedCopy, FollowUp, RegisterChange
from dossiers.register_entries.searching import folded


def entries_of(
    *, visible_to: Actor, text: str = "", after: UUID | None = None, limit: int = 50
) -> Sequence[RegisterEntry]:
    """Entries that came of dossiers which this actor may see, newest first."""
    query = _visible(visible_to)
    if text:
        query = query.where(RegisterEntry.search_text.contains(folded(text), autoescape=True))
    if after is not None:
        query = query.where(RegisterEntry.id < after)
    return db.session.scalars(query.order_by(RegisterEntry.id.desc()).limit(limit)).all()


def find_entry(entry_id: UUID, *, visible_to: Actor) -> RegisterEntry:
    """One of them; raises EntryNotFound."""
    found = db.session.scalars(
        _visible(visible_to).where(RegisterEntry.id == entry_id)
    ).one_or_none()
    if found is None:
        raise EntryNotFound
    return found


def dossier_behind(entry: RegisterEntry) -> Dossier:
    """The dossier that led to an entry: rights on an entry are those on it."""
    return db.session.get_one(Dossier, entry.dossier_id)


def history(entry: RegisterEntry) -> Sequence[RegisterChange]:
    """Every change with its reason and who did it, oldest first; for holders and staff only."""
    return db.session.scalars(
        select(RegisterChange)
        .where(RegisterChange.entry_id == entry.id)
        .order_by(RegisterChange.sequence)
    ).all()


def follow_ups_of(entry: RegisterEntry) -> Sequence[FollowUp]:
    """What follows an entry and what did, by day."""
    of_entry = select(FollowUp).where(FollowUp.entry_id == entry.id)
    return db.session.scalars(of_entry.order_by(FollowUp.due_on, FollowUp.name)).all()


def copies_of(entry: RegisterEntry) -> Sequence[CertifiedCopy]:
    """The certified copies of an entry, newest first."""
    of_entry = select(CertifiedCopy).where(CertifiedCopy.entry_id == entry.id)
    return db.session.scalars(of_entry.order_by(CertifiedCopy.id.desc())).all()


def find_copy(copy_id: UUID, *, visible_to: Actor) -> tuple[CertifiedCopy, RegisterEntry]:
    """A certified copy with its entry; raises CopyNotFound also when this actor may not see it."""
    row = db.session.execute(
        _visible(visible_to)
        .join(CertifiedCopy, CertifiedCopy.entry_id == RegisterEntry.id)
        .where(CertifiedCopy.id == copy_id)
        .with_only_columns(CertifiedCopy, RegisterEntry)
    ).one_or_none()
    if row is None:
        raise CopyNotFound
    return row[0], row[1]


def _visible(actor: Actor) -> Select[RegisterEntry]:
    return (
        select(RegisterEntry)
        .join(Dossier, Dossier.id == RegisterEntry.dossier_id)
        .where(IS_PUBLIC, policy.clause(actor, Action.DOSSIER_VIEW, Dossier))
    )
