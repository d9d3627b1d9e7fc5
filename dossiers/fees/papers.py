"""Making the paper of a receipt: a job, so that no payment waits for a typesetter."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from core.database import db, reading
from dossiers.fees import money
from dossiers.fees.models import FeeReceipt
from dossiers.fees.receipts import MAKE_RECEIPT
from dossiers.issuing import FILES, PDF, MadePaper, kept, record_paper, subject_of, typeset
from dossiers.letters import letter_context, wording
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime
from workflows.pack import ServicePack
from workflows.queries import service

LETTER: Final = "fee_receipt"


def install(runtime: Runtime) -> None:
    """Register the job."""
    policy = JobPolicy(max_attempts=10, lease=180)
    runtime.on_job(MAKE_RECEIPT, _make, policy, record=_record)


def _make(call: JobCall) -> Mapping[str, Any]:
    with reading() as session:
        receipt = session.get_one(FeeReceipt, UUID(call.payload["receipt"]))
    subject = subject_of(receipt.dossier_id)
    context = letter_context(subject, {}, receipt.issued_at) | {"fee": _fee(receipt)}
    letter = _letter(subject.pack)
    pdf = typeset(letter, LETTER, context, context["dossier"]["track_url"])
    name = f"{LETTER}-{receipt.sequence}.pdf"
    return {FILES: kept(subject.dossier, [MadePaper(LETTER, name, PDF, pdf)])}


def _record(call: JobCall, result: Result) -> None:
    receipt = db.session.get_one(FeeReceipt, UUID(call.payload["receipt"]))
    (paper,) = (result or {})[FILES]
    receipt.document_id = record_paper(receipt.dossier_id, paper).id


def _letter(pack: ServicePack) -> ServicePack:
    """The version of the dossier; the current one where that is older than the letter."""
    return pack if LETTER in pack.letters else service(pack.manifest.key)


def _fee(receipt: FeeReceipt) -> dict[str, Any]:
    """The receipt as its letter reads it."""
    language = wording.official_language()
    return {
        "number": receipt.number,
        "series": receipt.series,
        "payer": receipt.payer,
        "lines": [
            {
                "name": line["name"],
                "amount": money.written(line["amount"], language, currency=receipt.currency),
                "source": line["source"],
            }
            for line in receipt.lines
        ],
        "total": money.written(receipt.amount, language, currency=receipt.currency),
        "total_in_words": money.in_words(receipt.amount, language),
        "way": receipt.way,
        "paid": wording.moment(receipt.issued_at),
        "cancelled": wording.moment(receipt.cancelled_at) if receipt.cancelled_at else "",
    }
