"""Signing in with an identity provider, and coming back from it."""

from typing import Final

import structlog
from flask import Response as FlaskResponse
from flask import jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from accounts import browsers, identities
from accounts.actor import Kind
from connectors.errors import IdentityUnproven
from connectors.identity import Begun, Provider
from connectors.systems import current_systems
from core.database import transaction
from core.errors import MotcuaError, NotFound
from core.i18n import pick
from web import languages
from web.account.blueprint import blueprint
from web.account.proving import count_as_fresh
from web.addresses import local
from web.visitors import TOKEN, known_visitor, let_in, start_page, visitor

BEGUN: Final = "begun"

log = structlog.get_logger()


@blueprint.get("/sign-in/with/<code>")
def leave_for_provider(code: str) -> Response:
    """Send the browser to a provider; what it must bring back stays in its cookie."""
    provider = _provider(code)
    fresh = "fresh" in request.args and visitor().is_known
    party = current_systems().identities
    address, begun = party.begin(
        provider.code, next_page=request.args.get("next", "")[:500], fresh=fresh
    )
    session[BEGUN] = begun.kept()
    return redirect(address, 303)


@blueprint.get("/sign-in/with/<code>/back")
def come_back(code: str) -> Response:
    """Let in whom the provider vouches for. What was begun is used up, whatever comes of it."""
    kept = session.pop(BEGUN, None)
    if not isinstance(kept, dict) or kept.get("provider") != _provider(code).code:
        raise IdentityUnproven(fault="nothing was begun in this browser")
    begun = Begun(**kept)
    try:
        identity = current_systems().identities.finish(begun, request.args)
    except IdentityUnproven as error:
        log.warning("identity unproven", provider=code, fault=error.params["fault"])
        raise
    with transaction():
        if begun.link:
            identities.link(identity, by=known_visitor())
        proof = identities.prove(identity)
    if begun.fresh and visitor().is_known:
        count_as_fresh(proof)
    else:
        let_in(proof, request.user_agent.string)
    return redirect(local(begun.next) if begun.next else start_page(), 303)


@blueprint.post("/backchannel/<code>")
def provider_signed_out(code: str) -> FlaskResponse:
    """A provider reports that somebody signed out there (Back-Channel Logout 1.0)."""
    try:
        party = current_systems().identities
        token = request.form.get("logout_token", "")
        issuer, subject, of_session = party.reported_sign_out(_provider(code).code, token)
        with transaction():
            link = identities.identity_of(issuer, subject)
            if link is not None:
                browsers.end_sessions_of_provider(link.id, of_session)
    except MotcuaError as error:
        log.warning("sign-out not believed", provider=code, problem=error.code)
        answer = jsonify(error="invalid_request")
        answer.status_code = 400
        return answer
    return FlaskResponse(status=200)


@blueprint.get("/signed-out/<code>")
def signed_out(code: str) -> str:
    """Say that this site is left, and lead to the provider's own sign-out."""
    address = current_systems().identities.sign_out_address(_provider(code).code)
    return render_template("account/signed_out.html", name=name_of(code), address=address)


def of_session() -> str | None:
    """The code of the provider that this visitor's session came from."""
    if not visitor().is_known or not current_systems().identities.providers:
        return None
    link = identities.of_session(session[TOKEN])
    known = link is not None and link.provider in current_systems().identities.providers
    return link.provider if link is not None and known else None


def offered(kind: Kind) -> list[dict[str, str]]:
    """The providers as links of the sign-in page."""
    return [
        {
            "name": pick(each.names, languages.current()),
            "href": url_for(
                "account.leave_for_provider", code=each.code, next=request.values.get("next", "")
            ),
        }
        for each in current_systems().identities.of_kind(kind)
    ]


def name_of(code: str) -> str:
    """What people call a provider, in the reader's language."""
    return pick(_provider(code).names, languages.current())


def _provider(code: str) -> Provider:
    found = current_systems().identities.providers.get(code)
    if found is None:
        raise NotFound
    return found
