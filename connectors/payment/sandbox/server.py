"""The platform's side: takes orders, shows the payer a page, and reports what the payer did."""

import logging
from typing import Any

import httpx
from flask import Flask, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connectors.payment.sandbox.orders import FAILED, PAID, PENDING, Desk, SandboxOrder
from connectors.sandbox import with_faults

DECISIONS = {"paid": PAID, "failed": FAILED}
log = logging.getLogger(__name__)


def create_sandbox(secret: str, algorithm: str = "sha256") -> Flask:
    """The sandbox as an application; orders live in its memory."""
    app = Flask(__name__, template_folder="templates")
    desk = Desk(secret, algorithm)
    faults = with_faults(app, "/orders", "/refunds")
    _add_partner_side(app, desk)
    _add_refunds(app, desk)
    _add_payer_side(app, desk)

    @app.get("/")
    def _page() -> str:
        return render_template("orders.html", orders=desk.orders, received=faults.received)

    return app


def _add_partner_side(app: Flask, desk: Desk) -> None:
    """What the partner's server asks, and `/sandbox/…` with which a test decides like a payer."""

    @app.post("/orders")
    def _place() -> dict[str, Any]:
        message = request.get_json()
        if not desk.genuine(message):
            return {"MaLoi": "97"}
        order = desk.place(message)
        address = url_for("checkout", key=order.key, _external=True)
        return {"MaLoi": "00", "UrlThanhToan": address}

    @app.post("/orders/status")
    def _status() -> dict[str, Any]:
        message = request.get_json()
        order = desk.orders.get(str(message.get("MaThamChieu")))
        if order is None or not desk.genuine(message):
            return {"MaLoi": "97"}
        return desk.report(order, "QUERY")

    @app.post("/sandbox/orders/<reference>/<any(paid, failed):decision>")
    def _decide(reference: str, decision: str) -> dict[str, Any]:
        order = desk.orders.get(reference) or abort(404)
        return {"notified": _settle(desk, order, decision)}


def _add_refunds(app: Flask, desk: Desk) -> None:
    """Money that goes back, and `/sandbox/refunds/…` with which a test decides what becomes of it."""

    @app.post("/refunds")
    def _give_back() -> dict[str, Any]:
        message = request.get_json()
        if not desk.genuine(message):
            return {"MaLoi": "97"}
        return desk.report(desk.give_back(message), "REFUND")

    @app.post("/refunds/status")
    def _refund_status() -> dict[str, Any]:
        message = request.get_json()
        refund = desk.refunds.get(str(message.get("MaThamChieu")))
        if refund is None or not desk.genuine(message):
            return {"MaLoi": "97"}
        return desk.report(refund, "REFUND_QUERY")

    @app.post("/sandbox/refunds/<any(paid, failed, pending):decision>")
    def _decide_refunds(decision: str) -> dict[str, Any]:
        desk.refund_state = {**DECISIONS, "pending": PENDING}[decision]
        for refund in desk.refunds.values():
            refund.settle(desk.refund_state)
        return {"refunds": len(desk.refunds)}


def _add_payer_side(app: Flask, desk: Desk) -> None:
    def _order(key: str) -> SandboxOrder:
        found = (order for order in desk.orders.values() if order.key == key)
        return next(found, None) or abort(404)

    @app.get("/checkout/<key>", endpoint="checkout")
    def _checkout(key: str) -> str:
        return render_template("checkout.html", order=_order(key))

    @app.post("/checkout/<key>")
    def _pay(key: str) -> Response:
        order = _order(key)
        _settle(desk, order, request.form.get("decision", "paid"))
        return redirect(order.placed["UrlTraVe"], code=303)


def _settle(desk: Desk, order: SandboxOrder, decision: str) -> bool:
    """Decide, then tell the partner, who may be away: it will ask. Returns whether it was told."""
    order.settle(DECISIONS.get(decision) or abort(400))
    try:
        answer = httpx.post(
            order.placed["UrlThongBao"], json=desk.report(order, "NOTIFY"), timeout=10
        )
    except httpx.TransportError:
        log.warning("the partner does not answer")
        return False
    return answer.is_success
