"""One way to ask an outside system: JSON by POST, a time-out, and errors that say who failed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from connectors.errors import AnswerUnreadable, SystemDown

TIME_OUT_SECONDS = 10.0
_CLIENT_ERROR = 400
_SERVER_ERROR = 500
_TOO_MANY_REQUESTS = 429


def ask(system: str, address: str, message: Mapping[str, Any]) -> dict[str, Any]:
    """Post a message and return the JSON object that came back.

    Raises SystemDown for silence, for server errors and when asked to slow down, AnswerUnreadable
    for everything else that is not a JSON object.
    """
    try:
        response = httpx.post(address, json=dict(message), timeout=TIME_OUT_SECONDS)
    except httpx.TransportError as error:
        # The chain of the HTTP library's own errors would fill the log at every retry.
        raise SystemDown(system=system, fault=type(error).__name__) from None
    if response.status_code >= _SERVER_ERROR or response.status_code == _TOO_MANY_REQUESTS:
        raise _down(system, response)
    if response.status_code >= _CLIENT_ERROR:
        raise AnswerUnreadable(system=system, fault=f"HTTP {response.status_code}")
    return _object(system, response)


def _down(system: str, response: httpx.Response) -> SystemDown:
    error = SystemDown(system=system, fault=f"HTTP {response.status_code}")
    error.retry_after = seconds_asked(response.headers.get("Retry-After", ""))
    return error


def seconds_asked(retry_after: str) -> float | None:
    """How long a `Retry-After` asks to wait (RFC 9110, 10.2.3: seconds, or a date); None if unread."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _object(system: str, response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError as error:
        raise AnswerUnreadable(system=system, fault="not JSON") from error
    if not isinstance(answer, dict):
        raise AnswerUnreadable(system=system, fault="not a JSON object")
    return answer
