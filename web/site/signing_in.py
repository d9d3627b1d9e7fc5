"""Signing in and out."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts import authentication
from accounts.actor import Kind
from accounts.errors import SecondFactorNeeded, SignInFailed, TooManyAttempts
from core.i18n import sentences_of
from web import languages, limits
from web.account import providers
from web.addresses import local
from web.limits import limiter
from web.site.blueprint import blueprint
from web.visitors import let_halfway_in, let_in, let_out, start_page


@blueprint.get("/sign-in")
def sign_in() -> str:
    """The form that asks who you are."""
    return _form({})


@blueprint.post("/sign-in")
@limiter.limit(limits.FAILED_SIGN_INS, deduct_when=limits.is_refused_sign_in)
def check_sign_in() -> tuple[str, int] | Response | str:
    """Let somebody in who proves to be who they say."""
    if "change_language" in request.form:
        languages.choose(request.form["change_language"])
        return _form({})
    try:
        proof = authentication.by_password(
            request.form.get("login", ""),
            request.form.get("password", ""),
            address=request.remote_addr or "",
        )
    except SecondFactorNeeded as needed:
        return _halfway(**needed.params)
    except (SignInFailed, TooManyAttempts) as error:
        status = 429 if isinstance(error, TooManyAttempts) else 401
        return _form({"login": sentences_of(error)}), status
    let_in(proof, request.user_agent.string)
    return redirect(local(request.values.get("next") or start_page()), 303)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session. Who came from a provider is shown how to sign out there, too."""
    provider = providers.of_session()
    let_out()
    if provider is not None:
        return redirect(url_for("account.signed_out", code=provider), 303)
    return redirect(local("/"), 303)


def _halfway(*, account_id: UUID, enrolled: bool) -> Response:
    """The password was right: ask for the code, or for an authenticator where one is demanded."""
    following = request.values.get("next", "")
    let_halfway_in(account_id, enrolled=enrolled, next_page=following)
    return redirect(url_for("account.code" if enrolled else "account.authenticator"), 303)


def _form(errors: dict[str, str]) -> str:
    return render_template(
        "site/sign_in.html",
        errors=errors,
        login=request.form.get("login", ""),
        next=request.values.get("next", ""),
        for_citizens=providers.offered(Kind.CITIZEN),
        for_staff=providers.offered(Kind.STAFF),
    )
