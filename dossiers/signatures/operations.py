"""Orders of signatures: answered once, embedded. Answers that come twice or late change nothing."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from core.clock import now
from core.database import db
from dossiers.signatures.models import OrderState, SignatureOrder
from engine import operations as engine
from engine.runtime import current_runtime
from signing import signing_desk
from signing.port import Answer, Expired, Refused, Signed, Waiting
from signing.signatures import checked

ANSWERED: Final = "signature-answered"
# How the place of an order begins that a job waits for by itself, without a message.
JOB: Final = "job:"
_LONGEST_REASON: Final = 1000
_OPEN: Final = frozenset({OrderState.PREPARED, OrderState.WAITING})


def note_answer(
    order_id: UUID, answer: Answer, *, asked: bool = False, tell: bool = True
) -> SignatureOrder:
    """Keep what the signer answered, the first answer for good; tells it to whoever waits for it.

    `asked` says that the signer was asked just now. Raises SignatureDoesNotMatch.
    """
    order = locked_order(order_id)
    before = order.state
    if before not in _OPEN:
        return order
    if asked:
        order.asked_at = order.asked_at or now()
    _take(order, answer)
    if order.state not in _OPEN:
        order.answered_at = now()
        # Who orders hears the answer himself; who waits for a person has to be told.
        if tell and before is OrderState.WAITING:
            _wake(order)
    return order


def note_callback(kid: str, transaction: str, answer: Answer) -> SignatureOrder | None:
    """Keep what the signer told of its own accord; None when nothing was ordered by this name."""
    query = select(SignatureOrder.id).where(
        SignatureOrder.kid == kid, SignatureOrder.transaction == transaction
    )
    found = db.session.scalars(query.order_by(SignatureOrder.id.desc())).first()
    return None if found is None else note_answer(found, answer)


def note_embedded(order_id: UUID, signed_key: str) -> None:
    """The signed document lies in the store; what was prepared for it is not needed any more."""
    order = locked_order(order_id)
    order.state, order.signed_key, order.prepared_key = OrderState.EMBEDDED, signed_key, None


def note_changed(order_id: UUID) -> None:
    """The document would be another one now: the signature that was asked for is not used."""
    locked_order(order_id).state = OrderState.CHANGED


def locked_order(order_id: UUID) -> SignatureOrder:
    """An order, locked and as it is now."""
    return db.session.get_one(
        SignatureOrder, order_id, with_for_update=True, populate_existing=True
    )


def _take(order: SignatureOrder, answer: Answer) -> None:
    if isinstance(answer, Waiting):
        order.state, order.transaction = OrderState.WAITING, answer.transaction
        order.until = order.until or answer.until
        if _is_over(order.until):
            order.state = OrderState.EXPIRED
    elif isinstance(answer, Signed):
        certificate = signing_desk().table.found(order.kid).key.certificate
        order.signature = checked(certificate, bytes.fromhex(order.digest), answer.signature)
        order.state = OrderState.SIGNED
    elif isinstance(answer, Refused):
        order.state, order.reason = OrderState.REFUSED, answer.reason[:_LONGEST_REASON]
    elif isinstance(answer, Expired):
        order.state = OrderState.EXPIRED


def _is_over(until: datetime) -> bool:
    return now() > until


def _wake(order: SignatureOrder) -> None:
    if order.place.startswith(JOB):
        current_runtime().hasten(order.instance_id, UUID(order.place.removeprefix(JOB)))
        return
    told = {"signature_state": str(order.state), "signature_reason": order.reason}
    engine.publish_message(ANSWERED, str(order.id), told, str(order.id))
