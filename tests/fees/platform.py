"""A payment platform in memory: takes orders, gives money back as told, answers what it is asked."""

from dataclasses import dataclass, field

from connectors.payment import Order, Payment, PaymentState, PlacedOrder, Refund


@dataclass
class Platform:
    """`says` is what it answers of orders, by reference; `refunding` what becomes of refunds."""

    placed: list[Order] = field(default_factory=list)
    refunds: dict[str, Refund] = field(default_factory=dict)
    says: dict[str, Payment] = field(default_factory=dict)
    refunding: PaymentState = PaymentState.PAID

    def place(self, order: Order) -> PlacedOrder:
        self.placed.append(order)
        return PlacedOrder(order.reference, f"https://pay.example/{order.reference}")

    def give_back(self, refund: Refund) -> PaymentState:
        self.refunds[refund.reference] = refund
        return self.refunding

    def refund_status(self, _reference: str) -> PaymentState:
        return self.refunding

    def status(self, reference: str) -> Payment:
        return self.says.get(reference) or Payment(
            reference, PaymentState.PENDING, 0, "VND", "", ""
        )
