"""The life of an entry: each step is a dated change that is added and never altered."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from core.clock import now, today
from core.database import db
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.errors import EntryNotFound, EntryNotValid, ReasonMissing
from dossiers.models import BookNumber, Dossier, RegisterEntry
from dossiers.numbers.operations import use_number
from dossiers.operations.journal import record
from dossiers.operations.locking import hold_row
from dossiers.register_entries import follow_ups, uniqueness
from dossiers.register_entries.errors import DayWrong, GroundUnknown
from dossiers.register_entries.models import ChangeKind, EntryState, RegisterChange
from dossiers.register_entries.rules import (
    known_of,
    known_of_dossier,
    last_valid_day,
    rules_of,
)
from workflows.pack import ServicePack
from workflows.sections.register import PUBLIC

SYSTEM: Final = "system"
_CHECK_CODE_BYTES: Final = 15
_SAME: Final = (
    "agency_id",
    "service_key",
    "service_version",
    "organisation_number",
    "organisation_name",
    "holder_number_public",
    "facts",
    "facts_version",
    "valid_until",
)
_TAGS: Final = {
    ChangeKind.ISSUED: DossierTag.ENTRY_PUBLISHED,
    ChangeKind.AMENDED: DossierTag.ENTRY_AMENDED,
    ChangeKind.SUSPENDED: DossierTag.ENTRY_SUSPENDED,
    ChangeKind.RESUMED: DossierTag.ENTRY_RESUMED,
    ChangeKind.EXTENDED: DossierTag.ENTRY_EXTENDED,
    ChangeKind.REISSUED: DossierTag.ENTRY_REISSUED,
    ChangeKind.REPLACED: DossierTag.ENTRY_REPLACED,
    ChangeKind.REVOKED: DossierTag.ENTRY_WITHDRAWN,
    ChangeKind.EXPIRED: DossierTag.ENTRY_EXPIRED,
}


@dataclass(frozen=True)
class Deed:
    """Why an entry is changed: a ground of the service, a note for everybody, a reason for staff and
    holder; by the id of an actor, which dossier led to it, and the number of the decision, if any.

    `before_grounds`: its process was drawn when the service named no grounds, and needs none.
    """

    by: str = SYSTEM
    ground: str = ""
    note: str = ""
    reason: str = ""
    dossier_id: UUID | None = None
    number: str = ""
    before_grounds: bool = False


def new_check_code() -> str:
    """An unguessable code for the QR code of a result: 120 random bits, safe in an address."""
    return secrets.token_urlsafe(_CHECK_CODE_BYTES)


def lock_entry(entry_id: UUID) -> RegisterEntry:
    """Lock an entry after the row of its dossier, and read it afresh; raises EntryNotFound."""
    dossier_id = db.session.scalar(
        select(RegisterEntry.dossier_id).where(RegisterEntry.id == entry_id)
    )
    if dossier_id is None:
        raise EntryNotFound
    hold_row(dossier_id)
    return db.session.get_one(RegisterEntry, entry_id, with_for_update=True, populate_existing=True)


def publish(
    dossier: Dossier,
    pack: ServicePack,
    number: BookNumber,
    check_code: str,
    decided: Mapping[str, Any] | None = None,
) -> RegisterEntry:
    """Enter the result of a locked dossier in the public register; its number is then used up.

    `decided` are facts as the process decided them; they stand in the place of what was asked for.
    Raises EntryStands where another entry says what only one may.
    """
    known = known_of_dossier(dossier, pack, today(), decided)
    entry = RegisterEntry(
        id=new_id(),
        agency_id=dossier.agency_id,
        service_key=dossier.service_key,
        service_version=dossier.service_version,
        dossier_id=dossier.id,
        owner_id=dossier.owner_id,
        number=number.number,
        check_code=check_code,
        organisation_number=dossier.organisation_number,
        organisation_name=dossier.organisation_name,
        holder_number_public=pack.manifest.register.holder_number == PUBLIC,
        facts=known["facts"],
        facts_version=1,
        state=EntryState.VALID,
        issued_on=today(),
        published_at=now(),
        valid_until=last_valid_day(pack, known, today()),
    )
    use_number(number)
    db.session.add(entry)
    db.session.flush()
    uniqueness.bind(entry, pack)
    _change(entry, ChangeKind.ISSUED, Deed(dossier_id=dossier.id))
    follow_ups.plan(entry, pack)
    return entry


def begin(entry: RegisterEntry, pack: ServicePack, *, by: str) -> None:
    """Let an entry from elsewhere, now public, count like one of our own.

    It was lawful where it comes from: that another one says the same is noted, not refused.
    """
    entry.holder_number_public = pack.manifest.register.holder_number == PUBLIC
    entry.valid_until = last_valid_day(pack, known_of(entry), entry.issued_on)
    double = uniqueness.bind_whatever_stands(entry, pack)
    reason = f"says the same as {', '.join(double)}" if double else ""
    _change(entry, ChangeKind.ISSUED, Deed(by=by, reason=reason), on=entry.issued_on)
    follow_ups.plan(entry, pack, only_ahead=True)


def keep(entry: RegisterEntry) -> None:
    """Note that the post-check found the entry in order."""
    entry.checked_at = now()
    details = {"number": entry.number}
    record(DossierTag.ENTRY_KEPT, entry.dossier_id, actor=SYSTEM, details=details)


def amend(
    entry: RegisterEntry, facts: Mapping[str, Any], deed: Deed, *, holder_name: str = ""
) -> None:
    """Let a locked entry say new facts; what it said before is kept. Facts it lacks are left out.

    Raises EntryNotValid, GroundUnknown, EntryStands.
    """
    pack = rules_of(entry)
    _require(entry, EntryState.VALID, EntryState.SUSPENDED)
    _require_ground(pack, "amend", deed)
    known = {name: value for name, value in facts.items() if name in pack.manifest.register_facts}
    entry.facts = {**entry.facts, **known}
    entry.facts_version += 1
    entry.organisation_name = holder_name.strip() or entry.organisation_name
    db.session.flush()
    uniqueness.bind_anew(entry, pack)
    _change(entry, ChangeKind.AMENDED, deed)


def suspend(entry: RegisterEntry, deed: Deed, *, until: date | None = None) -> None:
    """Take a locked entry's effect away, until the end of a day or until it is resumed.

    Raises EntryNotValid, GroundUnknown, ReasonMissing, DayWrong.
    """
    _require(entry, EntryState.VALID)
    _require_ground(rules_of(entry), "suspend", deed)
    _require_reason(deed)
    if until is not None and until < today():
        raise DayWrong(day=until, first=today())
    entry.state, entry.suspended_until = EntryState.SUSPENDED, until
    _change(entry, ChangeKind.SUSPENDED, deed, until=until)


def resume(entry: RegisterEntry, deed: Deed, *, on: date | None = None) -> None:
    """Give a suspended entry its effect back. Raises EntryNotValid."""
    _require(entry, EntryState.SUSPENDED)
    entry.state, entry.suspended_until = EntryState.VALID, None
    _change(entry, ChangeKind.RESUMED, deed, on=on)


def extend(entry: RegisterEntry, deed: Deed, *, until: date | None = None) -> None:
    """Let a locked entry be valid longer: until a day, or once more as long as the service says.

    Raises EntryNotValid, GroundUnknown, and DayWrong for a day that is not behind its last one.
    """
    pack = rules_of(entry)
    _require(entry, EntryState.VALID, EntryState.SUSPENDED)
    _require_ground(pack, "extend", deed)
    last = entry.valid_until or today()
    new = until or last_valid_day(pack, known_of(entry), max(last, today()))
    if new is None or new <= last:
        raise DayWrong(day=new or "–", first=last + timedelta(days=1))
    entry.valid_until = new
    _change(entry, ChangeKind.EXTENDED, deed, until=new)
    follow_ups.plan_again(entry, pack)


def revoke(entry: RegisterEntry, deed: Deed) -> None:
    """Withdraw an entry for good; the public sees that, when, on which ground, and the note.

    Raises EntryNotValid, GroundUnknown, ReasonMissing.
    """
    _require(entry, EntryState.VALID, EntryState.SUSPENDED)
    _require_ground(rules_of(entry), "revoke", deed)
    _require_reason(deed)
    _end(entry, EntryState.WITHDRAWN)
    entry.withdrawal_reason = deed.note.strip()
    entry.withdrawn_at = entry.checked_at = entry.ended_at
    _change(entry, ChangeKind.REVOKED, deed)


def reissue_same(entry: RegisterEntry, deed: Deed) -> None:
    """Note that the paper of an entry was issued again under its number; raises EntryNotValid."""
    _require(entry, EntryState.VALID)
    _require_ground(rules_of(entry), "reissue", deed)
    _change(entry, ChangeKind.REISSUED, deed)


def reissue_as(
    entry: RegisterEntry, dossier: Dossier, number: BookNumber, check_code: str, deed: Deed
) -> RegisterEntry:
    """Let a new entry with the number of a locked dossier take an entry's place.

    It says the same and is valid as long. Raises EntryNotValid, GroundUnknown.
    """
    _require(entry, EntryState.VALID)
    pack = rules_of(entry)
    _require_ground(pack, "reissue", deed)
    new = _successor(entry, dossier, number, check_code)
    use_number(number)
    db.session.add(new)
    db.session.flush()
    uniqueness.move(entry, new)
    _end(entry, EntryState.REPLACED)
    entry.replaced_by = new.id
    _change(entry, ChangeKind.REPLACED, deed)
    _change(new, ChangeKind.REISSUED, deed)
    follow_ups.plan(new, pack)
    return new


def expire(entry: RegisterEntry) -> None:
    """End a locked entry whose last day has passed."""
    last = entry.valid_until or today()
    _end(entry, EntryState.EXPIRED)
    _change(entry, ChangeKind.EXPIRED, Deed(), on=last + timedelta(days=1))


def _successor(
    entry: RegisterEntry, dossier: Dossier, number: BookNumber, check_code: str
) -> RegisterEntry:
    return RegisterEntry(
        id=new_id(),
        dossier_id=dossier.id,
        owner_id=dossier.owner_id,
        number=number.number,
        check_code=check_code,
        state=EntryState.VALID,
        issued_on=today(),
        published_at=now(),
        **{name: getattr(entry, name) for name in _SAME},
    )


def _end(entry: RegisterEntry, state: EntryState) -> None:
    entry.state, entry.ended_at, entry.suspended_until = state, now(), None
    uniqueness.release(entry)
    follow_ups.drop(entry)


def _require(entry: RegisterEntry, *states: EntryState) -> None:
    over = entry.valid_until is not None and entry.valid_until < today()
    if entry.state not in states or over:
        raise EntryNotValid


def _require_ground(pack: ServicePack, action: str, deed: Deed) -> None:
    known = [
        code
        for code, ground in pack.manifest.register.grounds.items()
        if not ground.to or action in ground.to
    ]
    needed = known and not deed.before_grounds
    if deed.ground not in known and (deed.ground or needed):
        raise GroundUnknown(ground=deed.ground, known=", ".join(known) or "–")


def _require_reason(deed: Deed) -> None:
    if not (deed.reason or deed.note).strip():
        raise ReasonMissing


def _change(
    entry: RegisterEntry,
    kind: ChangeKind,
    deed: Deed,
    *,
    on: date | None = None,
    until: date | None = None,
) -> None:
    of_entry = select(func.max(RegisterChange.sequence)).where(RegisterChange.entry_id == entry.id)
    db.session.flush()
    change = RegisterChange(
        entry_id=entry.id,
        sequence=(db.session.scalar(of_entry) or 0) + 1,
        kind=kind,
        on=on or today(),
        at=now(),
        until=until,
        ground=deed.ground,
        note=deed.note.strip(),
        reason=deed.reason.strip(),
        decision_number=deed.number,
        facts=entry.facts,
        holder_name=entry.organisation_name,
        valid_until=entry.valid_until,
        by=deed.by,
        dossier_id=deed.dossier_id,
    )
    db.session.add(change)
    _record(entry, change)


def _record(entry: RegisterEntry, change: RegisterChange) -> None:
    details: dict[str, Any] = {"number": entry.number}
    details |= {"ground": change.ground} if change.ground else {}
    details |= {"decision": change.decision_number} if change.decision_number else {}
    details |= {"until": change.until.isoformat()} if change.until else {}
    subject = f"entry:{entry.id}"
    record(_TAGS[change.kind], entry.dossier_id, actor=change.by, subject=subject, details=details)
