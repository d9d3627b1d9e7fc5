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
    """All orders of the sandbox, in memory, and the secret shared with its one partner."""

    secret: str
    algorithm: str
    orders: dict[str, SandboxOrder] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def place(self, message: dict[str, Any]) -> SandboxOrder:
        """Take an order; the same reference again is the same order."""
        with self.lock:
            return self.orders.setdefault(str(message["MaThamChieu"]), SandboxOrder(message))

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
