"""One table says what may happen to an order; everything else is refused in words."""

from itertools import product

import pytest

from dossiers.fees.errors import OrderStateWrong
from dossiers.fees.states import OPEN, TRANSITIONS, OrderEvent, OrderState, after

OTHERS = [pair for pair in product(OrderState, OrderEvent) if pair not in TRANSITIONS]


@pytest.mark.parametrize(("state", "event"), OTHERS, ids=str)
def test_every_step_that_the_table_lacks_is_refused(state: OrderState, event: OrderEvent):
    with pytest.raises(OrderStateWrong) as caught:
        after(state, event)
    assert str(state) in str(caught.value)


def test_money_that_came_is_never_forgotten_by_a_later_step():
    paid = {OrderState.PAID, OrderState.PAID_LATE}
    kept = {*paid, OrderState.REFUND_ASKED, OrderState.REFUNDED, OrderState.REFUND_FAILED}
    reached, new = set(paid), set(paid)
    while new:
        new = {after for (state, _), after in TRANSITIONS.items() if state in reached} - reached
        reached |= new
    assert reached == kept


def test_only_what_is_open_can_still_be_paid_as_the_fee():
    assert {state for state, event in TRANSITIONS if event is OrderEvent.PAID} == OPEN
