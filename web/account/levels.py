"""How to reach the level of identity that a service demands, and linking an identity to an account."""

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from accounts.actor import Kind
from accounts.authentication import TWO_FACTORS
from connectors.systems import current_systems
from web.account.blueprint import blueprint
from web.account.providers import BEGUN, name_of
from web.headers import allow_form_target
from web.visitors import known_visitor, own_account


@blueprint.get("/account/level/<int:level>")
def level(level: int) -> str:
    """The ways to prove one's identity at a level."""
    account, party = own_account(), current_systems().identities
    ways = [
        each.code
        for each in party.of_kind(Kind(account.kind))
        if max((each.levels or {}).values(), default=1) >= level
    ]
    allow_form_target(" ".join(sorted({party.origin_of(code) for code in ways})))
    return render_template(
        "account/level.html",
        level=level,
        reached=known_visitor().assurance,
        ways=[(code, name_of(code)) for code in ways],
        by_code=level <= TWO_FACTORS and bool(account.password_hash),
        next=request.args.get("next", ""),
    )


@blueprint.post("/account/level/with/<code>")
def link(code: str) -> Response:
    """Leave for a provider, to let it vouch for this very account from now on."""
    known_visitor()
    party = current_systems().identities
    if code not in party.providers:
        return redirect(url_for("account.overview"), 303)
    address, begun = party.begin(code, next_page=request.form.get("next", "")[:500], link=True)
    session[BEGUN] = begun.kept()
    return redirect(address, 303)
