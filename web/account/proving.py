"""The second half of a sign-in, and the fresh proof that some deeds need."""

from flask import redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import authentication, browsers, identities, second_factor
from accounts.authentication import Authentication
from accounts.errors import (
    CodeWrong,
    NotSignedIn,
    SecondFactorNeeded,
    SignInFailed,
    TooManyAttempts,
)
from connectors.systems import current_systems
from core.database import transaction
from core.i18n import sentences_of
from web.account.blueprint import Field, blueprint, form_page
from web.addresses import local
from web.visitors import TOKEN, half_proven, known_visitor, let_in, own_account, start_page


@blueprint.get("/sign-in/code")
def code() -> str:
    """Ask for the code of the authenticator."""
    if half_proven() is None:
        raise NotSignedIn
    return _code_form()


@blueprint.post("/sign-in/code")
def check_code() -> Response | tuple[str, int]:
    """Let in who has both."""
    half = half_proven()
    if half is None or not half.enrolled:
        raise NotSignedIn
    try:
        proof = authentication.by_code(half.account_id, request.form.get("code", ""))
    except (CodeWrong, TooManyAttempts) as error:
        return _code_form(sentences_of(error)), 429 if isinstance(error, TooManyAttempts) else 401
    let_in(proof, request.user_agent.string)
    return redirect(local(half.next) if half.next else start_page(), 303)


@blueprint.get("/prove")
def prove() -> str:
    """Ask again who it is, before a deed that a stolen session must not do."""
    known_visitor()
    return _proof_form({})


@blueprint.post("/prove")
def check_proof() -> Response | tuple[str, int]:
    """Let the session count as fresh."""
    known_visitor()
    account = own_account()
    try:
        proof = authentication.by_password(
            account.login,
            request.form.get("password", ""),
            address=request.remote_addr or "",
            code=request.form.get("code", ""),
        )
    except (SignInFailed, SecondFactorNeeded, CodeWrong, TooManyAttempts) as error:
        about_code = isinstance(error, SecondFactorNeeded | CodeWrong)
        field = "code" if about_code and _needs_code() else "password"
        return _proof_form({field: sentences_of(error)}), 401
    count_as_fresh(proof)
    return redirect(local(request.form.get("next")), 303)


def count_as_fresh(proof: Authentication) -> None:
    """The session goes on under a new token."""
    with transaction():
        session[TOKEN] = browsers.renew_proof(session[TOKEN], proof)


def _needs_code() -> bool:
    return second_factor.is_enrolled(own_account().id)


def _code_form(error: str = "") -> str:
    hint = _("Or one of your recovery codes.")
    field = Field("code", _("Code of your authenticator"), hint, "text", "one-time-code")
    errors = {"code": error} if error else {}
    return form_page(_("Enter your code"), [field], button=_("Continue"), errors=errors)


def _proof_form(errors: dict[str, str]) -> str:
    fields = []
    if own_account().password_hash:
        fields.append(Field("password", _("Password"), "", "password", "current-password"))
    if fields and _needs_code():
        hint = _("Or one of your recovery codes.")
        fields.append(Field("code", _("Code of your authenticator"), hint, "text", "one-time-code"))
    return form_page(
        _("Prove again who you are"),
        fields,
        button=_("Continue"),
        text=[_("What you are about to do needs a fresh proof that it is really you.")],
        errors=errors,
        links=list(_other_ways()),
    )


def _other_ways() -> list[tuple[str, str]]:
    """The providers that this account is known to."""
    known = {each.provider for each in identities.identities(own_account().id)}
    following = request.values.get("next", "")
    return [
        (
            _("Prove it with %(provider)s", provider=provider_name(code)),
            url_for("account.leave_for_provider", code=code, next=following, fresh=1),
        )
        for code in sorted(known & current_systems().identities.providers.keys())
    ]


def provider_name(code: str) -> str:
    """What people call a provider, in the reader's language."""
    from web.account.providers import name_of  # noqa: PLC0415  both know each other

    return name_of(code)
