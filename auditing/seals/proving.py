"""Proofs about one chain, for somebody who sees nothing of the others.

`proof_of` says: the event at this position was the end of this chain when the record was sealed, and
that seal belongs to the history whose newest statement is this. It can be checked without a database.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from auditing.seals.models import RecordSeal, SealedEnd
from auditing.seals.operations import said
from auditing.seals.statements import End, log_leaves
from auditing.seals.verifying import last_sealed
from core import merkle
from core.database import db


def proof_of(chain: UUID) -> dict[str, Any] | None:
    """The proof for the newest sealed end of a chain; None when nothing of it was sealed yet.

    `end` and `seal` are the entries of both trees as text; `in_tree` and `in_log` are lists of hex
    hashes, the nearest first; `statement` is the newest seal's, with `signature` and `token` in hex.
    """
    sealed = last_sealed(chain)
    if sealed is None:
        return None
    seals = db.session.scalars(select(RecordSeal).order_by(RecordSeal.number)).all()
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


def _ends(number: int) -> list[End]:
    ends = select(SealedEnd).where(SealedEnd.seal == number).order_by(SealedEnd.place)
    return [End(each.chain_id, each.position, each.hash) for each in db.session.scalars(ends)]


def _hex(path: list[bytes]) -> list[str]:
    return [each.hex() for each in path]
