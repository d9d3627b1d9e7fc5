"""Who calls: the bearer of an access token, or nobody. Cookies mean nothing here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g, request

from accounts import authentication, policy
from accounts.actor import ANONYMOUS, Actor
from accounts.errors import InvalidToken, NotSignedIn
from accounts.policy import Action

View = Callable[..., Any]


def forget() -> None:
    """Begin with nobody."""
    g.actor = ANONYMOUS


def begin() -> None:
    """Find out who calls; raises InvalidToken for any token that does not hold."""
    header = request.headers.get("Authorization")
    if header is None:
        return
    scheme, _, token = header.partition(" ")
    if scheme.casefold() != "bearer":
        raise InvalidToken
    g.actor = authentication.by_access_token(token.strip())


def current_actor() -> Actor:
    """The caller of this request."""
    actor: Actor = g.get("actor", ANONYMOUS)
    return actor


def requires(action: Action, *or_else: Action) -> Callable[[View], View]:
    """Let in whose roles allow the action at all; the operation judges the single thing.

    Some views are open by another action as well.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            actor = current_actor()
            if not any(policy.may_ever(actor, other) for other in or_else):
                policy.require_ever(actor, action)
            return view(*args, **kwargs)

        return _documented(guarded, action, public=policy.may_ever(ANONYMOUS, action))

    return decorate


def requires_sign_in(view: View) -> View:
    """Let in anybody who is known."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_actor().is_known:
            raise NotSignedIn
        return view(*args, **kwargs)

    return guarded


def _documented(view: View, action: Action, *, public: bool) -> View:
    """Note in the OpenAPI document what the caller must be allowed to do."""
    described = dict(getattr(view, "_apidoc", {}))
    manual = {**described.get("manual_doc", {}), "x-action": str(action)}
    if public:
        manual["security"] = [{}, {"bearer": []}]
    view._apidoc = {**described, "manual_doc": manual}  # type: ignore[attr-defined]  # flask-smorest reads it here
    return view
