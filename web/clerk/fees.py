"""The fees of a dossier on the desk: taking money, receipts, exemptions, refunds, what is unclear."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import transaction
from core.errors import Conflict, InvalidRequest, NotAllowed
from core.i18n import sentences_of
from dossiers import queries
from dossiers.errors import DossierNotFound
from dossiers.fees import exemptions, matters, money, payments, receipts, refunds
from dossiers.fees.queries import (
    fees_of,
    find_exemption,
    find_matter,
    find_order,
    find_receipt,
    find_refund,
    waiting,
)
from dossiers.looks import note_look
from dossiers.models import Dossier, DossierStatus
from dossiers.settled.tariff_lines import minor_units
from web.clerk.blueprint import blueprint
from web.clerk.queues import name_of
from web.fees import exemption_name, rules_of, said_of, why
from web.papers import names_of
from web.visitors import known_visitor, told

LONGEST: Final = 2000
ACTIONS: Final = {
    "collect": Action.FEE_COLLECT,
    "decide": Action.FEE_DECIDE,
    "approve": Action.FEE_APPROVE,
}


@blueprint.get("/fees")
def fees_waiting() -> str:
    """What waits about fees: amounts, exemptions, refunds, money that is unclear."""
    actor = known_visitor()
    policy.require_ever(actor, Action.FEE_VIEW)
    return render_template(
        "clerk/fees_waiting.html", found=waiting(visible_to=actor), exemption_name=_named
    )


@blueprint.get("/dossiers/<reference>/fees")
def fees(reference: str) -> str:
    """All fees of a dossier, and what may be done about them."""
    actor = known_visitor()
    dossier = queries.find_dossier_by_reference(reference, visible_to=actor)
    if dossier.status is DossierStatus.DRAFT:
        raise DossierNotFound
    note_look(dossier, actor)
    return _page(dossier, actor, {})


@blueprint.post("/fee-orders/<uuid:order_id>/take")
def take_fee(order_id: UUID) -> Response | tuple[str, int]:
    """Take the fee in cash, or note a transfer; the receipt is numbered at once."""
    actor = known_visitor()
    _order, dossier = find_order(order_id, visible_to=actor)
    policy.require(actor, Action.FEE_COLLECT, dossier)
    way, code = _text("way"), _text("transaction")
    if way not in payments.AT_DESK:
        return _page(dossier, actor, {f"way-{order_id}": _("Choose how it is paid")}), 400
    amount = _amount()
    if amount is None:
        return _page(dossier, actor, {f"amount-{order_id}": _bad_amount()}), 400
    return _do(
        dossier,
        lambda: payments.take_at_desk(
            order_id, way=way, amount=amount, transaction_code=code, by=actor
        ),
        _("The fee is taken."),
    )


@blueprint.post("/fee-orders/<uuid:order_id>/determine")
def determine_fee(order_id: UUID) -> Response | tuple[str, int]:
    """Say what is owed where the tariff has no line."""
    actor = known_visitor()
    _order, dossier = find_order(order_id, visible_to=actor)
    policy.require(actor, Action.FEE_DECIDE, dossier)
    amount, basis = _amount(), _text("basis")
    if amount is None:
        return _page(dossier, actor, {f"amount-{order_id}": _bad_amount()}), 400
    if not basis:
        return _page(dossier, actor, {f"basis-{order_id}": _("Write the legal basis")}), 400
    return _do(
        dossier,
        lambda: exemptions.determine(order_id, amount, basis=basis, by=actor),
        _("The amount is determined. The applicant can pay it now."),
    )


@blueprint.post("/fee-orders/<uuid:order_id>/refund")
def ask_fee_back(order_id: UUID) -> Response | tuple[str, int]:
    """Ask to give a fee back because the agency erred; another person approves it."""
    actor = known_visitor()
    order, dossier = find_order(order_id, visible_to=actor)
    policy.require(actor, Action.FEE_DECIDE, dossier)
    reason, given = _text("reason"), _text("amount")
    amount = _amount() if given else refunds.left_of(order)
    if not reason:
        return _page(dossier, actor, {f"reason-{order_id}": _("Write the reason")}), 400
    if amount is None:
        return _page(dossier, actor, {f"back-{order_id}": _bad_amount()}), 400
    return _do(
        dossier,
        lambda: refunds.ask_refund(order_id, reason=reason, amount=amount, by=actor, erred=True),
        _("The refund waits for another person."),
    )


@blueprint.post("/fee-exemptions/<uuid:exemption_id>")
def decide_exemption(exemption_id: UUID) -> Response | tuple[str, int]:
    """Grant or deny that somebody owes less."""
    actor = known_visitor()
    _asked, dossier = find_exemption(exemption_id, visible_to=actor)
    policy.require(actor, Action.FEE_DECIDE, dossier)
    decision, note = _text("decision"), _text("note")
    if decision not in {"grant", "deny"}:
        return _page(dossier, actor, {f"decision-{exemption_id}": _("Grant or deny it")}), 400
    if not note:
        return _page(dossier, actor, {f"note-{exemption_id}": _("Write the reason")}), 400
    granted = decision == "grant"
    return _do(
        dossier,
        lambda: exemptions.decide_exemption(exemption_id, granted=granted, note=note, by=actor),
        _("The exemption is granted.") if granted else _("The exemption is denied."),
    )


@blueprint.post("/fee-refunds/<uuid:refund_id>")
def decide_refund(refund_id: UUID) -> Response | tuple[str, int]:
    """Approve or deny a refund that somebody else asked for, or note that it was paid out."""
    actor = known_visitor()
    _refund, dossier = find_refund(refund_id, visible_to=actor)
    decision, note = _text("decision"), _text("note")
    action = Action.FEE_COLLECT if decision == "pay-out" else Action.FEE_APPROVE
    policy.require(actor, action, dossier)
    if decision == "pay-out":
        return _do(dossier, lambda: refunds.pay_out(refund_id, by=actor), _("It is paid out."))
    if decision not in {"approve", "deny"} or (decision == "deny" and not note):
        errors = {f"note-{refund_id}": _("Choose, and write why if you deny it")}
        return _page(dossier, actor, errors), 400
    approved = decision == "approve"
    return _do(
        dossier,
        lambda: refunds.decide_refund(refund_id, approved=approved, note=note, by=actor),
        _("The refund is approved.") if approved else _("The refund is denied."),
    )


@blueprint.post("/fee-receipts/<uuid:receipt_id>/cancel")
def cancel_receipt(receipt_id: UUID) -> Response | tuple[str, int]:
    """Cancel a receipt; its number stays in the book."""
    actor = known_visitor()
    _receipt, dossier = find_receipt(receipt_id, visible_to=actor)
    policy.require(actor, Action.FEE_COLLECT, dossier)
    reason, anew = _text("reason"), bool(request.form.get("anew"))
    if not reason:
        return _page(dossier, actor, {f"reason-{receipt_id}": _("Write the reason")}), 400
    return _do(
        dossier,
        lambda: receipts.cancel_receipt(receipt_id, reason=reason, anew=anew, by=actor),
        _("The receipt is cancelled."),
    )


@blueprint.post("/fee-matters/<uuid:matter_id>")
def settle_matter(matter_id: UUID) -> Response | tuple[str, int]:
    """Settle what is unclear: give the money back, or say what came of it."""
    actor = known_visitor()
    _matter, dossier = find_matter(matter_id, visible_to=actor)
    policy.require(actor, Action.FEE_DECIDE, dossier)
    note, back = _text("note"), _text("decision") == "return"
    if not note:
        return _page(dossier, actor, {f"note-{matter_id}": _("Write the reason")}), 400
    settle: Callable[[], Any] = (
        (lambda: refunds.return_matter(matter_id, reason=note, by=actor))
        if back
        else (lambda: matters.settle_matter(matter_id, note=note, by=actor))
    )
    done = _("The refund waits for another person.") if back else _("The matter is settled.")
    return _do(dossier, settle, done)


def _text(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST]


def _amount() -> int | None:
    """An amount as clerks type it, in the currency, in its smallest unit; None for nonsense."""
    try:
        return minor_units(_text("amount").replace(" ", ""), money.decimals())
    except ValueError:
        return None


def _bad_amount() -> str:
    said = _(
        "Write an amount without separators of thousands, such as %(example)s", example=1500000
    )
    return str(said)


def _do(dossier: Dossier, deed: Callable[[], Any], done: str) -> Response | tuple[str, int]:
    """Do something about a fee; what cannot be done is said on the same page."""
    try:
        with transaction():
            deed()
    except (Conflict, InvalidRequest, NotAllowed) as error:
        return _page(dossier, known_visitor(), {"": sentences_of(error)}), error.status
    return told(done, url_for("clerk.fees", reference=dossier.reference))


def _named(dossier: Dossier, name: str) -> str:
    return exemption_name(name, rules_of(dossier))


def _page(dossier: Dossier, actor: Actor, errors: dict[str, str]) -> str:
    rules = rules_of(dossier)
    may = {name: policy.allows(actor, action, dossier) for name, action in ACTIONS.items()}
    return render_template(
        "clerk/fees.html",
        dossier=dossier,
        name=names_of([dossier])[dossier.id],
        views=fees_of(dossier, visible_to=actor)[::-1],
        errors=errors,
        may=may,
        mine=actor.id,
        why=lambda view: why(view, rules),
        said_of=lambda each: said_of(each, rules),
        typed=lambda amount: str(Decimal(amount).scaleb(-money.decimals())),
        left_of=refunds.left_of,
        name_of=name_of,
    )
