"""What only one standing entry may say: looked up before submission, claimed under lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update

from core.clock import today
from core.database import db
from core.i18n import official, pick
from dossiers.models import Dossier, RegisterEntry
from dossiers.operations.counters import advance
from dossiers.register_entries.errors import EntryStands
from dossiers.register_entries.models import EntryState, RegisterKey
from dossiers.register_entries.rules import (
    keys_of,
    known_of,
    known_of_dossier,
    mark_of,
    marks_of,
)
from workflows.pack import ServicePack
from workflows.sections.register import REFUSE

STANDING = (EntryState.VALID, EntryState.SUSPENDED)


@dataclass(frozen=True)
class Standing:
    """An entry that stands in the way by a rule: its number, and whether it is refused or only told."""

    rule: str
    number: str
    message: Mapping[str, str]
    refuses: bool


def standing_entries(
    dossier: Dossier, pack: ServicePack, *, besides: UUID | None = None
) -> list[Standing]:
    """The published entries that say what this dossier's result would say and only one may.

    `besides` is the entry that the dossier is to change. Nothing is told of dossiers of others.
    """
    found = []
    for rule, key in keys_of(pack, known_of_dossier(dossier, pack, today())).items():
        number = _number_in_the_way(pack, rule, key, dossier.id, besides)
        if number:
            said = pack.manifest.register.unique[rule]
            refuses = said.before_submission == REFUSE
            found.append(Standing(rule, number, said.message, refuses))
    return found


def require_free(
    dossier: Dossier, pack: ServicePack, language: str, *, besides: UUID | None = None
) -> None:
    """Raise EntryStands for the first standing entry that lets nobody apply a second time."""
    for each in standing_entries(dossier, pack, besides=besides):
        if each.refuses:
            raise EntryStands(number=each.number, message=pick(each.message, language))


def claim(
    dossier: Dossier,
    pack: ServicePack,
    *,
    decided: Mapping[str, Any] | None = None,
    besides: UUID | None = None,
) -> None:
    """Let nobody else get a result that says the same, until the dossier is over.

    Raises EntryStands where another one stands or is being settled. What only warned before
    submission is refused here, too.
    """
    known = known_of_dossier(dossier, pack, today(), decided)
    for rule, key in sorted(keys_of(pack, known).items()):
        _take(pack, rule, key, dossier.id, besides)


def bind(entry: RegisterEntry, pack: ServicePack, *, besides: UUID | None = None) -> None:
    """Let a published entry hold its keys; raises EntryStands."""
    for rule, key in sorted(keys_of(pack, known_of(entry)).items()):
        _take(pack, rule, key, entry.dossier_id, besides or entry.id)
    _let_hold(entry)


def bind_whatever_stands(entry: RegisterEntry, pack: ServicePack) -> list[str]:
    """Let an entry from elsewhere hold its keys; returns the numbers that say the same already."""
    double = []
    for rule, key in sorted(keys_of(pack, known_of(entry)).items()):
        _lock(pack, rule, key)
        number = _number_in_the_way(pack, rule, key, entry.dossier_id, entry.id)
        double += [number] if number else []
        _hold(pack, rule, key, entry.dossier_id)
    _let_hold(entry)
    return double


def bind_anew(entry: RegisterEntry, pack: ServicePack) -> None:
    """Let an amended entry hold the keys of its new facts; raises EntryStands."""
    release(entry)
    bind(entry, pack)


def move(old: RegisterEntry, new: RegisterEntry) -> None:
    """Let an entry that takes another's place have its keys."""
    db.session.execute(delete(RegisterKey).where(RegisterKey.dossier_id == new.dossier_id))
    of_old = update(RegisterKey).where(RegisterKey.entry_id == old.id)
    db.session.execute(of_old.values(entry_id=new.id, dossier_id=new.dossier_id))


def release(entry: RegisterEntry) -> None:
    """Let others say what an entry said that stands no longer."""
    db.session.execute(delete(RegisterKey).where(RegisterKey.entry_id == entry.id))


def release_unused(dossier_id: UUID) -> None:
    """Let others say what a dossier wanted to say that ended without a result."""
    unused = (RegisterKey.dossier_id == dossier_id, RegisterKey.entry_id.is_(None))
    db.session.execute(delete(RegisterKey).where(*unused))


def _take(pack: ServicePack, rule: str, key: str, dossier_id: UUID, besides: UUID | None) -> None:
    _lock(pack, rule, key)
    number = _number_in_the_way(pack, rule, key, dossier_id, besides, waiting=True)
    if number is not None:
        message = pick(pack.manifest.register.unique[rule].message, official())
        raise EntryStands(number=number or "…", message=message)
    _hold(pack, rule, key, dossier_id)


def _lock(pack: ServicePack, rule: str, key: str) -> None:
    """Whoever looks whether a key is free holds its lock until he has taken it, or not."""
    advance(f"unique:{pack.manifest.key}:{rule}:{mark_of(key)}", 0)


def _let_hold(entry: RegisterEntry) -> None:
    of_dossier = update(RegisterKey).where(RegisterKey.dossier_id == entry.dossier_id)
    db.session.execute(of_dossier.values(entry_id=entry.id))


def _hold(pack: ServicePack, rule: str, key: str, dossier_id: UUID) -> None:
    place = (pack.manifest.key, rule, mark_of(key), dossier_id)
    if db.session.get(RegisterKey, place) is None:
        names = ("service_key", "rule", "key", "dossier_id")
        db.session.add(RegisterKey(**dict(zip(names, place, strict=True))))
        db.session.flush()


def _number_in_the_way(
    pack: ServicePack,
    rule: str,
    key: str,
    dossier_id: UUID,
    besides: UUID | None,
    *,
    waiting: bool = False,
) -> str | None:
    """The number of another entry with the key; empty for a dossier that is being settled."""
    query = (
        select(RegisterEntry.number)
        .select_from(RegisterKey)
        .outerjoin(RegisterEntry, RegisterEntry.id == RegisterKey.entry_id)
        .where(*_same(pack, rule, key), RegisterKey.dossier_id != dossier_id)
        .where(
            or_(_stands(besides), RegisterKey.entry_id.is_(None)) if waiting else _stands(besides)
        )
        .order_by(RegisterEntry.number)
    )
    found: Sequence[str | None] = db.session.scalars(query).all()
    return (next(filter(None, found), "")) if found else None


def _same(pack: ServicePack, rule: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return (
        RegisterKey.service_key == pack.manifest.key,
        RegisterKey.rule == rule,
        RegisterKey.key.in_(marks_of(key)),
    )


def _stands(besides: UUID | None) -> Any:
    still = or_(RegisterEntry.valid_until.is_(None), RegisterEntry.valid_until >= today())
    stands = RegisterEntry.state.in_(STANDING) & still
    return stands if besides is None else stands & (RegisterEntry.id != besides)
