"""The fees of one's dossier: what is owed and why, paying, exemptions, receipts, refunds."""

from collections.abc import Callable
from typing import Any, Final, cast
from uuid import UUID

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts.policy import Action
from core.database import transaction
from core.errors import Conflict, InvalidRequest
from core.i18n import sentences_of
from dossiers import operations, queries
from dossiers.fees import again, exemptions, refunds
from dossiers.fees.queries import fees_of, find_order
from dossiers.fees.refunds import may_be_asked
from dossiers.models import Dossier
from dossiers.operations.documents import StoredUpload
from web import limits
from web.citizen.blueprint import blueprint
from web.fees import offered_exemptions, rules_of, said_of, why
from web.limits import limiter
from web.visitors import known_visitor, told

LONGEST: Final = 2000


@blueprint.get("/<reference>/fees")
def fees(reference: str) -> str:
    """What is owed, why, and what became of it."""
    return _page(queries.find_dossier_by_reference(reference, visible_to=known_visitor()), {})


@blueprint.post("/<reference>/fees/<uuid:order_id>/again")
def pay_again(reference: str, order_id: UUID) -> Response | tuple[str, int]:
    """Try once more to pay what the platform refused."""
    dossier = _dossier(reference, order_id)
    return _do(
        dossier,
        lambda: again.pay_again(order_id, by=known_visitor()),
        _("The payment is being prepared. Load this page again in a moment."),
    )


@blueprint.post("/<reference>/fees/<uuid:order_id>/exemption")
@limiter.limit(limits.UPLOAD)
def ask_exemption(reference: str, order_id: UUID) -> Response | tuple[str, int]:
    """Ask to owe less, with a reason and perhaps a paper."""
    dossier = _dossier(reference, order_id)
    name = request.form.get("exemption", "")
    reason = request.form.get("reason", "").strip()[:LONGEST]
    errors = {}
    if not name:
        errors["exemption"] = _("Choose why you owe less")
    if not reason:
        errors["reason"] = _("Write why this holds for you")
    if errors:
        return _page(dossier, errors), 400
    try:
        proof = _proof(dossier)
    except InvalidRequest as error:
        return _page(dossier, {"proof": sentences_of(error)}), error.status
    return _do(
        dossier,
        lambda: exemptions.ask_exemption(
            order_id, name, reason=reason, proof=proof, by=known_visitor()
        ),
        _("You have asked to owe less. The agency decides about it; the answer is shown here."),
    )


@blueprint.post("/<reference>/fees/<uuid:order_id>/refund")
def ask_refund(reference: str, order_id: UUID) -> Response | tuple[str, int]:
    """Ask to have a fee back."""
    dossier = _dossier(reference, order_id)
    reason = request.form.get("reason", "").strip()[:LONGEST]
    if not reason:
        return _page(dossier, {"refund": _("Write why you want the fee back")}), 400
    return _do(
        dossier,
        lambda: refunds.ask_refund(order_id, reason=reason, by=known_visitor()),
        _("You have asked for the fee. The agency decides about it; the answer is shown here."),
    )


def _dossier(reference: str, order_id: UUID) -> Dossier:
    """The dossier of an order that the visitor may pay; both must belong together."""
    actor = known_visitor()
    dossier = queries.find_dossier_by_reference(reference, visible_to=actor)
    find_order(order_id, visible_to=actor, of=dossier)
    policy.require(actor, Action.DOSSIER_PAY, dossier)
    return dossier


def _do(dossier: Dossier, deed: Callable[[], Any], done: str) -> Response | tuple[str, int]:
    """Do something about a fee; what cannot be done is said on the same page."""
    try:
        with transaction():
            deed()
    except (Conflict, InvalidRequest) as error:
        return _page(dossier, {"": sentences_of(error)}), error.status
    return told(done, url_for("citizen.fees", reference=dossier.reference))


def _proof(dossier: Dossier) -> StoredUpload | None:
    file = request.files.get("proof")
    if file is None or not file.filename:
        return None
    return operations.store_upload(
        dossier.id,
        file.filename,
        cast("Any", file.stream),
        limit_bytes=current_app.config["UPLOAD_BYTES"],
    )


def _page(dossier: Dossier, errors: dict[str, str]) -> str:
    actor, rules = known_visitor(), rules_of(dossier)
    views = fees_of(dossier, visible_to=actor)
    may_pay = policy.allows(actor, Action.DOSSIER_PAY, dossier)
    open_order = queries.open_payment(dossier)
    return render_template(
        "citizen/fees.html",
        dossier=dossier,
        views=views[::-1],
        errors=errors,
        why=lambda view: why(view, rules),
        said_of=lambda each: said_of(each, rules),
        open_id=open_order.id if open_order else None,
        offered=lambda view: offered_exemptions(view, rules) if may_pay else [],
        may_pay=may_pay,
        may_ask_back=lambda view: may_pay and may_be_asked(view.order, dossier),
        proof_name=lambda each: (
            each.proof and queries.pack_of(dossier).document_name(each.proof, dossier.language)
        ),
    )
