"""Proofs about one chain, for somebody who sees nothing of the others.

`proof_of` says: the event at this position was the end of this chain when the record was sealed, and
that seal belongs to the history whose newest statement is this. It can be checked without a database.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from auditing.seals.models import RecordSeal, SealedEnd
from auditing.seals.operations import said
from auditing.seals.statements import End, log_leaves
from core import merkle
from core.database import db


def proof_of(chain: UUID) -> dict[str, Any] | None:
    """The proof for the newest sealed end of a chain; None when nothing of it was sealed yet.

    `end` and `seal` are the entries of both trees as text; `in_tree` and `in_log` are lists of hex
    hashes, the nearest first; `statement` is the newest seal's, with `signature` and `token` in hex.
    """
    seals = _signed()
    sealed = _last_sealed(chain, len(seals))
    if sealed is None:
        return None
    log = log_leaves([said(seal) for seal in seals])
    ends = _ends(sealed.seal)
    return {
        "end": ends[sealed.place].entry.decode(),
        "place": sealed.place,
        "in_tree": _hex(
            merkle.inclusion_proof(sealed.place, [merkle.leaf_hash(end.entry) for end in ends])
        ),
        "seal": said(seals[sealed.seal - 1]).entry.decode(),
        "in_log": _hex(merkle.inclusion_proof(sealed.seal - 1, log)),
        "statement": seals[-1].statement.decode(),
        "signature": (seals[-1].signature or b"").hex(),
        "token": (seals[-1].token or b"").hex(),
    }


def _signed() -> Sequence[RecordSeal]:
    """All seals up to the newest one that is signed and stamped."""
    signed = RecordSeal.token.is_not(None)
    newest = db.session.scalar(select(func.max(RecordSeal.number)).where(signed)) or 0
    seals = select(RecordSeal).where(RecordSeal.number <= newest).order_by(RecordSeal.number)
    return db.session.scalars(seals).all()


def _last_sealed(chain: UUID, most: int) -> SealedEnd | None:
    ends = select(SealedEnd).where(SealedEnd.chain_id == chain, SealedEnd.seal <= most)
    return db.session.scalars(ends.order_by(SealedEnd.position.desc()).limit(1)).first()


def _ends(number: int) -> list[End]:
    ends = select(SealedEnd).where(SealedEnd.seal == number).order_by(SealedEnd.place)
    return [End(each.chain_id, each.position, each.hash) for each in db.session.scalars(ends)]


def _hex(path: list[bytes]) -> list[str]:
    return [each.hex() for each in path]
