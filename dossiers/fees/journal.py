"""The fee journal of an agency: every movement of a period, sums, and files of it."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext
from openpyxl import Workbook
from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from core.errors import N_, Message
from core.i18n import translated
from dossiers.fees import money
from dossiers.fees.errors import PeriodTooLong
from dossiers.fees.models import FeeMovement, FeeReceipt, MovementKind
from dossiers.models import Dossier, PaymentOrder

MOST_DAYS: Final = 366
KINDS: Final[dict[str, Message]] = {
    MovementKind.FEE: N_("Fee"),
    MovementKind.LATE: N_("Paid too late"),
    MovementKind.SURPLUS: N_("To be clarified"),
    MovementKind.REFUND: N_("Given back"),
}
WAYS: Final[dict[str, Message]] = {
    "gateway": N_("Payment platform"),
    "cash": N_("Cash"),
    "transfer": N_("Transfer"),
    "waived": N_("Nothing was owed"),
}
_COLUMNS: Final = (
    N_("Day"),
    N_("Kind"),
    N_("Dossier"),
    N_("Order"),
    N_("Receipt"),
    N_("How"),
    N_("Transaction"),
    N_("Amount"),
    N_("Currency"),
)


@dataclass(frozen=True)
class Row:
    """A movement with what it is about."""

    movement: FeeMovement
    dossier: str
    order: str
    receipt: str


@dataclass(frozen=True)
class Sum:
    """What came (or went, below zero) of one kind, in one way, in one currency."""

    kind: str
    way: str
    currency: str
    amount: int
    count: int


@dataclass(frozen=True)
class Journal:
    """All movements of a period in order, both days counted, and their sums."""

    first: date
    last: date
    rows: Sequence[Row]
    sums: Sequence[Sum]

    @property
    def totals(self) -> dict[str, int]:
        """All that came less all that went, by currency."""
        return total_by_currency(each.movement for each in self.rows)


def journal(agency_id: UUID, first: date, last: date, *, visible_to: Actor) -> Journal:
    """The journal of an agency; raises ActionRefused, PeriodTooLong."""
    policy.require(visible_to, Action.FEE_VIEW, policy.Scope(agency_id=agency_id))
    if last < first or (last - first).days >= MOST_DAYS:
        raise PeriodTooLong({("last",): [str(last)]}, most=MOST_DAYS)
    rows = [Row(*row) for row in db.session.execute(_asked(agency_id, first, last))]
    return Journal(first, last, rows, sums_of(each.movement for each in rows))


def sums_of(movements: Iterable[FeeMovement]) -> list[Sum]:
    """Sums by kind, way and currency."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for each in movements:
        found.setdefault((str(each.kind), each.way, each.currency), []).append(each.amount)
    return [Sum(*key, sum(amounts), len(amounts)) for key, amounts in sorted(found.items())]


def total_by_currency(movements: Iterable[FeeMovement]) -> dict[str, int]:
    """What came less what went, by currency."""
    totals: dict[str, int] = {}
    for each in movements:
        totals[each.currency] = totals.get(each.currency, 0) + each.amount
    return totals


def as_csv(found: Journal) -> bytes:
    """The journal as CSV in UTF-8 with a mark, so that spreadsheets read it right."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_headings(), *map(_cells, found.rows)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(found: Journal) -> bytes:
    """The journal as a workbook: the movements, and the sums on a second sheet."""
    book = Workbook(write_only=True)
    rows = book.create_sheet(gettext("Movements"))
    for cells in (_headings(), *map(_cells, found.rows)):
        rows.append(cells)
    sums = book.create_sheet(gettext("Sums"))
    sums.append([translated(each) for each in (_COLUMNS[1], _COLUMNS[5], *_COLUMNS[7:])])
    for each in found.sums:
        amount = _plain(each.amount, each.currency)
        sums.append([kind_name(each.kind), way_name(each.way), amount, each.currency])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def kind_name(kind: str) -> str:
    """What a kind of movement is called."""
    return translated(KINDS[kind])


def way_name(way: str) -> str:
    """How money came or went, in words."""
    return translated(WAYS[way]) if way in WAYS else way


def _asked(agency_id: UUID, first: date, last: date) -> Any:
    receipt = (
        select(FeeReceipt.number)
        .where(FeeReceipt.order_id == PaymentOrder.id, FeeReceipt.cancelled_at.is_(None))
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(FeeMovement, Dossier.reference, PaymentOrder.reference, receipt)
        .join(PaymentOrder, PaymentOrder.id == FeeMovement.order_id)
        .join(Dossier, Dossier.id == FeeMovement.dossier_id)
        .where(FeeMovement.agency_id == agency_id, FeeMovement.day.between(first, last))
        .order_by(FeeMovement.day, FeeMovement.at, FeeMovement.id)
    )


def _headings() -> list[str]:
    return [translated(each) for each in _COLUMNS]


def _cells(row: Row) -> list[Any]:
    moved = row.movement
    return [
        moved.day.isoformat(),
        kind_name(moved.kind),
        row.dossier,
        row.order,
        row.receipt or "",
        way_name(moved.way),
        _harmless(moved.transaction_code),
        _plain(moved.amount, moved.currency),
        moved.currency,
    ]


def _plain(amount: int, currency: str) -> Any:
    """A number that a spreadsheet adds up; of a foreign currency the smallest units, as they came."""
    if currency != money.code() or not money.decimals():
        return amount
    return Decimal(amount).scaleb(-money.decimals())


def _harmless(text: str) -> str:
    """A text from outside that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
