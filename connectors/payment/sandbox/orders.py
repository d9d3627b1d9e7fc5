"""The platform's side of an order, and the digest of its messages."""

import hashlib
import secrets
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

PAID, PENDING, FAILED = "1", "3", "4"
DIGESTED = (
    "{LoaiBanTin}|{MaLoi}|{MaDoiTac}|{MaThamChieu}|{SoTien}|{MaTienTe}|"
    "{MaGiaoDich}|{MaNganHang}|{ThoiGianGD}|{ThongTinGiaoDich}|"
)


@dataclass
class SandboxOrder:
    """An order as it was placed; `state` is a `TrangThaiGD`."""

    placed: dict[str, Any]
    key: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    state: str = PENDING
    transaction: str = ""

    @property
    def reference(self) -> str:
        """The partner's name of the order."""
        return str(self.placed["MaThamChieu"])

    def settle(self, state: str) -> None:
        """Decide what became of the order; the first decision stands."""
        if self.state == PENDING:
            self.state, self.transaction = state, f"GD{secrets.randbelow(10**10):010d}"


@dataclass
class Desk:
    """All orders of the sandbox, in memory, and the secret shared with its one partner.

    Refunds are done at once, but for those that a test has told to wait or to fail.
    """

    secret: str
    algorithm: str
    orders: dict[str, SandboxOrder] = field(default_factory=dict)
    refunds: dict[str, SandboxOrder] = field(default_factory=dict)
    refund_state: str = PAID
    lock: threading.Lock = field(default_factory=threading.Lock)

    def place(self, message: dict[str, Any]) -> SandboxOrder:
        """Take an order; the same reference again is the same order."""
        with self.lock:
            return self.orders.setdefault(str(message["MaThamChieu"]), SandboxOrder(message))

    def give_back(self, message: dict[str, Any]) -> SandboxOrder:
        """Give money back once, however often it is asked; never more than came for the order."""
        with self.lock:
            reference, order = str(message["MaThamChieu"]), str(message["ThongTinGiaoDich"])
            known = self.refunds.get(reference)
            if known is None:
                known = self.refunds[reference] = SandboxOrder(message)
                known.settle(self.refund_state if self._covers(order) else FAILED)
            return known

    def _covers(self, order: str) -> bool:
        paid = self.orders.get(order)
        back = [
            int(each.placed["SoTien"])
            for each in self.refunds.values()
            if each.placed["ThongTinGiaoDich"] == order and each.state != FAILED
        ]
        return bool(paid and paid.state == PAID and sum(back) <= int(paid.placed["SoTien"]))

    def genuine(self, message: dict[str, Any]) -> bool:
        """Whether the partner made this message's digest."""
        return bool(message.get("MaXacThuc") == self._digest(message))

    def report(self, order: SandboxOrder, kind: str) -> dict[str, Any]:
        """What the platform says of an order, with its digest."""
        message = {
            "LoaiBanTin": kind,
            "MaLoi": "99" if order.state == FAILED else "00",
            "MaDoiTac": order.placed.get("MaDoiTac", ""),
            "MaThamChieu": order.reference,
            "SoTien": order.placed.get("SoTien", ""),
            "MaTienTe": order.placed.get("MaTienTe", ""),
            "MaGiaoDich": order.transaction,
            "MaNganHang": "SANDBOX" if order.state == PAID else "",
            "ThoiGianGD": f"{datetime.now(UTC):%Y%m%d%H%M%S}",
            "ThongTinGiaoDich": order.placed.get("ThongTinGiaoDich", ""),
            "TrangThaiGD": order.state,
        }
        return message | {"MaXacThuc": self._digest(message)}

    def _digest(self, message: dict[str, Any]) -> str:
        text = DIGESTED.format_map(defaultdict(str, message)) + self.secret
        return hashlib.new(self.algorithm, text.encode()).hexdigest()
