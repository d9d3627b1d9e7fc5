"""Access reviews: opening one, judging each grant, signing off as a whole."""

from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _

from auditing import inquiries, reviewing
from auditing.models import AccessReview, Verdict
from auditing.searching import names_of
from core.clock import today
from core.database import transaction
from core.errors import MotcuaError
from core.i18n import sentences_of
from web.admin.choices import role_name
from web.auditor.blueprint import (
    Answer,
    agency_items,
    agency_name,
    auditor,
    blueprint,
    newest,
    sent_day,
    sent_id,
    sign_off,
)
from web.visitors import told


@blueprint.get("/reviews")
def reviews() -> str:
    """The reviews so far, and opening another one."""
    return _list({})


@blueprint.post("/reviews")
def open_review() -> Answer:
    """List the grants of an agency on a day."""
    try:
        day = sent_day("day") or today()
        with transaction():
            made = reviewing.open_review(sent_id("agency"), day, by=auditor())
    except MotcuaError as error:
        return _list({"day": sentences_of(error)}), error.status
    return told(_("The review is open."), url_for("auditor.review", review_id=made.id))


@blueprint.get("/reviews/<uuid:review_id>")
def review(review_id: UUID) -> str:
    """The grants of a review, and what was said of each."""
    return _page(_found(review_id), {})


@blueprint.post("/reviews/<uuid:review_id>/<uuid:grant_id>")
def judge(review_id: UUID, grant_id: UUID) -> Answer:
    """Confirm one grant, or mark it for withdrawal."""
    found = _found(review_id)
    marked = request.form.get("verdict") == Verdict.WITHDRAW
    verdict = Verdict.WITHDRAW if marked else Verdict.KEEP
    try:
        with transaction():
            reason = request.form.get("reason", "")[:2000]
            reviewing.judge(review_id, grant_id, verdict, reason, by=auditor())
    except MotcuaError as error:
        text = sentences_of(error)
        return _page(found, {f"reason-{grant_id}": text}), error.status
    return told(_("It is noted."), url_for("auditor.review", review_id=review_id))


@blueprint.post("/reviews/<uuid:review_id>/sign-off")
def sign_review(review_id: UUID) -> Answer:
    """Close the review; what is marked goes to the administrators."""
    return sign_off(_found(review_id), reviewing.sign_off, _page)


def _list(errors: dict[str, str]) -> str:
    return render_template(
        "auditor/reviews.html",
        **newest(AccessReview),
        agencies=agency_items(
            request.form.get("agency", ""), everywhere=_("Roles that reach all agencies")
        ),
        place=lambda each: agency_name(each, _("Roles that reach all agencies")),
        typed=request.form,
        errors=errors,
    )


def _found(review_id: UUID) -> AccessReview:
    return inquiries.find(AccessReview, review_id, visible_to=auditor())


def _page(found: AccessReview, errors: dict[str, str]) -> str:
    lines = reviewing.lines(found)
    people = [found.opened_by, found.signed_by or ""]
    return render_template(
        "auditor/review.html",
        review=found,
        lines=lines,
        role_name=role_name,
        left=sum(each.row.verdict is None for each in lines),
        names=names_of(sorted({*people} - {""})),
        place=agency_name(found.agency_id, _("Roles that reach all agencies")),
        errors=errors,
    )
