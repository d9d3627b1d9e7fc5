"""The authenticator: adding it, recovery codes, removing it."""

from uuid import UUID

import segno
from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import authentication, queries, second_factor
from accounts.actor import Actor
from accounts.errors import CodeWrong, NotSignedIn, SessionEnded, SignInFailed
from accounts.freshness import require_fresh
from accounts.models import Account
from core.database import db, transaction
from core.i18n import sentences_of
from web.account.blueprint import Field, blueprint, form_page
from web.addresses import local
from web.visitors import half_proven, known_visitor, let_in, start_page, told, visitor


@blueprint.get("/account/authenticator")
def authenticator() -> str:
    """A QR code for an authenticator, and the question for its first code."""
    return _enrolment(_who())


@blueprint.post("/account/authenticator")
def add_authenticator() -> str | tuple[str, int]:
    """Begin to ask for codes; whoever had to add one to be let in is let in now."""
    actor = _who()
    account_id = _account_of(actor)
    try:
        with transaction():
            code = request.form.get("code", "")
            codes = second_factor.confirm(account_id, code, by=actor)
    except CodeWrong as error:
        return _enrolment(actor, sentences_of(error)), 400
    if visitor().is_known:
        return _codes(codes, url_for("account.overview"))
    half = half_proven()
    proof = authentication.Authentication(account_id, assurance=authentication.TWO_FACTORS)
    let_in(proof, request.user_agent.string)
    return _codes(codes, local(half.next) if half and half.next else start_page())


@blueprint.get("/account/factor")
def factor() -> str:
    """What can be done about an authenticator that is in use."""
    require_fresh(known_visitor())
    return form_page(
        _("Authenticator"),
        [],
        button=_("Make new recovery codes"),
        text=[_("New recovery codes replace all of before.")],
        links=[(_("Remove the authenticator"), url_for("account.remove_factor"))],
    )


@blueprint.post("/account/factor")
def renew_codes() -> str:
    """Fresh recovery codes."""
    actor = known_visitor()
    require_fresh(actor)
    with transaction():
        codes = second_factor.renew_recovery_codes(_account_of(actor), by=actor)
    return _codes(codes, url_for("account.overview"))


@blueprint.get("/account/factor/remove")
def remove_factor() -> str:
    """Ask before it is removed."""
    require_fresh(known_visitor())
    return form_page(
        _("Remove the authenticator"),
        [],
        button=_("Remove the authenticator"),
        text=[_("From then on your password alone opens your account.")],
    )


@blueprint.post("/account/factor/remove")
def confirm_removal() -> Response:
    """Remove the authenticator."""
    actor = known_visitor()
    require_fresh(actor)
    with transaction():
        second_factor.remove(_account_of(actor), by=actor)
    return told(_("The authenticator is removed."), url_for("account.overview"))


def _who() -> Actor:
    """The visitor with a fresh proof, or who has proven his password and must add one now."""
    if visitor().is_known:
        require_fresh(visitor())
        return visitor()
    half = half_proven()
    if half is None or half.enrolled:
        raise NotSignedIn
    actor = queries.actor(f"account:{half.account_id}")
    if actor is None:
        raise SignInFailed
    return actor


def _account_of(actor: Actor) -> UUID:
    if actor.account_id is None:
        raise SessionEnded
    return actor.account_id


def _enrolment(actor: Actor, error: str = "") -> str:
    with transaction():
        seed = second_factor.begin(_account_of(actor), by=actor)
    account = db.session.get_one(Account, _account_of(actor))
    picture = segno.make(second_factor.address_of(seed, account.login), error="m")
    label = _("Code that the authenticator shows")
    return render_template(
        "account/authenticator.html",
        title=_("Add an authenticator"),
        text=[
            _("An authenticator is an app on your phone that shows a new code every half minute."),
            _("Scan this picture with it, or type in the key. Then enter the code it shows."),
        ],
        fields=[Field("code", label, "", "text", "one-time-code")],
        button=_("Add an authenticator"),
        errors={"code": error} if error else {},
        picture=picture.svg_data_uri(scale=4, border=2),
        seed=" ".join(seed[start : start + 4] for start in range(0, len(seed), 4)),
        links=[],
        next=request.values.get("next", ""),
    )


def _codes(codes: object, following: str) -> str:
    return render_template("account/codes.html", codes=codes, next=following)
