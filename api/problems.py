"""Every error as a problem document (RFC 9457)."""

import itertools
from collections.abc import Iterator
from typing import Any, Final

import structlog
from flask import Response, json, request
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from accounts.clients.errors import AssertionRefused
from accounts.errors import InvalidToken, NotSignedIn
from api import authentication, errors, language, metering, refusals, trace
from core.errors import InvalidRequest, MotcuaError, Unavailable
from core.i18n import remedy_of, title_of
from engine.errors import DraftChanged
from storage.errors import StoreUnavailable, is_full

MEDIA_TYPE: Final = "application/problem+json"

HTTP_ERRORS: Final[dict[int, type[MotcuaError]]] = {
    400: errors.BodyUnreadable,
    404: errors.RouteUnknown,
    405: errors.MethodUnknown,
    406: errors.NotAcceptable,
    413: errors.BodyTooLarge,
    415: errors.MediaTypeUnsupported,
    422: InvalidRequest,
    429: errors.TooManyRequests,
    503: Unavailable,
}
RETRY_SECONDS: Final = 30

logger = structlog.get_logger(__name__)


def answer_motcua_error(error: MotcuaError) -> Response:
    """The problem of an error that somebody raised on purpose; refusals are put on record."""
    refusals.note(error)
    response = _response(error)
    if isinstance(error, AssertionRefused):
        metering.note_refused(error, response)
    if isinstance(error, NotSignedIn):
        detail = ', error="invalid_token"' if isinstance(error, InvalidToken) else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="motcua"{detail}'
    return response


def answer_http_error(error: HTTPException) -> Response:
    """The problem of an error of Flask's; its own headers, such as Allow, are kept."""
    if error.code is None or error.code < 400:  # noqa: PLR2004 (a redirect is no error)
        return Response(status=error.code, headers=error.get_headers())
    response = answer_motcua_error(HTTP_ERRORS.get(error.code, errors.InternalFault)())
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def answer_rate_limit(error: RateLimitExceeded) -> Response:
    """The problem of a caller who asks too often, with the time to wait."""
    response = answer_http_error(error)
    response.headers["Retry-After"] = str(error.limit.limit.get_expiry())
    return response


def answer_database_down(error: OperationalError) -> Response:
    """The problem of a database that does not answer."""
    logger.error("database unavailable", error=type(error.orig).__name__)
    return _response(Unavailable())


def answer_fault(error: Exception) -> Response:
    """The problem of a fault of ours: the log has the trace, the caller only its id."""
    logger.error("request failed", path=request.path, exc_info=error)
    if is_full(error):
        return _response(StoreUnavailable(reason="no room"))
    return _response(errors.InternalFault())


def answer_unrouted() -> Response | None:
    """The problem of an address below /api that leads nowhere, before Flask words its own."""
    error = request.routing_exception
    if error is None or not request.path.startswith("/api/"):
        return None
    for begin in (trace.begin, language.begin, authentication.forget):
        begin()
    return trace.show(answer_http_error(error))


def document(error: MotcuaError) -> dict[str, Any]:
    """What the caller is told, in the caller's language."""
    told: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": title_of(error),
        "status": error.status,
        "detail": remedy_of(error),
        "instance": trace.trace_urn(),
        "code": error.code,
    }
    if isinstance(error, InvalidRequest) and error.fields:
        told["errors"] = list(_field_errors(error))
    if isinstance(error, DraftChanged):
        told["newer"] = {"version": error.newer.version, "answers": dict(error.newer.answers)}
    return told


def all_kinds() -> list[type[MotcuaError]]:
    """Every error class of the house that may become a problem, by its code."""
    kinds = {kind.code: kind for kind in _descendants(MotcuaError)}
    return [kinds[code] for code in sorted(kinds)]


def _response(error: MotcuaError) -> Response:
    told = document(error)
    response = Response(json.dumps(told), told["status"], content_type=MEDIA_TYPE)
    response.headers["Vary"] = "Accept-Language"
    if isinstance(error, Unavailable):
        minutes, seconds = error.params.get("minutes"), error.params.get("seconds")
        response.headers["Retry-After"] = str(seconds or (minutes or 0) * 60 or RETRY_SECONDS)
    return response


def _field_errors(error: InvalidRequest) -> Iterator[dict[str, str]]:
    for path, messages in error.fields.items():
        for message in messages:
            yield {"pointer": _pointer(path), "detail": str(message)}


def _pointer(path: tuple[str | int, ...]) -> str:
    """A JSON pointer as URI fragment (RFC 6901 section 6), without percent-encoding letters."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "#" + "".join(f"/{step}" for step in steps)


def _descendants(kind: type[MotcuaError]) -> Iterator[type[MotcuaError]]:
    children = (_descendants(child) for child in kind.__subclasses__())
    return itertools.chain([kind], *children)
