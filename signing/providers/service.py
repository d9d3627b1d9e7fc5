"""Speaking JSON with a signer elsewhere: bounded in time and size, its faults told apart."""

import os
import ssl
from collections.abc import Mapping
from typing import Any, Final

import httpx
import orjson

from core.errors import N_
from signing.errors import SignerAddressRefused, SignerUnavailable
from signing.providers.address import Address

_SECONDS: Final = 20.0
_LARGEST_ANSWER: Final = 4 * 1024 * 1024
_CLIENT_ERRORS: Final = range(400, 500)


class Said(Exception):
    """The service answered with an error of its own: its word for it, and its sentence."""

    def __init__(self, status: int, word: str, sentence: str) -> None:
        self.status = status
        self.word = word
        self.sentence = sentence
        super().__init__(f"{status} {word}: {sentence}")


class Service:
    """One service by its base address; `seconds` and `ca-file` of the address bound and trust it."""

    def __init__(self, address: Address) -> None:
        if not address.url:
            raise SignerAddressRefused(reason=N_("it names no service"))
        self.url = address.url
        self._seconds = address.number("seconds", _SECONDS)
        self._authority = address.values.get("ca-file")
        self._made: tuple[int, httpx.Client] | None = None

    def post(
        self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """The answer to JSON; raises Said and SignerUnavailable."""
        return self._answer(path, {"json": dict(body), "headers": dict(headers or {})})

    def post_form(self, path: str, form: Mapping[str, str]) -> dict[str, Any]:
        """The answer to a form; errors as in `post`."""
        return self._answer(path, {"data": dict(form)})

    def _answer(self, path: str, sent: dict[str, Any]) -> dict[str, Any]:
        url = path if path.startswith("https:") else f"{self.url}/{path.lstrip('/')}"
        try:
            with self._client().stream("POST", url, **sent) as response:
                content = _bounded(response)
        except httpx.HTTPError as error:
            raise SignerUnavailable(reason=type(error).__name__) from error
        answer = _json(content)
        if response.status_code in _CLIENT_ERRORS:
            raise _said(response.status_code, answer)
        if not response.is_success or answer is None:
            raise SignerUnavailable(reason=f"HTTP {response.status_code}")
        return answer

    def _client(self) -> httpx.Client:
        """Connections of this process: those of one that forked it are not ours."""
        if self._made is None or self._made[0] != os.getpid():
            self._made = os.getpid(), self._opened()
        return self._made[1]

    def _opened(self) -> httpx.Client:
        try:
            trusted = ssl.create_default_context(cafile=self._authority)
        except OSError as error:
            raise SignerAddressRefused(reason=f"“ca-file”: {error}") from error
        # A redirect could lead our secrets anywhere, so none is followed.
        return httpx.Client(timeout=self._seconds, verify=trusted, follow_redirects=False)


def _bounded(response: httpx.Response) -> bytes:
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > _LARGEST_ANSWER:
            raise SignerUnavailable(reason="its answer is too large")
    return bytes(content)


def _json(content: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _said(status: int, answer: dict[str, Any] | None) -> Said:
    told = answer or {}
    word = str(told.get("error") or told.get("message") or status)
    return Said(status, word, str(told.get("error_description") or word))
