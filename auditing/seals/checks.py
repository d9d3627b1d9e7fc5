"""Following the whole record through its seals by a job, with its last result; and what seals say."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from auditing.audit import AuditingTag
from auditing.errors import SealNotFound
from auditing.seals.models import RecordCheck, RecordSeal
from auditing.seals.proving import proof_of
from auditing.seals.verifying import verify_record
from auditing.searching import find_chain
from core.audit import SYSTEM_CHAIN, note
from core.clock import now
from core.database import db
from core.ids import new_id
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime, current_runtime

VERIFY: Final = "record.verify"
# What can be fetched of a seal: what is signed, the signature (CMS), the timestamp (RFC 3161).
PARTS: Final = {"json": "statement", "p7s": "signature", "tst": "token"}


def install(runtime: Runtime) -> None:
    """Register the job."""
    runtime.on_job(VERIFY, _verify, JobPolicy(ordered=False, lease=300), record=_note_result)


def ask_for_check(*, by: Actor) -> RecordCheck:
    """Have the whole record checked; while one check runs, that one is meant. On record."""
    policy.require_ever(by, Action.AUDIT_VIEW)
    unfinished = select(RecordCheck).where(RecordCheck.finished_at.is_(None)).limit(1)
    running = db.session.scalars(unfinished).first()
    if running is not None:
        return running
    check = RecordCheck(id=new_id(), asked_by=by.id, found=[])
    db.session.add(check)
    db.session.flush()
    current_runtime().enqueue(VERIFY, check.id, {})
    note(AuditingTag.RECORD_VERIFIED, actor=by.id, subject="record", chain=SYSTEM_CHAIN)
    return check


def last_checks(*, visible_to: Actor, limit: int = 2) -> Sequence[RecordCheck]:
    """The newest checks, also one that runs."""
    policy.require_ever(visible_to, Action.AUDIT_VIEW)
    newest = select(RecordCheck).order_by(RecordCheck.asked_at.desc()).limit(limit)
    return db.session.scalars(newest).all()


def seals(*, visible_to: Actor, before: int | None = None, limit: int = 50) -> Sequence[RecordSeal]:
    """Seals, newest first; `before` is the number of the last one of the page before."""
    policy.require_ever(visible_to, Action.AUDIT_VIEW)
    query = select(RecordSeal).order_by(RecordSeal.number.desc()).limit(limit)
    if before is not None:
        query = query.where(RecordSeal.number < before)
    return db.session.scalars(query).all()


def find_seal(number: int, *, visible_to: Actor) -> RecordSeal:
    """One; raises SealNotFound."""
    policy.require_ever(visible_to, Action.AUDIT_VIEW)
    found = db.session.get(RecordSeal, number)
    if found is None:
        raise SealNotFound
    return found


def part_of(seal: RecordSeal, kind: str) -> bytes:
    """A part of a seal by its ending, see PARTS; raises SealNotFound when it is not there yet."""
    content: bytes | None = getattr(seal, PARTS[kind]) if kind in PARTS else None
    if content is None:
        raise SealNotFound
    return content


def chain_proof(chain: UUID, *, visible_to: Actor) -> dict[str, Any]:
    """The proof that the end of a chain was sealed; raises ChainNotFound, SealNotFound."""
    policy.require_ever(visible_to, Action.AUDIT_VIEW)
    find_chain(chain, visible_to=visible_to)
    proof = proof_of(chain)
    if proof is None:
        raise SealNotFound
    return proof


def _verify(_call: JobCall) -> Mapping[str, Any]:
    outcome = verify_record()
    counted = {"events": outcome.events, "chains": outcome.chains, "seals": outcome.seals}
    return {**counted, "found": [_told(asdict(each)) for each in outcome.found]}


def _told(flaw: dict[str, Any]) -> dict[str, Any]:
    return {**flaw, "chain": str(flaw["chain"]) if flaw["chain"] else None}


def _note_result(call: JobCall, result: Result) -> None:
    check = db.session.get_one(RecordCheck, call.instance_id, with_for_update=True)
    for name, value in (result or {}).items():
        setattr(check, name, value)
    check.finished_at = now()
