"""Exemptions that are asked for: with a reason and perhaps a proof, granted or denied by a clerk."""

from uuid import UUID

from sqlalchemy import select

from accounts.actor import Actor
from accounts.policy import Action
from core.clock import now
from core.database import db
from core.i18n import pick
from core.ids import new_id
from dossiers.audit import DossierTag
from dossiers.errors import ReasonMissing
from dossiers.fees import matters, refunds
from dossiers.fees.errors import (
    AmountWrong,
    ExemptionDecided,
    ExemptionNotFound,
    ExemptionStands,
    FeeDetermined,
    FeeUndetermined,
    OrderStateWrong,
    ProofMissing,
)
from dossiers.fees.locking import Held, hold_for
from dossiers.fees.models import (
    ExemptionState,
    FeeExemption,
    FeeLine,
    MatterKind,
    RefundGround,
)
from dossiers.fees.orders import note_order, place_later, replace, waive
from dossiers.fees.states import OPEN, OrderEvent, OrderState
from dossiers.fees.tariff import TOLD, Line, Owed, exempted
from dossiers.models import Document, PaymentOrder
from dossiers.operations.documents import APPLICANT, StoredUpload, add_document
from dossiers.operations.journal import record
from workflows.queries import service_version
from workflows.sections.fees import Exemption, FeeRules

_STANDING = (ExemptionState.ASKED, ExemptionState.GRANTED, ExemptionState.BY_RULE)


def ask_exemption(
    order_id: UUID, exemption: str, *, reason: str, proof: StoredUpload | None = None, by: Actor
) -> FeeExemption:
    """Ask to owe less; a clerk decides. The fee may be paid meanwhile: what is too much comes back.

    Raises OrderNotFound, NotAllowed, ExemptionNotFound, ExemptionStands, OrderStateWrong,
    ReasonMissing, ProofMissing.
    """
    held = hold_for(order_id, actor=by, action=Action.DOSSIER_PAY)
    rule = _rule(held, exemption)
    if rule is None or not rule.on_request:
        raise ExemptionNotFound
    if not reason.strip():
        raise ReasonMissing
    if held.order.state not in {*OPEN, OrderState.PAID}:
        raise OrderStateWrong(state=held.order.state, event=ExemptionState.ASKED)
    if any(each.state in _STANDING for each in exemptions_of(held.order)):
        raise ExemptionStands
    document = _proof(held, rule, proof, by)
    asked = FeeExemption(
        id=new_id(),
        dossier_id=held.dossier.id,
        order_id=held.order.id,
        exemption=exemption,
        percent=rule.percent,
        basis=rule.basis,
        state=ExemptionState.ASKED,
        reason=reason.strip(),
        proof_id=document.id if document else None,
        asked_by=by.id,
        asked_at=now(),
    )
    db.session.add(asked)
    _record(DossierTag.EXEMPTION_ASKED, asked, by)
    return asked


def decide_exemption(exemption_id: UUID, *, granted: bool, note: str, by: Actor) -> FeeExemption:
    """Grant or deny what was asked, saying why.

    Granted, another order with less takes the place of one that is open; of one that is paid the
    difference is to be given back. Raises ExemptionNotFound, NotAllowed, ExemptionDecided,
    ReasonMissing, FeeUndetermined.
    """
    asked = db.session.get(FeeExemption, exemption_id)
    if asked is None:
        raise ExemptionNotFound
    held = hold_for(asked.order_id, actor=by, action=Action.FEE_DECIDE)
    db.session.refresh(asked)
    if asked.state is not ExemptionState.ASKED:
        raise ExemptionDecided
    if not note.strip():
        raise ReasonMissing
    asked.state = ExemptionState.GRANTED if granted else ExemptionState.DENIED
    asked.decided_by, asked.decided_at, asked.note = by.id, now(), note.strip()
    tag = DossierTag.EXEMPTION_GRANTED if granted else DossierTag.EXEMPTION_DENIED
    _record(tag, asked, by)
    if granted:
        _take_off(held, asked, by)
    return asked


