"""Paying again what the payment platform refused: another order for the same claim."""

from uuid import UUID

from accounts.actor import Actor
from accounts.policy import Action
from dossiers.fees.errors import OrderStateWrong
from dossiers.fees.exemptions import owed_by_order
from dossiers.fees.locking import hold_for
from dossiers.fees.orders import replace
from dossiers.fees.states import OPEN, OrderEvent, OrderState
from dossiers.models import PaymentOrder


def pay_again(order_id: UUID, *, by: Actor) -> PaymentOrder:
    """Open another order in the place of one that failed; the failed one may still be paid.

    Raises OrderNotFound, NotAllowed, OrderStateWrong.
    """
    held = hold_for(order_id, actor=by, action=Action.DOSSIER_PAY)
    others_open = any(each.state in OPEN for each in held.others)
    if held.order.state != OrderState.FAILED or held.dossier.status.final or others_open:
        raise OrderStateWrong(state=held.order.state, event=OrderEvent.PLACED)
    return replace(held.order, held.dossier, owed_by_order(held.order), by=by.id, note="")
