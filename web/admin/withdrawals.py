"""Roles that an access review marked: an administrator ends them, or says why they stay."""

from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from auditing import reviewing
from auditing.errors import WithdrawalNotFound
from auditing.models import Outcome
from core.database import transaction
from core.errors import MotcuaError
from core.i18n import sentences_of
from web.admin import choices
from web.admin.blueprint import administrator, blueprint
from web.visitors import told


@blueprint.get("/withdrawals")
def withdrawals() -> str:
    """What auditors marked, and why."""
    return _page({})


@blueprint.post("/withdrawals/<uuid:review_id>/<uuid:grant_id>")
def settle_withdrawal(review_id: UUID, grant_id: UUID) -> Response | tuple[str, int]:
    """End the role, or keep it with an answer."""
    kept = request.form.get("outcome") == Outcome.KEPT
    outcome, answer = Outcome.KEPT if kept else Outcome.WITHDRAWN, request.form.get("answer", "")
    try:
        with transaction():
            reviewing.settle(review_id, grant_id, outcome, answer[:2000], by=administrator())
    except WithdrawalNotFound:
        raise
    except MotcuaError as error:
        text = sentences_of(error)
        return _page({f"answer-{grant_id}": text}), error.status
    return told(_("The role stays.") if kept else _("The role has ended."), url_for(".withdrawals"))


def _page(errors: dict[str, str]) -> str:
    return render_template(
        "admin/withdrawals.html",
        lines=reviewing.withdrawals(visible_to=administrator()),
        choices=choices,
        errors=errors,
    )
