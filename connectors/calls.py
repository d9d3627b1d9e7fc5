"""One way to ask an outside system: JSON by POST, a time-out, and errors that say who failed."""

from collections.abc import Mapping
from typing import Any

import httpx

from connectors.errors import AnswerUnreadable, SystemDown

TIME_OUT_SECONDS = 10.0
_CLIENT_ERROR = 400
_SERVER_ERROR = 500


def ask(system: str, address: str, message: Mapping[str, Any]) -> dict[str, Any]:
    """Post a message and return the JSON object that came back.

    Raises SystemDown for silence and for server errors, AnswerUnreadable for everything else that
    is not a JSON object.
    """
    try:
        response = httpx.post(address, json=dict(message), timeout=TIME_OUT_SECONDS)
    except httpx.TransportError as error:
        # The chain of the HTTP library's own errors would fill the log at every retry.
        raise SystemDown(system=system, fault=type(error).__name__) from None
    if response.status_code >= _SERVER_ERROR:
        raise SystemDown(system=system, fault=f"HTTP {response.status_code}")
    if response.status_code >= _CLIENT_ERROR:
        raise AnswerUnreadable(system=system, fault=f"HTTP {response.status_code}")
    return _object(system, response)


def _object(system: str, response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError as error:
        raise AnswerUnreadable(system=system, fault="not JSON") from error
    if not isinstance(answer, dict):
        raise AnswerUnreadable(system=system, fault="not a JSON object")
    return answer
