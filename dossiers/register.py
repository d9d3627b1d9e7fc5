"""The public register, as everybody may read it: what the law makes public, and nothing beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from core.clock import today
from core.database import db
from dossiers.errors import EntryNotFound
from dossiers.models import RegisterEntry
from dossiers.register_entries.models import CertifiedCopy, ChangeKind, EntryState, RegisterChange
from dossiers.register_entries.searching import folded

_PUBLIC_STATES: Final = (
    EntryState.VALID,
    EntryState.SUSPENDED,
    EntryState.WITHDRAWN,
    EntryState.EXPIRED,
    EntryState.REPLACED,
)
# Entries from elsewhere are held until somebody releases them, and void if nobody ever did.
IS_PUBLIC: Final[ColumnElement[bool]] = RegisterEntry.state.in_(_PUBLIC_STATES)


@dataclass(frozen=True)
class PublicChange:
    """A step in the life of an entry, as everybody may know it; `ground` is a code of the service."""

    kind: ChangeKind
    on: date
    until: date | None
    ground: str
    note: str
    decision_number: str = ""


@dataclass(frozen=True)
class PublicCopy:
    """A certified copy: what it says of an entry, and whether the entry was changed after it."""

    copy: CertifiedCopy
    entry: RegisterEntry
    changed_since: bool


def entries(
    *, text: str = "", state: str = "", after: UUID | None = None, limit: int = 50
) -> Sequence[RegisterEntry]:
    """The public register, newest first; `text` is looked for in numbers, holders and public facts,
    whatever its case and accents."""
    query = select(RegisterEntry).where(IS_PUBLIC)
    if text:
        found = RegisterEntry.search_text.contains(folded(text), autoescape=True)
        query = query.where(found)
    if state:
        query = query.where(_is_in(state))
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


def entry_with_changes(number_or_code: str) -> tuple[RegisterEntry, Sequence[PublicChange]]:
    """As `find_entry`, with what happened to it, asked for at once."""
    wanted = number_or_code.strip()
    named = or_(RegisterEntry.number == wanted, RegisterEntry.check_code == wanted)
    rows = db.session.execute(
        select(RegisterEntry, RegisterChange)
        .outerjoin(RegisterChange, RegisterChange.entry_id == RegisterEntry.id)
        .where(named, IS_PUBLIC)
        .order_by(RegisterChange.sequence)
    ).all()
    if not rows:
        raise EntryNotFound
    changes: list[RegisterChange | None] = [change for _, change in rows]
    return rows[0][0], [_public(each) for each in changes if each is not None]


def find_copy(number_or_code: str) -> PublicCopy | None:
    """A certified copy by its number or the code in its QR picture; None if there is none."""
    wanted = number_or_code.strip()
    row = db.session.execute(
        select(CertifiedCopy, RegisterEntry)
        .join(RegisterEntry, RegisterEntry.id == CertifiedCopy.entry_id)
        .where(
            or_(CertifiedCopy.number == wanted, CertifiedCopy.check_code == wanted),
            CertifiedCopy.ready_at.is_not(None),
            IS_PUBLIC,
        )
    ).one_or_none()
    if row is None:
        return None
    copy, entry = row
    changed = copy.sequence != len(changes_of(entry)) or copy.state != state_of(entry)
    return PublicCopy(copy, entry, changed)


def changes_of(entry: RegisterEntry) -> Sequence[PublicChange]:
    """What happened to an entry, oldest first: days and grounds, nobody's name and no moment."""
    rows = db.session.scalars(
        select(RegisterChange)
        .where(RegisterChange.entry_id == entry.id)
        .order_by(RegisterChange.sequence)
    )
    return [_public(each) for each in rows]


def _public(change: RegisterChange) -> PublicChange:
    return PublicChange(
        change.kind, change.on, change.until, change.ground, change.note, change.decision_number
    )


def state_of(entry: RegisterEntry) -> EntryState:
    """Where an entry stands today, also before the chore that ends what has passed has come by."""
    state, day = EntryState(entry.state), today()
    standing = state in {EntryState.VALID, EntryState.SUSPENDED}
    if standing and entry.valid_until is not None and entry.valid_until < day:
        return EntryState.EXPIRED
    ended = entry.suspended_until is not None and entry.suspended_until < day
    return EntryState.VALID if state is EntryState.SUSPENDED and ended else state


def ended_on(entry: RegisterEntry) -> date | None:
    """The first day on which an entry counts no longer; None while it does."""
    state = state_of(entry)
    if state is EntryState.EXPIRED and entry.valid_until is not None:
        return entry.valid_until + timedelta(days=1)
    ends = {EntryState.WITHDRAWN: ChangeKind.REVOKED, EntryState.REPLACED: ChangeKind.REPLACED}
    found = [each.on for each in changes_of(entry) if each.kind is ends.get(state)]
    return found[-1] if found else None


def _is_in(state: str) -> ColumnElement[bool]:
    """The same as `state_of`, as a condition."""
    column, day = RegisterEntry.state, today()
    over = RegisterEntry.valid_until < day
    lasting = or_(RegisterEntry.valid_until.is_(None), RegisterEntry.valid_until >= day)
    resumed = (column == EntryState.SUSPENDED) & (RegisterEntry.suspended_until < day)
    still = or_(RegisterEntry.suspended_until.is_(None), RegisterEntry.suspended_until >= day)
    standing = column.in_((EntryState.VALID, EntryState.SUSPENDED))
    conditions: dict[str, ColumnElement[bool]] = {
        EntryState.VALID: lasting & or_(column == EntryState.VALID, resumed),
        EntryState.SUSPENDED: lasting & (column == EntryState.SUSPENDED) & still,
        EntryState.EXPIRED: or_(column == EntryState.EXPIRED, standing & over),
    }
    return conditions.get(state, column == state)
