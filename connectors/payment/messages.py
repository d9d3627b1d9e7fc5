"""Messages of the payment platform: the signed fields, the digest, the notification.

Field names and their order in the digest were seen in working code that talks to the platform;
SHA-256 as the digest is common knowledge of the field, so the algorithm is a setting.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connectors.errors import AnswerUnreadable, NotificationForged

SYSTEM = "payment platform"
DIGEST_FIELD = "MaXacThuc"
SIGNED_FIELDS = (
    "LoaiBanTin",
    "MaLoi",
    "MaDoiTac",
    "MaThamChieu",
    "SoTien",
    "MaTienTe",
    "MaGiaoDich",
    "MaNganHang",
    "ThoiGianGD",
    "ThongTinGiaoDich",
)
SUCCESS = "00"


class PaymentState(StrEnum):
    """What became of an order. Pending also means that the platform does not know yet."""

    PAID = "paid"
    PENDING = "pending"
    FAILED = "failed"


STATES = {"1": PaymentState.PAID, "3": PaymentState.PENDING, "4": PaymentState.FAILED}
"""The platform's `TrangThaiGD` in our words."""


@dataclass(frozen=True)
class Payment:
    """What the platform says of one order of ours; `amount` in the currency's smallest unit."""

    reference: str
    state: PaymentState
    amount: int
    currency: str
    transaction_code: str
    bank: str


@dataclass(frozen=True)
class Seal:
    """The secret shared with the platform, and how it is mixed into a message's digest."""

    secret: str
    algorithm: str

    def digest(self, message: Mapping[str, Any]) -> str:
        """The lower-case hexadecimal digest of a message's signed fields and the secret."""
        parts = [str(message.get(name) or "") for name in SIGNED_FIELDS]
        text = "|".join([*parts, self.secret])
        return hashlib.new(self.algorithm, text.encode()).hexdigest()

    def sealed(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The message with its digest in `MaXacThuc`."""
        return {**message, DIGEST_FIELD: self.digest(message)}

    def require(self, message: Mapping[str, Any]) -> None:
        """Raise NotificationForged unless the message carries the right digest."""
        given = str(message.get(DIGEST_FIELD) or "").lower()
        if not hmac.compare_digest(given.encode(), self.digest(message).encode()):
            raise NotificationForged


def read_notification(message: Mapping[str, Any], seal: Seal) -> Payment:
    """The payment of a notification; raises NotificationForged, or AnswerUnreadable."""
    seal.require(message)
    succeeded = message.get("MaLoi") == SUCCESS
    return _payment(message, PaymentState.PAID if succeeded else PaymentState.FAILED)


def read_status(message: Mapping[str, Any], seal: Seal) -> Payment:
    """The payment of an answer to a query; raises NotificationForged, or AnswerUnreadable.

    The digest does not cover `TrangThaiGD`: what protects the state is TLS to the platform.
    """
    seal.require(message)
    code = str(message.get("TrangThaiGD"))
    if code not in STATES:
        raise AnswerUnreadable(system=SYSTEM, fault=f"TrangThaiGD is {code}")
    return _payment(message, STATES[code])


def _payment(message: Mapping[str, Any], state: PaymentState) -> Payment:
    return Payment(
        reference=str(message.get("MaThamChieu") or ""),
        state=state,
        amount=_amount(message.get("SoTien")),
        currency=str(message.get("MaTienTe") or ""),
        transaction_code=str(message.get("MaGiaoDich") or ""),
        bank=str(message.get("MaNganHang") or ""),
    )


def _amount(given: Any) -> int:
    try:
        return int(str(given))
    except ValueError as error:
        raise AnswerUnreadable(system=SYSTEM, fault="SoTien is not a number") from error
