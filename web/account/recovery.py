"""A new password for who has forgotten his. Whether there is such an account is told to nobody."""

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import links
from accounts.errors import PasswordTooWeak
from core.database import transaction
from core.i18n import sentences_of
from web.account.blueprint import Field, blueprint, form_page
from web.visitors import told


@blueprint.get("/account/recovery")
def recovery() -> str:
    """Ask for whose account."""
    return form_page(
        _("Forgotten password"),
        [Field("login", _("Login"), "", "text", "username")],
        button=_("Send link"),
        text=[_("We send a link to the e-mail address of the account. It works for half an hour.")],
    )


@blueprint.post("/account/recovery")
def ask_for_recovery() -> Response:
    """Send the link, if there is somebody to send it to."""
    links.ask_for_recovery(request.form.get("login", ""), address=request.remote_addr or "")
    said = _("If this login exists and has an e-mail address, a link is on its way.")
    return told(said, url_for("site.sign_in"))


@blueprint.get("/account/<any(recovery, invitation):purpose>/<secret>")
def recovery_link(purpose: str, secret: str) -> str:
    """The form for a new password that a link leads to; with an invitation it is the first one."""
    links.require_may_open(request.remote_addr or "")
    links.account_of_link(secret, links.Purpose(purpose))
    return _form()


@blueprint.post("/account/<any(recovery, invitation):purpose>/<secret>")
def recover(purpose: str, secret: str) -> Response | tuple[str, int]:
    """Set the password; signing in comes next, with the second factor if there is one."""
    links.require_may_open(request.remote_addr or "")
    try:
        with transaction():
            links.recover(secret, request.form.get("password", ""), links.Purpose(purpose))
    except PasswordTooWeak as error:
        return _form(sentences_of(error)), 400
    return told(_("Your password is changed. Sign in with it now."), url_for("site.sign_in"))


def _form(error: str = "") -> str:
    hint = _("At least 12 characters. A sentence of four or more words is good.")
    return form_page(
        _("Choose a new password"),
        [Field("password", _("New password"), hint, "password", "new-password")],
        button=_("Change password"),
        errors={"password": error} if error else {},
    )
