"""Signing in and out."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts import authentication
from accounts.errors import SignInFailed, TooManyAttempts
from core.i18n import remedy_of, title_of
from web import languages, limits
from web.addresses import local
from web.limits import limiter
from web.site.blueprint import blueprint
from web.visitors import let_in, let_out, watches_the_engine, works_at_the_desk


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
    except (SignInFailed, TooManyAttempts) as error:
        status = 429 if isinstance(error, TooManyAttempts) else 401
        return _form({"login": f"{title_of(error)}. {remedy_of(error)}"}), status
    let_in(proof, request.user_agent.string)
    return redirect(local(request.values.get("next") or _start()), 303)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session."""
    let_out()
    return redirect(local("/"), 303)


def _start() -> str:
    """Staff begin with what waits for them."""
    if works_at_the_desk():
        return url_for("clerk.queue")
    return url_for("operator.overview" if watches_the_engine() else "site.home")


def _form(errors: dict[str, str]) -> str:
    return render_template(
        "site/sign_in.html",
        errors=errors,
        login=request.form.get("login", ""),
        next=request.values.get("next", ""),
    )
