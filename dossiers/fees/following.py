"""What becomes of the fees of a dossier that ends without a result."""

from typing import Final

from dossiers.fees.locking import Held, orders_of
from dossiers.fees.models import RefundGround
from dossiers.fees.orders import SYSTEM, move
from dossiers.fees.refunds import left_of, open_refund
from dossiers.fees.states import OPEN, OrderEvent, OrderState
from dossiers.models import Dossier
from workflows.queries import service_version
from workflows.vocabulary import DossierStatus

ENDS: Final = {
    DossierStatus.STOPPED: OrderEvent.EXPIRED,
    DossierStatus.NOT_ACCEPTED: OrderEvent.CANCELLED,
    DossierStatus.WITHDRAWN: OrderEvent.CANCELLED,
}


def follow(dossier: Dossier) -> None:
    """Nothing is owed any more by a locked dossier that has just ended so.

    Money may go back by rule.
    """
    event = ENDS.get(dossier.status)
    if event is None:
        return
    rules = service_version(dossier.service_version).manifest.fees
    given_back = rules is not None and dossier.status in rules.refunds.by_itself
    orders = orders_of(dossier)
    for order in orders:
        if order.state in OPEN:
            move(order, event, by=SYSTEM)
        elif given_back and order.state == OrderState.PAID and order.amount > 0:
            _give_back(Held(order, dossier, orders))


def _give_back(held: Held) -> None:
    left = left_of(held.order)
    if left > 0:
        status = str(held.dossier.status)
        open_refund(held, amount=left, ground=RefundGround.RULE, reason=status, by=SYSTEM)
