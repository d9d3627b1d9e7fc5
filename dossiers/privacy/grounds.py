"""Why a dossier is kept whole although its retention term has passed: one table, read as SQL.

The same clauses are asked by the preview, by the search for what is due, and once more under the lock
of each dossier. A room above adds its own with `also_kept_by`, and what it empties with `also_empty`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select, text

from core.errors import N_, Message
from dossiers.models import (
    STILL_WHOLE,
    Dossier,
    DossierStatus,
    Proceeding,
    RegisterEntry,
    StatusChange,
)
from dossiers.privacy.models import LegalHold
from dossiers.settled.retention import Term
from engine.models import Instance, Job

Clause: TypeAlias = Callable[[Term, datetime], ColumnElement[bool]]
_EXTENSION: Final = "motcua.retention"
_FINAL: Final = tuple(each for each in DossierStatus if each.final)


@dataclass(frozen=True)
class Ground:
    """A reason to keep a dossier whole; `keeps` is told the term, and the moment before which a
    dossier must have been over."""

    code: str
    name: Message
    keeps: Clause


@dataclass
class Retention:
    """What an application keeps dossiers for, and what else it empties with them."""

    grounds: list[Ground] = field(default_factory=list)
    emptying: list[Callable[[UUID], None]] = field(default_factory=list)


def _held(_term: Term, _before: datetime) -> ColumnElement[bool]:
    standing = select(LegalHold.id).where(
        LegalHold.dossier_id == Dossier.id, LegalHold.lifted_at.is_(None)
    )
    return standing.exists()


def _running(_term: Term, _before: datetime) -> ColumnElement[bool]:
    """Also what follows a result, such as a check afterwards or a withdrawal."""
    running = (
        select(Instance.id)
        .join(Proceeding, Proceeding.instance_id == Instance.id)
        .where(Proceeding.dossier_id == Dossier.id, Instance.ended_at.is_(None))
    )
    return running.exists()


def _working(_term: Term, _before: datetime) -> ColumnElement[bool]:
    of_process = (
        select(Job.id)
        .join(Proceeding, Proceeding.instance_id == Job.instance_id)
        .where(Proceeding.dossier_id == Dossier.id)
    )
    of_dossier = select(Job.id).where(Job.instance_id == Dossier.id)
    return or_(of_process.exists(), of_dossier.exists())


def _entry_valid(term: Term, _before: datetime) -> ColumnElement[bool]:
    if not term.valid_entry_needs_it:
        return false()
    return _entry(_ENDED_AT.is_(None))


def _entry_ended_lately(_term: Term, before: datetime) -> ColumnElement[bool]:
    return _entry(before <= _ENDED_AT)


# Entries that an older release ended have no `ended_at`.
_ENDED_AT: Any = func.coalesce(RegisterEntry.ended_at, RegisterEntry.withdrawn_at)


def _entry(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(RegisterEntry.id).where(RegisterEntry.dossier_id == Dossier.id, condition).exists()
    )


OWN_GROUNDS: Final = (
    Ground("hold", N_("on legal hold"), _held),
    Ground("running", N_("a process about it still runs"), _running),
    Ground("work", N_("work for it waits or is stuck"), _working),
    Ground("entry", N_("its entry in the register is valid and needs it"), _entry_valid),
    Ground("entry-ended", N_("its entry ended within the term"), _entry_ended_lately),
)


def install(app: Flask) -> None:
    """Give an application these grounds."""
    app.extensions[_EXTENSION] = Retention(list(OWN_GROUNDS))


def also_kept_by(app: Flask, ground: Ground) -> None:
    """Let a room above keep dossiers for a reason of its own."""
    app.extensions[_EXTENSION].grounds.append(ground)


def also_empty(app: Flask, empty: Callable[[UUID], None]) -> None:
    """Let a room above empty what it keeps about a dossier, in the transaction of that dossier."""
    app.extensions[_EXTENSION].emptying.append(empty)


def retention() -> Retention:
    """That of the application at hand."""
    found: Retention = current_app.extensions[_EXTENSION]
    return found


_LAST_CHANGE: Any = (
    select(func.max(StatusChange.at))
    .where(StatusChange.dossier_id == Dossier.id)
    .correlate(Dossier)
    .scalar_subquery()
)


def is_whole() -> ColumnElement[bool]:
    """Dossiers that were sent and that still tell of people."""
    whole: Any = text(STILL_WHOLE)
    return and_(whole)


def has_passed(before: datetime) -> ColumnElement[bool]:
    """Dossiers that were over before the moment: settled, or ended without a result."""
    settled = Dossier.finished_at < before
    ended = and_(Dossier.finished_at.is_(None), Dossier.status.in_(_FINAL), before > _LAST_CHANGE)
    return or_(settled, ended)


def keeping(term: Term, before: datetime) -> Sequence[tuple[Ground, ColumnElement[bool]]]:
    """Every ground with its clause."""
    return [(ground, ground.keeps(term, before)) for ground in retention().grounds]


def is_due(term: Term, before: datetime) -> ColumnElement[bool]:
    """Whole dossiers whose term has passed and that nothing keeps."""
    kept = or_(false(), *(clause for _, clause in keeping(term, before)))
    return and_(is_whole(), has_passed(before), not_(kept))
