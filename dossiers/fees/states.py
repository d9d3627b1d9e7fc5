"""The states of an order, and what may happen to it in each: one table, nothing else."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from dossiers.fees.errors import OrderStateWrong


class OrderState(StrEnum):
    """How far an order has come."""

    CREATED = "created"
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    PAID_LATE = "paid-late"
    REFUND_ASKED = "refund-asked"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund-failed"

    @property
    def owed(self) -> bool:
        """Whether the fee may still be paid."""
        return self in OPEN


class OrderEvent(StrEnum):
    """What happens to an order."""

    PLACED = "placed"
    PAID = "paid"
    PAID_LATE = "paid-late"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUND_ASKED = "refund-asked"
    REFUND_DENIED = "refund-denied"
    REFUND_DENIED_LATE = "refund-denied-late"
    REFUNDED = "refunded"
    REFUNDED_IN_PART = "refunded-in-part"
    REFUND_FAILED = "refund-failed"


_S, _E = OrderState, OrderEvent
OPEN: Final = frozenset({_S.CREATED, _S.PENDING, _S.FAILED})

TRANSITIONS: Final[Mapping[tuple[OrderState, OrderEvent], OrderState]] = {
    (_S.CREATED, _E.PLACED): _S.PENDING,
    (_S.FAILED, _E.PLACED): _S.PENDING,
    (_S.CREATED, _E.PAID): _S.PAID,
    (_S.PENDING, _E.PAID): _S.PAID,
    (_S.FAILED, _E.PAID): _S.PAID,
    (_S.CREATED, _E.FAILED): _S.FAILED,
    (_S.PENDING, _E.FAILED): _S.FAILED,
    (_S.CREATED, _E.EXPIRED): _S.EXPIRED,
    (_S.PENDING, _E.EXPIRED): _S.EXPIRED,
    (_S.FAILED, _E.EXPIRED): _S.EXPIRED,
    (_S.CREATED, _E.CANCELLED): _S.CANCELLED,
    (_S.PENDING, _E.CANCELLED): _S.CANCELLED,
    (_S.FAILED, _E.CANCELLED): _S.CANCELLED,
    (_S.CREATED, _E.PAID_LATE): _S.PAID_LATE,
    (_S.PENDING, _E.PAID_LATE): _S.PAID_LATE,
    (_S.FAILED, _E.PAID_LATE): _S.PAID_LATE,
    (_S.EXPIRED, _E.PAID_LATE): _S.PAID_LATE,
    (_S.CANCELLED, _E.PAID_LATE): _S.PAID_LATE,
    (_S.PAID, _E.REFUND_ASKED): _S.REFUND_ASKED,
    (_S.PAID_LATE, _E.REFUND_ASKED): _S.REFUND_ASKED,
    (_S.REFUND_FAILED, _E.REFUND_ASKED): _S.REFUND_ASKED,
    (_S.REFUND_ASKED, _E.REFUND_DENIED): _S.PAID,
    (_S.REFUND_ASKED, _E.REFUND_DENIED_LATE): _S.PAID_LATE,
    (_S.REFUND_ASKED, _E.REFUNDED): _S.REFUNDED,
    (_S.REFUND_ASKED, _E.REFUNDED_IN_PART): _S.PAID,
    (_S.REFUND_ASKED, _E.REFUND_FAILED): _S.REFUND_FAILED,
}


def after(state: OrderState, event: OrderEvent) -> OrderState:
    """The state that follows; raises OrderStateWrong for everything that the table lacks."""
    following = TRANSITIONS.get((state, event))
    if following is None:
        raise OrderStateWrong(state=state, event=event)
    return following
