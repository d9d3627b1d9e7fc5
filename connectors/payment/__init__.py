"""The payment platform: place an order, ask what became of it, believe only its own messages."""

from connectors.payment.client import Order, PaymentPlatform, PlacedOrder, Refund
from connectors.payment.messages import Payment, PaymentState

__all__ = ["Order", "Payment", "PaymentPlatform", "PaymentState", "PlacedOrder", "Refund"]
