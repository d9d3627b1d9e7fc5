"""Who is looking at a page, and whether what they send really comes from one of our pages."""

import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Flask, Response, current_app, flash, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from accounts import browsers, operations, policy, queries
from accounts.actor import ANONYMOUS, Actor, Kind
from accounts.authentication import Authentication
from accounts.errors import NotSignedIn, SessionEnded
from accounts.guests.errors import AccountNeeded
from accounts.models import Account
from accounts.policy import Action
from accounts.runtime import runtime
from core.clock import now
from core.database import db, transaction
from core.i18n import title_of
from web.languages import CHOICE, current

OTHER_DOORS: Final = (
    "/api/",
    "/assets/",
    "/backchannel/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/revocation/",
)
SEEN: Final = "seen"
# The share of the idle time after which it is written that a session is still used.
SEEN_AFTER: Final = 0.1
TOKEN: Final = "token"  # noqa: S105 (the name of a place in the cookie, not a secret)
HALF: Final = "half"
HALF_SECONDS: Final = 600
MARK_SECONDS: Final = 400 * 24 * 3600

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Guard every page: know the visitor, refuse forged forms, keep personal pages out of caches.

    Whatever is not one of the other doors is a page, so a new route is guarded without being told.
    """
    csrf.init_app(app)
    app.before_request(_guard)
    app.after_request(_keep_private)
    app.after_request(_keep_mark)
    app.context_processor(
        lambda: {"visitor": visitor(), "may_ever": policy.may_ever, "Action": Action}
    )


def is_page() -> bool:
    """Whether this request is for a page, not for the API, a file or a probe."""
    return not request.path.startswith(OTHER_DOORS)


def visitor() -> Actor:
    """The actor behind this request."""
    actor: Actor = g.get("actor", ANONYMOUS)
    return actor


def known_visitor() -> Actor:
    """The actor behind this request; raises NotSignedIn when nobody has signed in."""
    if not visitor().is_known:
        raise NotSignedIn
    return visitor()


def require_account() -> None:
    """Raise AccountNeeded for a visitor who is here by a mailed link; nobody else is asked."""
    if visitor().kind is Kind.GUEST:
        raise AccountNeeded


def works_at_the_desk() -> bool:
    """Whether tasks may ever wait for this visitor."""
    return visitor().kind is Kind.STAFF and policy.may_ever(visitor(), Action.TASK_VIEW)


def watches_the_engine() -> bool:
    """Whether this visitor may see how processes and jobs are doing."""
    return visitor().kind is Kind.STAFF and policy.may_ever(visitor(), Action.INSTANCE_VIEW)


@dataclass(frozen=True)
class HalfProven:
    """Somebody whose password was right in this browser, a moment ago, and who needs a code."""

    account_id: UUID
    enrolled: bool
    next: str


def half_proven() -> HalfProven | None:
    """Who has proven the first half in this browser; None when nobody has, or too long ago."""
    kept = session.get(HALF)
    if not kept or time.time() - kept["at"] > HALF_SECONDS:
        return None
    return HalfProven(UUID(kept["account"]), kept["enrolled"], kept["next"])


def let_halfway_in(account_id: UUID, *, enrolled: bool, next_page: str) -> None:
    """Remember in the browser's signed cookie that the password was right."""
    language = current()
    session.clear()
    session[CHOICE] = language
    session[HALF] = {
        "account": str(account_id),
        "enrolled": enrolled,
        "next": next_page,
        "at": int(time.time()),
    }


def let_in(proof: Authentication, user_agent: str) -> None:
    """Open a session for a proven account. Nothing of the cookie from before lives on but the
    language that is spoken: a planted cookie is worth nothing.
    """
    with transaction():
        token = operations.sign_in(proof, user_agent=user_agent)
        g.actor = queries.actor_of_session(token)
        if g.actor.kind is not Kind.GUEST:
            kept = request.cookies.get(_mark_name())
            g.browser_mark = browsers.meet(proof.account_id, kept, user_agent=user_agent)
    language = current()
    session.clear()
    g.pop("csrf_token", None)
    session[TOKEN], session[CHOICE], session[SEEN] = token, language, now().timestamp()


def relet_in(actor: Actor) -> None:
    """Open a new session for who has just ended all of his own, as well proven as before."""
    if actor.account_id is not None:
        proof = Authentication(actor.account_id, assurance=actor.assurance)
        let_in(proof, request.user_agent.string)


def own_account() -> Account:
    """The visitor's own account; raises NotSignedIn, and AccountNeeded for who has none of his own."""
    account_id = known_visitor().account_id
    if account_id is None:
        raise NotSignedIn
    require_account()
    return db.session.get_one(Account, account_id)


def start_page() -> str:
    """Where a visitor begins: staff with what waits for them."""
    if works_at_the_desk():
        return url_for("clerk.queue")
    return url_for("operator.overview" if watches_the_engine() else "site.home")


def told(message: str, address: str) -> AnyResponse:
    """Go on to another page, which says that something is done."""
    flash(message, "done")
    return redirect(address, 303)


def let_out() -> None:
    """Close the session; an ended one is closed already."""
    token, language = session.get(TOKEN, ""), session.get(CHOICE)
    session.clear()
    if language:
        session[CHOICE] = language
    try:
        with transaction():
            operations.sign_out(token)
    except SessionEnded:
        return


def _mark_name() -> str:
    """The cookie by which a browser is known again; it opens nothing."""
    name: str = current_app.config["SESSION_COOKIE_NAME"]
    return f"{name}-browser"


def _keep_mark(response: Response) -> Response:
    if "browser_mark" in g:
        response.set_cookie(
            _mark_name(),
            g.browser_mark,
            max_age=MARK_SECONDS,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def _guard() -> None:
    if is_page():
        g.actor = _recognised()
        csrf.protect()


def _recognised() -> Actor:
    token = session.get(TOKEN)
    if token is None:
        return ANONYMOUS
    try:
        actor = queries.actor_of_session(token)
    except SessionEnded as error:
        session.pop(TOKEN)
        flash(title_of(error), "note")
        return ANONYMOUS
    _note_use(token)
    return actor


def _note_use(token: str) -> None:
    """Write now and then that the session is used; the cookie tells when it was written last."""
    moment = now().timestamp()
    if moment - session.get(SEEN, 0) > runtime().session_idle.total_seconds() * SEEN_AFTER:
        operations.note_seen(token)
        session[SEEN] = moment


def _keep_private(response: Response) -> Response:
    if is_page():
        personal = visitor().is_known or request.method != "GET"
        response.headers.setdefault(
            "Cache-Control", "no-store" if personal else "private, no-cache"
        )
    return response
