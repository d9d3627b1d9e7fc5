"""Orders: opened with their lines, moved from state to state, replaced by others."""

import secrets
from collections.abc import Sequence
from typing import Any, Final

from core.clock import now
from core.database import db
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.fees import matters
from dossiers.fees.assessing import owed_by
from dossiers.fees.locking import claim_of
from dossiers.fees.models import ExemptionState, FeeExemption, FeeLine, MatterKind
from dossiers.fees.states import OrderEvent, OrderState, after
from dossiers.fees.tariff import TOLD, Owed
from dossiers.models import Dossier, PaymentOrder
from dossiers.operations.journal import record
from engine import operations as engine
from engine.runtime import current_runtime
from workflows.pack import ServicePack
from workflows.sections.fees import FeeRules

SYSTEM: Final = "system"
PAYMENT_PAID: Final = "payment-paid"
PLACE: Final = "payment.place"
WAIVED: Final = "waived"

_TAGS: Final = {
    OrderEvent.FAILED: DossierTag.FEE_FAILED,
    OrderEvent.EXPIRED: DossierTag.FEE_EXPIRED,
    OrderEvent.CANCELLED: DossierTag.FEE_CANCELLED,
    OrderEvent.PAID: DossierTag.FEE_PAID,
    OrderEvent.PAID_LATE: DossierTag.FEE_PAID_LATE,
}


def order_told(dossier: Dossier, amount: int) -> PaymentOrder:
    """Open an order for an amount that the process says, in the smallest unit."""
    return _open(dossier, [Owed(TOLD, amount, amount)])


def order_by_tariff(dossier: Dossier, pack: ServicePack, rules: FeeRules) -> PaymentOrder:
    """Open an order for what a locked dossier owes by the tariff, one line per kind of fee.

    Where the tariff has a gap that an officer must close, the order waits for him; where nothing is
    owed, it is settled at once and the process goes on.
    """
    owed = owed_by(dossier, pack, rules)
    order = _open(dossier, owed)
    for name in sorted({each.exemption for each in owed} - {""}):
        _note_exemption(order, rules, name)
    if any(each.amount is None for each in owed):
        matters.open_matter(order, dossier, MatterKind.TARIFF_GAP)
    elif order.amount == 0:
        waive(order)
    return order


def replace(
    order: PaymentOrder, dossier: Dossier, owed: Sequence[Owed], *, by: str, note: str
) -> PaymentOrder:
    """Open another order for the same claim; the one before is cancelled, unless it has failed.

    The new one is placed at the payment platform by a job, or settled at once if nothing is left.
    """
    if order.state != OrderState.FAILED:
        move(order, OrderEvent.CANCELLED, by=by, note=note)
    new = _open(dossier, owed, instead_of=order)
    if new.amount == 0:
        waive(new)
    else:
        place_later(new, dossier)
    return new


def place_later(order: PaymentOrder, dossier: Dossier) -> None:
    """Have the payment platform told of an order that its process did not send there."""
    if dossier.instance_id is not None:
        current_runtime().enqueue(PLACE, dossier.instance_id, {"reference": order.reference})


def waive(order: PaymentOrder) -> None:
    """Settle an order by which nothing is owed: no money moves, and the process goes on."""
    move(order, OrderEvent.PAID, by=SYSTEM)
    order.paid_at, order.way = now(), WAIVED
    tell_process(order, "")


def tell_process(order: PaymentOrder, transaction_code: str) -> None:
    """Let the process that waits for the fee go on; telling it twice changes nothing."""
    engine.publish_message(
        PAYMENT_PAID,
        str(order.dossier_id),
        {"payment": {"reference": order.reference, "transaction": transaction_code}},
        message_id=order.reference,
    )


def move(order: PaymentOrder, event: OrderEvent, *, by: str, note: str = "") -> None:
    """Change the state of an order of a locked dossier, on record; raises OrderStateWrong."""
    order.state = after(OrderState(order.state), event)
    order.note = note or order.note
    if event in _TAGS:
        note_order(_TAGS[event], order, by=by)


def note_order(tag: DossierTag, order: PaymentOrder, *, by: str = SYSTEM, **details: Any) -> None:
    """Write a deed about an order to the record of its dossier."""
    told = {"amount": order.amount, "currency": order.currency, **details}
    subject = f"payment:{order.reference}"
    record(tag, order.dossier_id, actor=by, subject=subject, details=told)


def _open(
    dossier: Dossier, owed: Sequence[Owed], *, instead_of: PaymentOrder | None = None
) -> PaymentOrder:
    order = PaymentOrder(
        id=new_id(),
        dossier_id=dossier.id,
        reference=f"MC{secrets.token_hex(8).upper()}",
        amount=sum(each.amount or 0 for each in owed),
        currency=jurisdiction().profile.currency["code"],
        state=OrderState.CREATED,
        claim_id=claim_of(instead_of) if instead_of is not None else None,
        way="gateway",
        note="",
        created_at=now(),
    )
    db.session.add(order)
    if lines := _lines(order, owed):
        db.session.flush()  # lines point to their order
        db.session.add_all(lines)
    note_order(DossierTag.FEE_ORDERED, order)
    return order


def _lines(order: PaymentOrder, owed: Sequence[Owed]) -> list[FeeLine]:
    """The lines of an order; an amount that the process said is the order's own."""
    return [
        FeeLine(
            order_id=order.id,
            dossier_id=order.dossier_id,
            position=position,
            fee=each.fee,
            amount=each.amount,
            full_amount=each.full_amount,
            tariff_key=each.line.key if each.line else "",
            valid_from=each.line.first if each.line else None,
            valid_until=each.line.last if each.line else None,
            source=each.line.source if each.line else "",
            verified=each.line.verified if each.line else False,
            fallback=each.fallback,
            exemption=each.exemption,
        )
        for position, each in enumerate(owed)
        if each.fee != TOLD
    ]


def _note_exemption(order: PaymentOrder, rules: FeeRules, name: str) -> None:
    rule = rules.exemptions[name]
    db.session.add(
        FeeExemption(
            dossier_id=order.dossier_id,
            order_id=order.id,
            exemption=name,
            percent=rule.percent,
            basis=rule.basis,
            state=ExemptionState.BY_RULE,
            asked_by=SYSTEM,
            decided_by=SYSTEM,
            decided_at=now(),
        )
    )
