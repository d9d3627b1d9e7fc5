"""The account at a glance, and the browsers that are signed in."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import browsers, identities, operations, queries, second_factor
from accounts.models import Account
from accounts.proof_models import ExternalIdentity
from core.database import transaction
from web.account.blueprint import blueprint
from web.visitors import TOKEN, known_visitor, own_account, told


@blueprint.get("/account")
def overview() -> str:
    """What proves who you are, and where you are signed in."""
    account = own_account()
    return render_template(
        "account/overview.html",
        rows=list(_rows(account)),
        sessions=queries.sessions(account.id, visible_to=known_visitor()),
        current=queries.session_of(session[TOKEN]).id,
    )


@blueprint.post("/account/sessions/<uuid:session_id>/end")
def end_session(session_id: UUID) -> Response:
    """Sign another browser out."""
    actor = known_visitor()
    with transaction():
        browsers.end_session(session_id, by=actor)
    return told(_("The browser is signed out."), url_for("account.overview"))


@blueprint.post("/account/sessions/end")
def end_all_sessions() -> Response:
    """Sign out everywhere, here too, and let no token of a program go on."""
    actor = known_visitor()
    with transaction():
        operations.revoke_sessions(own_account().id, by=actor)
    session.pop(TOKEN, None)
    return redirect(url_for("site.sign_in"), 303)


def _rows(account: Account) -> list[dict[str, Any]]:
    rows = [_row(_("Name"), account.display_name), _row(_("Login"), account.login)]
    rows.append(_row(_("E-mail"), account.email or _("None"), "account.email", _("Change")))
    if account.password_hash:
        rows.append(_row(_("Password"), "••••••••", "account.password", _("Change")))
        rows.append(_authenticator(account))
    rows += [_row(_("Identity"), _told(each)) for each in identities.identities(account.id)]
    return rows


def _authenticator(account: Account) -> dict[str, Any]:
    title = _("Authenticator")
    if not second_factor.is_enrolled(account.id):
        return _row(title, _("None"), "account.authenticator", _("Add"))
    left = second_factor.recovery_codes_left(account.id)
    state = _("In use; %(number)s recovery codes left", number=left)
    return _row(title, state, "account.factor", _("Change"))


def _told(link: ExternalIdentity) -> str:
    number = identities.number_of(link)
    return f"{link.provider} (…{number[-4:]})" if number else link.provider


def _row(key: str, value: str, endpoint: str = "", deed: str = "") -> dict[str, Any]:
    row: dict[str, Any] = {"key": {"text": key}, "value": {"text": value}}
    if endpoint:
        action = {"href": url_for(endpoint), "text": deed, "visuallyHiddenText": key}
        row["actions"] = {"items": [action]}
    return row
