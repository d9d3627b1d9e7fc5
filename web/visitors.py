"""Who is looking at a page, and whether what they send really comes from one of our pages."""

from typing import Final

from flask import Flask, Response, flash, g, request, session
from flask_wtf.csrf import CSRFProtect

from accounts import operations, policy, queries
from accounts.actor import ANONYMOUS, Actor, Kind
from accounts.authentication import Authentication
from accounts.errors import NotSignedIn, SessionEnded
from accounts.policy import Action
from core.database import transaction
from core.i18n import title_of
from web.languages import CHOICE, current

OTHER_DOORS: Final = ("/api/", "/assets/", "/healthz", "/readyz", "/metrics")
TOKEN: Final = "token"  # noqa: S105 (the name of a place in the cookie, not a secret)

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Guard every page: know the visitor, refuse forged forms, keep personal pages out of caches.

    Whatever is not one of the other doors is a page, so a new route is guarded without being told.
    """
    csrf.init_app(app)
    app.before_request(_guard)
    app.after_request(_keep_private)
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


def works_at_the_desk() -> bool:
    """Whether tasks may ever wait for this visitor."""
    return visitor().kind is Kind.STAFF and policy.may_ever(visitor(), Action.TASK_VIEW)


def watches_the_engine() -> bool:
    """Whether this visitor may see how processes and jobs are doing."""
    return visitor().kind is Kind.STAFF and policy.may_ever(visitor(), Action.INSTANCE_VIEW)


def let_in(proof: Authentication, user_agent: str) -> None:
    """Open a session for a proven account. Nothing of the cookie from before lives on but the
    language that is spoken: a planted cookie is worth nothing.
    """
    with transaction():
        token = operations.sign_in(proof, user_agent=user_agent)
        g.actor = queries.actor_of_session(token)
    language = current()
    session.clear()
    g.pop("csrf_token", None)
    session[TOKEN], session[CHOICE] = token, language


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


def _guard() -> None:
    if is_page():
        g.actor = _recognised()
        csrf.protect()


def _recognised() -> Actor:
    token = session.get(TOKEN)
    if token is None:
        return ANONYMOUS
    try:
        return queries.actor_of_session(token)
    except SessionEnded as error:
        session.pop(TOKEN)
        flash(title_of(error), "note")
        return ANONYMOUS


def _keep_private(response: Response) -> Response:
    if is_page():
        personal = visitor().is_known or request.method != "GET"
        response.headers.setdefault(
            "Cache-Control", "no-store" if personal else "private, no-cache"
        )
    return response