def determine(order_id: UUID, amount: int, *, basis: str, by: Actor) -> PaymentOrder:
    """Say what is owed where the tariff has no line; in the smallest unit, with the legal basis.

    Raises OrderNotFound, NotAllowed, FeeDetermined, OrderStateWrong, AmountWrong, ReasonMissing.
    """
    held = hold_for(order_id, actor=by, action=Action.FEE_DECIDE)
    order, unknown = held.order, [each for each in lines_of(held.order) if each.amount is None]
    if not unknown:
        raise FeeDetermined
    if order.state not in OPEN or held.dossier.status.final:
        raise OrderStateWrong(state=order.state, event=OrderEvent.PLACED)
    if amount < 0:
        raise AmountWrong(owed="0")
    if not basis.strip():
        raise ReasonMissing
    first, *rest = unknown
    for line in rest:
        line.amount = line.full_amount = 0
    for line in unknown:
        line.source = basis.strip()
    first.amount = first.full_amount = amount
    order.amount += amount
    note_order(DossierTag.FEE_DETERMINED, order, by=by.id, basis=basis.strip())
    matters.close_matters_of(order, MatterKind.TARIFF_GAP, note=basis.strip(), by=by.id)
    if order.amount == 0:
        waive(order)
    else:
        place_later(order, held.dossier)
    return order


def lines_of(order: PaymentOrder) -> list[FeeLine]:
    """The lines of an order, in their order."""
    asked = select(FeeLine).where(FeeLine.order_id == order.id)
    return list(db.session.scalars(asked.order_by(FeeLine.position)))


def exemptions_of(order: PaymentOrder) -> list[FeeExemption]:
    """What was asked or held by itself for an order, oldest first."""
    asked = select(FeeExemption).where(FeeExemption.order_id == order.id)
    return list(db.session.scalars(asked.order_by(FeeExemption.id)))


def _rules(held: Held) -> FeeRules | None:
    return service_version(held.dossier.service_version).manifest.fees


def _rule(held: Held, name: str) -> Exemption | None:
    rules = _rules(held)
    return rules.exemptions.get(name) if rules is not None else None


def _proof(held: Held, rule: Exemption, proof: StoredUpload | None, by: Actor) -> Document | None:
    if rule.proof is None:
        return None
    if proof is None:
        pack = service_version(held.dossier.service_version)
        name = pick(pack.document_type(rule.proof).name, held.dossier.language)
        raise ProofMissing({("proof",): [name]}, document=name)
    return add_document(held.dossier, rule.proof, proof, origin=APPLICANT, by=by.id)


def _take_off(held: Held, asked: FeeExemption, by: Actor) -> None:
    """Let an open order be replaced by one with less; ask back what was paid too much."""
    rule = _rule(held, asked.exemption)
    if rule is None:
        return
    owed = [exempted(each, asked.exemption, rule) for each in owed_by_order(held.order)]
    left = sum(each.amount or 0 for each in owed)
    if held.order.paid_at is None:
        replace(held.order, held.dossier, owed, by=by.id, note=asked.exemption)
    elif left < held.order.amount:
        refunds.open_refund(
            held,
            amount=held.order.amount - left,
            ground=RefundGround.EXEMPTION,
            reason=asked.note,
            by=by.id,
        )


def owed_by_order(order: PaymentOrder) -> list[Owed]:
    """What an order was opened for; an amount that the process said is of no kind."""
    lines = lines_of(order)
    if any(each.amount is None for each in lines):
        raise FeeUndetermined
    return [_of_line(each) for each in lines] or [Owed(TOLD, order.amount, order.amount)]


def _of_line(line: FeeLine) -> Owed:
    if line.valid_from is None:
        return Owed(line.fee, line.amount, line.full_amount, fallback=line.fallback)
    _, variant, channel = line.tariff_key.split("/")
    kept = Line(
        fee=line.fee,
        amount=line.full_amount,
        first=line.valid_from,
        last=line.valid_until,
        channel="" if channel == "any" else channel,
        variant="" if variant == "-" else variant,
        source=line.source,
        verified=line.verified,
    )
    return Owed(line.fee, line.amount, line.full_amount, kept, line.fallback)


def _record(tag: DossierTag, asked: FeeExemption, by: Actor) -> None:
    details = {"exemption": asked.exemption, "percent": asked.percent, "basis": asked.basis}
    subject = f"fee-exemption:{asked.id}"
    record(tag, asked.dossier_id, actor=by.id, subject=subject, details=details)
