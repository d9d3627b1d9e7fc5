"""The journal of money: every amount that came or went, once."""

from core.database import db
from core.ids import new_id
from dossiers.fees.assessing import local_day
from dossiers.fees.models import FeeMovement, MovementKind
from dossiers.models import Dossier, PaymentOrder


def note_movement(
    dossier: Dossier,
    order: PaymentOrder,
    kind: MovementKind,
    *,
    amount: int,
    currency: str,
    way: str,
    transaction_code: str,
    by: str,
) -> FeeMovement:
    """Write down money that came (above zero) or went; the agency is the one that keeps the books."""
    movement = FeeMovement(
        id=new_id(),
        order_id=order.id,
        dossier_id=dossier.id,
        agency_id=dossier.agency_id,
        day=local_day(),
        kind=kind,
        amount=amount,
        currency=currency,
        way=way,
        transaction_code=transaction_code,
        by=by,
    )
    db.session.add(movement)
    return movement
