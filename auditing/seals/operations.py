"""Sealing the record: once a day what was done since; a job then signs, stamps and copies the seal."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import Select, func, select

import signing
from auditing.seals.models import RecordSeal, SealedEnd
from auditing.seals.statements import End, Sealed, statement, tree_of
from core.audit import SYSTEM_CHAIN, AuditEvent
from core.clock import day_of, now, today
from core.database import db, reading, transaction
from dossiers.operations.counters import advance
from dossiers.operations.journal import seal_looks
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime, current_runtime
from storage import copies

STAMP: Final = "record.stamp"
EVERY_SECONDS: Final = 600.0
# Events that were noted before a seal are chained before it; only open transactions come later.
_OVERLAP: Final = timedelta(days=1)
_KEPT: Final = timedelta(days=20 * 366)
_event: Any = AuditEvent.__table__


def install(runtime: Runtime) -> None:
    """Register the job."""
    policy = JobPolicy(max_attempts=20, lease=180)
    runtime.on_job(STAMP, _stamp, policy, record=_note_stamped)


def seal_today() -> RecordSeal | None:
    """Seal the record, unless it was sealed today; many processes may ask. A chore."""
    newest = _newest()
    if newest is not None and day_of(newest) == today():
        return None
    return seal_record(once_a_day=True)


def seal_record(*, once_a_day: bool = False) -> RecordSeal | None:
    """Seal what was done since the last seal, even if that is nothing."""
    seal_looks()
    with transaction():
        advance("record-seal", 0)
        before = db.session.scalars(select(RecordSeal).order_by(RecordSeal.number)).all()
        if once_a_day and before and day_of(before[-1].sealed_at) == today():
            return None
        made = _seal(before)
        current_runtime().enqueue(STAMP, SYSTEM_CHAIN, {"number": made.number})
        return made


def _newest() -> datetime | None:
    with reading() as session:
        return session.scalar(select(func.max(RecordSeal.sealed_at)))


def _seal(before: Sequence[RecordSeal]) -> RecordSeal:
    last = before[-1] if before else None
    ends = _ends_since(last.sealed_at if last else None)
    sealed = [said(seal) for seal in before]
    sealed.append(Sealed(len(before) + 1, now(), len(ends), tree_of(ends)))
    told = statement(sealed, last.statement if last else None)
    made = RecordSeal(**vars(sealed[-1]), statement=told)
    db.session.add(made)
    db.session.flush()
    for place, end in enumerate(ends):
        db.session.add(SealedEnd(seal=made.number, place=place, **vars(end)))
    return made


def said(seal: RecordSeal) -> Sealed:
    """What a seal says of itself."""
    return Sealed(seal.number, seal.sealed_at, seal.ends, seal.tree)


def _ends_since(last: datetime | None) -> list[End]:
    """The ends of the chains that grew, in the order of their ids."""
    ends, sealed = _newest_positions(last), _sealed_positions()
    query = (
        select(_event.c.chain_id, _event.c.position, _event.c.hash)
        .join(ends, (ends.c.chain_id == _event.c.chain_id) & (ends.c.position == _event.c.position))
        .outerjoin(sealed, sealed.c.chain_id == _event.c.chain_id)
        .where(_event.c.position > func.coalesce(sealed.c.position, 0))
        .order_by(_event.c.chain_id)
    )
    rows = db.session.connection().execute(query)
    return [End(row.chain_id, row.position, row.hash) for row in rows]


def _newest_positions(last: datetime | None) -> Any:
    chained = _event.c.position.is_not(None)
    newest = select(_event.c.chain_id, func.max(_event.c.position).label("position")).where(chained)
    if last is not None:
        newest = newest.where(_event.c.chain_id.in_(_active_since(last - _OVERLAP)))
    return newest.group_by(_event.c.chain_id).subquery()


def _active_since(moment: datetime) -> Select[Any]:
    return select(_event.c.chain_id).where(_event.c.at >= moment).distinct()


def _sealed_positions() -> Any:
    highest = func.max(SealedEnd.position).label("position")
    return select(SealedEnd.chain_id, highest).group_by(SealedEnd.chain_id).subquery()


def _stamp(call: JobCall) -> Mapping[str, Any]:
    number = int(call.payload["number"])
    with reading() as session:
        seal = session.get_one(RecordSeal, number)
        told, ends, until = seal.statement, entries_of(number), seal.sealed_at + _KEPT
        kept = {"p7s": seal.signature, "tst": seal.token}
    files = {
        "json": told,
        "ends": ends,
        "p7s": kept["p7s"] or signing.sign_statement(told, agency=signer()),
        "tst": kept["tst"] or signing.stamp_statement(told),
    }
    if kept["p7s"] is None:
        _keep(number, files["p7s"], files["tst"])
    locked = [copies().keep(copy_key(number, kind), each, until) for kind, each in files.items()]
    return {"number": number, "locked": all(locked)}


def _keep(number: int, signature: bytes, token: bytes) -> None:
    """At once: a second attempt must copy these very bytes, for copies are written once."""
    with transaction() as session:
        seal = session.get_one(RecordSeal, number)
        seal.signature, seal.token = signature, token


def _note_stamped(call: JobCall, result: Result) -> None:
    seal = db.session.get_one(RecordSeal, int(call.payload["number"]))
    seal.copied_at, seal.locked = now(), bool((result or {}).get("locked"))


def entries_of(number: int) -> bytes:
    """The leaves of a seal's tree as they are copied: one entry a line."""
    ends = select(SealedEnd).where(SealedEnd.seal == number).order_by(SealedEnd.place)
    found = db.session.scalars(ends)
    return b"".join(End(each.chain_id, each.position, each.hash).entry + b"\n" for each in found)


def copy_key(number: int, kind: str) -> str:
    """Where a part of a seal is copied to: `record/0000007.json`, `.ends`, `.p7s`, `.tst`."""
    return f"record/{number:07d}.{kind}"


def signer() -> signing.Agency:
    """The installation itself, known by its address."""
    address = current_app.extensions["motcua.settings"].public_url
    return signing.Agency("record", f"Motcua {urlsplit(address).hostname}")
