"""Changing one's password and one's e-mail address; both need a fresh proof."""

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import links, operations
from accounts.errors import EmailInvalid, PasswordTooWeak
from accounts.freshness import require_fresh
from core.database import transaction
from core.i18n import sentences_of
from web.account.blueprint import Field, blueprint, form_page
from web.visitors import known_visitor, own_account, relet_in, told


@blueprint.get("/account/password")
def password() -> str:
    """The form for a new password."""
    require_fresh(known_visitor())
    return _password_form()


@blueprint.post("/account/password")
def change_password() -> Response | tuple[str, int]:
    """Set the new password, and sign out all other browsers."""
    actor = known_visitor()
    require_fresh(actor)
    account = own_account()
    try:
        with transaction():
            operations.change_password(account.id, request.form.get("password", ""), by=actor)
    except PasswordTooWeak as error:
        return _password_form(sentences_of(error)), 400
    relet_in(actor)
    return told(_("Your password is changed."), url_for("account.overview"))


@blueprint.get("/account/email")
def email() -> str:
    """The form for another e-mail address."""
    require_fresh(known_visitor())
    return _email_form()


@blueprint.post("/account/email")
def change_email() -> Response | tuple[str, int]:
    """Send a link to the new address."""
    actor = known_visitor()
    require_fresh(actor)
    account = own_account()
    try:
        with transaction():
            links.ask_for_email(account.id, request.form.get("email", ""), by=actor)
    except EmailInvalid as error:
        return _email_form(sentences_of(error)), 400
    sent = _("We have sent a link to the new address. It counts once you have opened the link.")
    return told(sent, url_for("account.overview"))


@blueprint.get("/account/email/<secret>")
def email_link(secret: str) -> str:
    """What a link leads to. It waits for a click: mail programs open links by themselves."""
    links.require_may_open(request.remote_addr or "")
    links.account_of_link(secret, links.Purpose.EMAIL)
    return form_page(_("Confirm your e-mail address"), [], button=_("Use this address"))


@blueprint.post("/account/email/<secret>")
def confirm_email(secret: str) -> Response:
    """Take over the address."""
    links.require_may_open(request.remote_addr or "")
    with transaction():
        links.confirm_email(secret)
    return told(_("Your e-mail address is confirmed."), url_for("site.home"))


def _password_form(error: str = "") -> str:
    return form_page(
        _("Change password"),
        [
            Field(
                "password",
                _("New password"),
                _("At least 12 characters. A sentence of four or more words is good."),
                "password",
                "new-password",
            )
        ],
        button=_("Change password"),
        text=[_("All other browsers will be signed out.")],
        errors={"password": error} if error else {},
    )


def _email_form(error: str = "") -> str:
    value = request.form.get("email", "")
    field = Field("email", _("New e-mail address"), "", "email", "email", value)
    errors = {"email": error} if error else {}
    return form_page(_("Change e-mail address"), [field], button=_("Send link"), errors=errors)
