"""The id under which one request is found in logs, problems and the caller's own records."""

import os
import re
from uuid import UUID

import structlog
from flask import Response, g, request

_TRACE_PARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def begin() -> None:
    """Take the trace id of the caller (W3C Trace Context), or make one; bind it to the log."""
    given = _TRACE_PARENT.fullmatch(request.headers.get("traceparent", ""))
    g.trace_id = given[1] if given else os.urandom(16).hex()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(trace=g.trace_id)


def trace_urn() -> str:
    """The trace id as a URI, for the `instance` of a problem."""
    return UUID(hex=g.trace_id).urn


def show(response: Response) -> Response:
    """Tell the caller the id with every answer."""
    response.headers["X-Request-Id"] = g.trace_id
    return response
