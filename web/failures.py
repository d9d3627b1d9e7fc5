"""What a reader sees when something cannot be done: what happened, and what to do now."""

from typing import Final
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from accounts import operations
from accounts.actor import Kind
from accounts.errors import AssuranceTooLow, FreshProofNeeded, NotSignedIn
from accounts.guests.errors import AccountNeeded
from core.database import transaction
from core.errors import N_, MotcuaError, NotAllowed, NotFound
from core.i18n import remedy_of, title_of, translated
from storage.errors import StoreUnavailable, is_full
from web.addresses import local
from web.visitors import is_page, visitor

TEXTS: Final = {
    400: (
        N_("We could not understand what was sent"),
        N_("Go back, load the page again and send it once more."),
    ),
    403: (
        N_("You may not see this page"),
        N_("Ask somebody with the right role, or sign in with another account."),
    ),
    404: (
        N_("Page not found"),
        N_("Check the address, or start from the list of services."),
    ),
    405: (
        N_("This page cannot be used that way"),
        N_("Start from the list of services and follow the buttons."),
    ),
    413: (
        N_("The file is too large"),
        N_("Go back and choose a smaller file, for example a scan with fewer dots per inch."),
    ),
    429: (
        N_("Too many requests from your address"),
        N_("Wait a minute and try again."),
    ),
    500: (
        N_("Something went wrong on our side"),
        N_("Nothing you had saved is lost. Try again in a few minutes."),
    ),
}
FORM_EXPIRED: Final = (
    N_("This form is out of date"),
    N_("Go back, load the page again and send the form once more."),
)

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Turn every error of a page into a page. The API words its own."""
    app.register_error_handler(MotcuaError, _motcua_page)
    app.register_error_handler(CSRFError, _expired_page)
    app.register_error_handler(HTTPException, _http_page)
    app.register_error_handler(OSError, _full_page)


def _full_page(error: OSError) -> AnyResponse:
    if not is_full(error):
        raise error
    return _motcua_page(StoreUnavailable(reason="no room"))


def _motcua_page(error: MotcuaError) -> AnyResponse:
    if not is_page():
        raise error
    if visitor().kind is Kind.GUEST and isinstance(error, FreshProofNeeded | AssuranceTooLow):
        error = AccountNeeded()
    if isinstance(error, FreshProofNeeded):
        return redirect(url_for("account.prove", next=_here()), 303)
    if isinstance(error, AssuranceTooLow):
        level = error.params["level"]
        return redirect(url_for("account.level", level=level, next=_here()), 303)
    if isinstance(error, NotSignedIn) and request.method == "GET":
        return redirect(url_for("site.sign_in", next=request.full_path.rstrip("?")), 303)
    if isinstance(error, NotAllowed | NotFound) and visitor().is_known:
        _note_refusal(error)
    return _page(title_of(error), remedy_of(error), error.status)


def _here() -> str:
    """The page at hand; after a form the page that it was on, as it cannot be sent again."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return local(request.referrer and urlsplit(request.referrer).path)


def _note_refusal(error: MotcuaError) -> None:
    """Put on record what somebody was refused; the transaction of the refused deed is gone."""
    with transaction():
        operations.note_refusal(
            visitor(), subject=f"{request.method} {request.path}", code=error.code
        )


def _expired_page(_error: CSRFError) -> AnyResponse:
    title, remedy = FORM_EXPIRED
    return _page(translated(title), translated(remedy), 400)


def _http_page(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if not is_page() or status < 400:  # noqa: PLR2004 (a redirect is no failure)
        return error.get_response()
    title, remedy = TEXTS.get(status, TEXTS[500 if status >= 500 else 400])  # noqa: PLR2004
    return _page(translated(title), translated(remedy), status)


def _page(title: str, remedy: str, status: int) -> Response:
    return make_response(
        render_template("web/failure.html", title=title, remedy=remedy, status=status), status
    )
