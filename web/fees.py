"""Fees in words, for the pages of applicants and of clerks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask
from flask_babel import gettext as _

from core.errors import N_, Message
from core.i18n import pick, translated
from dossiers.fees import money
from dossiers.fees.journal import kind_name, way_name
from dossiers.fees.models import (
    ExemptionState,
    FeeExemption,
    FeeLine,
    MatterKind,
    RefundGround,
    RefundState,
)
from dossiers.fees.queries import OrderView
from dossiers.fees.states import OrderState
from dossiers.models import Dossier
from web.languages import current
from workflows.queries import service_version
from workflows.sections.fees import Exemption, Fallback, FeeRules

ORDERS: Final[Mapping[str, Message]] = {
    OrderState.CREATED: N_("Being prepared"),
    OrderState.PENDING: N_("To be paid"),
    OrderState.PAID: N_("Paid"),
    OrderState.FAILED: N_("The payment failed"),
    OrderState.EXPIRED: N_("No longer owed"),
    OrderState.CANCELLED: N_("Cancelled"),
    OrderState.PAID_LATE: N_("Paid too late"),
    OrderState.REFUND_ASKED: N_("A refund was asked for"),
    OrderState.REFUNDED: N_("Given back"),
    OrderState.REFUND_FAILED: N_("The refund failed"),
}
COLOURS: Final = {
    OrderState.PAID: "green",
    OrderState.REFUNDED: "green",
    OrderState.FAILED: "red",
    OrderState.REFUND_FAILED: "red",
    OrderState.PENDING: "orange",
    OrderState.PAID_LATE: "orange",
    OrderState.REFUND_ASKED: "blue",
}
EXEMPTIONS: Final[Mapping[str, Message]] = {
    ExemptionState.BY_RULE: N_("Holds by rule"),
    ExemptionState.ASKED: N_("Asked for"),
    ExemptionState.GRANTED: N_("Granted"),
    ExemptionState.DENIED: N_("Denied"),
}
REFUNDS: Final[Mapping[str, Message]] = {
    RefundState.ASKED: N_("Waits for approval"),
    RefundState.APPROVED: N_("Approved"),
    RefundState.DENIED: N_("Denied"),
    RefundState.DONE: N_("Given back"),
    RefundState.FAILED: N_("The payment platform refused it"),
}
GROUNDS: Final[Mapping[str, Message]] = {
    RefundGround.APPLICANT: N_("The applicant asks for it"),
    RefundGround.AGENCY_ERRED: N_("The agency erred"),
    RefundGround.RULE: N_("By the rules of the service"),
    RefundGround.EXEMPTION: N_("An exemption was granted"),
    RefundGround.NOT_OWED: N_("It was not owed"),
}
MATTERS: Final[Mapping[str, Message]] = {
    MatterKind.TARIFF_GAP: N_("The tariff has no line: say what is owed"),
    MatterKind.OTHER_AMOUNT: N_("Another amount came than was owed"),
    MatterKind.PAID_TWICE: N_("The fee was paid a second time"),
    MatterKind.PAID_LATE: N_("Money came when nothing was owed any more"),
}
FALLBACKS: Final[Mapping[str, Message]] = {
    Fallback.LAST: N_("The tariff has no line for that day: the last known amount."),
    Fallback.FULL: N_("The tariff has no line for that day: the full amount."),
    Fallback.ASK: N_("The tariff has no line for that day: an officer says the amount."),
}


@dataclass(frozen=True)
class Why:
    """One line of an order in words."""

    name: str
    amount: int | None
    reasons: tuple[str, ...]


def init_app(app: Flask) -> None:
    """Make the words known to the templates."""
    app.jinja_env.filters.update(
        order_state=lambda state: translated(ORDERS[state]),
        order_colour=lambda state: COLOURS.get(state, "grey"),
        exemption_state=lambda state: translated(EXEMPTIONS[state]),
        refund_state=lambda state: translated(REFUNDS[state]),
        refund_ground=lambda ground: translated(GROUNDS[ground]),
        matter_kind=lambda kind: translated(MATTERS[kind]),
        movement_kind=kind_name,
        way_name=way_name,
        money_of=money_of,
    )


def money_of(amount: int, currency: str) -> str:
    """An amount of whatever currency, in the reader's language."""
    return money.written(amount, current(), currency=currency)


def rules_of(dossier: Dossier) -> FeeRules | None:
    """What the version of a dossier says about fees."""
    return service_version(dossier.service_version).manifest.fees


def why(view: OrderView, rules: FeeRules | None) -> list[Why]:
    """What an order is for, line by line."""
    return [_why(line, rules) for line in view.lines]


def exemption_name(name: str, rules: FeeRules | None) -> str:
    """What an exemption is called."""
    known = rules.exemptions.get(name) if rules else None
    return pick(known.name, current()) if known else name


def offered_exemptions(view: OrderView, rules: FeeRules | None) -> list[tuple[str, Exemption]]:
    """What may be asked for an order; nothing while something stands."""
    standing = {ExemptionState.ASKED, ExemptionState.GRANTED, ExemptionState.BY_RULE}
    if rules is None or any(each.state in standing for each in view.exemptions):
        return []
    return [(name, each) for name, each in rules.exemptions.items() if each.on_request]


def said_of(exemption: FeeExemption, rules: FeeRules | None) -> dict[str, Any]:
    """An exemption as both sides read it."""
    return {"row": exemption, "name": exemption_name(exemption.exemption, rules)}


def _why(line: FeeLine, rules: FeeRules | None) -> Why:
    kind = rules.kinds.get(line.fee) if rules else None
    name = pick(kind.name, current()) if kind else line.fee
    return Why(name, line.amount, tuple(_reasons(line, rules)))


def _reasons(line: FeeLine, rules: FeeRules | None) -> list[str]:
    said = [line.source] if line.source else []
    if line.tariff_key and not line.verified:
        said.append(_("This amount was not verified against the text of the act."))
    if line.fallback:
        said.append(translated(FALLBACKS[line.fallback]))
    if line.exemption:
        full = money.written(line.full_amount, current())
        told = exemption_name(line.exemption, rules)
        said.append(_("%(exemption)s: less than the full %(amount)s.", exemption=told, amount=full))
    return said
