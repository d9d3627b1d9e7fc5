"""Receipts from the agency's books: numbered without gaps, cancelled with a reason, never reused."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.models import Account
from accounts.policy import Action
from core.clock import now
from core.database import db
from core.i18n import pick
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.errors import ReasonMissing
from dossiers.fees.assessing import local_day
from dossiers.fees.errors import ReceiptCancelled, ReceiptNotFound
from dossiers.fees.models import FeeLine, FeeReceipt
from dossiers.models import Dossier, PaymentOrder
from dossiers.operations.counters import next_value
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier
from engine.runtime import current_runtime
from workflows.pack import ServicePack
from workflows.queries import service_version
from workflows.sections.fees import ReceiptRules

MAKE_RECEIPT: Final = "fee.receipt"


def issue_if_kept(order: PaymentOrder, dossier: Dossier, *, by: str) -> FeeReceipt | None:
    """Give a receipt for an order that was just paid, if its service keeps a book; locked dossier."""
    pack = service_version(dossier.service_version)
    rules = pack.manifest.fees.receipts if pack.manifest.fees else None
    return _issue(order, dossier, pack, rules, by) if rules is not None else None


def issue_anew(order: PaymentOrder, dossier: Dossier, *, by: str) -> FeeReceipt | None:
    """Give another receipt for a paid order whose receipt was cancelled."""
    standing = select(FeeReceipt.id).where(
        FeeReceipt.order_id == order.id, FeeReceipt.cancelled_at.is_(None)
    )
    if order.paid_at is None or order.amount == 0 or db.session.scalar(standing) is not None:
        return None
    return issue_if_kept(order, dossier, by=by)


def cancel_receipt(receipt_id: UUID, *, reason: str, anew: bool, by: Actor) -> FeeReceipt:
    """Cancel a receipt; its number stays in the book. Perhaps another one takes its place.

    Raises ReceiptNotFound, NotAllowed, ReasonMissing, ReceiptCancelled.
    """
    receipt = db.session.get(FeeReceipt, receipt_id)
    if receipt is None:
        raise ReceiptNotFound
    dossier = lock_dossier(receipt.dossier_id)
    if not policy.allows(by, Action.DOSSIER_VIEW, dossier):
        raise ReceiptNotFound
    policy.require(by, Action.FEE_COLLECT, dossier)
    if not reason.strip():
        raise ReasonMissing
    db.session.refresh(receipt)
    if receipt.cancelled_at is not None:
        raise ReceiptCancelled
    receipt.cancelled_at, receipt.cancelled_by = now(), by.id
    receipt.cancel_reason = reason.strip()
    _record(DossierTag.RECEIPT_CANCELLED, receipt, by.id)
    if anew:
        db.session.flush()
        issue_anew(db.session.get_one(PaymentOrder, receipt.order_id), dossier, by=by.id)
    return receipt


def _issue(
    order: PaymentOrder, dossier: Dossier, pack: ServicePack, rules: ReceiptRules, by: str
) -> FeeReceipt:
    year = local_day().year
    sequence = next_value(f"fee-receipt:{dossier.agency_id}:{rules.series}:{year}")
    receipt = FeeReceipt(
        id=new_id(),
        agency_id=dossier.agency_id,
        series=rules.series,
        year=year,
        sequence=sequence,
        number=rules.pattern.format(series=rules.series, year=year, sequence=sequence),
        order_id=order.id,
        dossier_id=dossier.id,
        payer=_payer(dossier),
        amount=order.amount,
        currency=order.currency,
        lines=_lines(order, dossier, pack),
        way=order.way,
        issued_by=by,
        issued_at=now(),
    )
    db.session.add(receipt)
    _record(DossierTag.RECEIPT_ISSUED, receipt, by)
    current_runtime().enqueue(
        MAKE_RECEIPT, dossier.instance_id or dossier.id, {"receipt": str(receipt.id)}
    )
    return receipt


def _payer(dossier: Dossier) -> str:
    if dossier.organisation_name:
        return dossier.organisation_name
    owner = db.session.get(Account, dossier.owner_id)
    return owner.display_name if owner is not None else ""


def _lines(order: PaymentOrder, dossier: Dossier, pack: ServicePack) -> list[dict[str, Any]]:
    """What was paid for, as it is called today.

    One line with the service's name where there is none.
    """
    language, rules = dossier.language, pack.manifest.fees
    found = db.session.scalars(
        select(FeeLine).where(FeeLine.order_id == order.id).order_by(FeeLine.position)
    ).all()
    if not found or rules is None:
        return [{"name": pick(pack.manifest.name, language), "amount": order.amount, "source": ""}]
    return [
        {
            "name": _name(rules.kinds, each.fee, language),
            "amount": each.amount,
            "source": each.source,
        }
        for each in found
    ]


def _name(kinds: Any, fee: str, language: str) -> str:
    return pick(kinds[fee].name, language) if fee in kinds else fee


def _record(tag: DossierTag, receipt: FeeReceipt, by: str) -> None:
    details = {"number": receipt.number, "amount": receipt.amount, "currency": receipt.currency}
    subject = f"fee-receipt:{receipt.id}"
    record(tag, receipt.dossier_id, actor=by, subject=subject, details=details)
