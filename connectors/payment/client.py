"""Asks the payment platform for an order and for its state.

The addresses, the refund and the two links of an order (`UrlThongBao`, `UrlTraVe`) are ours: no
interface document of the platform was found. Its signed fields are real.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from connectors.calls import ask
from connectors.errors import AnswerUnreadable
from connectors.payment.messages import (
    SUCCESS,
    SYSTEM,
    Payment,
    PaymentState,
    Seal,
    read_notification,
    read_status,
)
from core.clock import now


@dataclass(frozen=True)
class Order:
    """A fee to be paid; `reference` is unique and ours, `amount` in the smallest unit.

    The payer comes back to `return_url`; the platform reports to `notification_url`.
    """

    reference: str
    amount: int
    currency: str
    description: str
    return_url: str
    notification_url: str


@dataclass(frozen=True)
class Refund:
    """Money to be given back: `reference` is unique and ours, `transaction` the payment's code.

    `order` is the reference of the order that was paid; `amount` in the smallest unit.
    """

    reference: str
    order: str
    transaction: str
    amount: int
    currency: str


@dataclass(frozen=True)
class PlacedOrder:
    """An order that the platform took: where the payer pays."""

    reference: str
    checkout_url: str


@dataclass(frozen=True)
class PaymentPlatform:
    """The platform at a base address, where we are `partner`; its times are in `time_zone`."""

    address: str
    partner: str
    seal: Seal
    time_zone: str

    def place(self, order: Order) -> PlacedOrder:
        """Place an order; placing the same reference again gives the same order."""
        answer = ask(SYSTEM, f"{self.address}/orders", self.seal.sealed(self._message(order)))
        checkout_url = str(answer.get("UrlThanhToan") or "")
        if answer.get("MaLoi") != SUCCESS or not checkout_url.startswith(("http://", "https://")):
            raise AnswerUnreadable(system=SYSTEM, fault=f"MaLoi is {answer.get('MaLoi')}")
        return PlacedOrder(order.reference, checkout_url)

    def status(self, reference: str) -> Payment:
        """What became of an order; raises NotificationForged for an answer that is not sealed."""
        question = self._head("QUERY") | {"MaThamChieu": reference}
        answer = ask(SYSTEM, f"{self.address}/orders/status", self.seal.sealed(question))
        payment = read_status(answer, self.seal)
        if payment.reference != reference:
            raise AnswerUnreadable(system=SYSTEM, fault="it is about another order")
        return payment

    def give_back(self, refund: Refund) -> PaymentState:
        """Ask the platform to give money back; asking again with the same reference gives it once.

        Raises NotificationForged, AnswerUnreadable.
        """
        question = self._head("REFUND") | {
            "MaThamChieu": refund.reference,
            "MaGiaoDich": refund.transaction,
            "SoTien": str(refund.amount),
            "MaTienTe": refund.currency,
            "ThongTinGiaoDich": refund.order,
        }
        return self._told(f"{self.address}/refunds", question, refund.reference)

    def refund_status(self, reference: str) -> PaymentState:
        """What became of a refund; raises NotificationForged, AnswerUnreadable."""
        question = self._head("REFUND_QUERY") | {"MaThamChieu": reference}
        return self._told(f"{self.address}/refunds/status", question, reference)

    def _told(self, address: str, question: Mapping[str, Any], reference: str) -> PaymentState:
        answer = read_status(ask(SYSTEM, address, self.seal.sealed(question)), self.seal)
        if answer.reference != reference:
            raise AnswerUnreadable(system=SYSTEM, fault="it is about another refund")
        return answer.state

    def read_notification(self, message: Mapping[str, Any]) -> Payment:
        """The payment that the platform reports by itself; raises NotificationForged."""
        return read_notification(message, self.seal)

    def _head(self, kind: str) -> dict[str, Any]:
        moment = now().astimezone(ZoneInfo(self.time_zone))
        return {
            "LoaiBanTin": kind,
            "MaDoiTac": self.partner,
            "ThoiGianGD": f"{moment:%Y%m%d%H%M%S}",
        }

    def _message(self, order: Order) -> dict[str, Any]:
        return self._head("ORDER") | {
            "MaThamChieu": order.reference,
            "SoTien": str(order.amount),
            "MaTienTe": order.currency,
            "ThongTinGiaoDich": order.description,
            "UrlTraVe": order.return_url,
            "UrlThongBao": order.notification_url,
        }
