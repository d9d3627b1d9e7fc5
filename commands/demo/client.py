"""The site's API, as a program of somebody else sees it."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from commands.errors import DemoFailed, SiteNotRunning

LONGEST_WAIT = 60.0
BETWEEN_LOOKS = 0.3


class Client:
    """Calls under `/api/v1` with a bearer token; every refusal ends the demo with its reason."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self._http = httpx.Client(base_url=f"{self.address}/api/v1", timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def sign_in(self, **proof: str) -> None:
        """Get a token and use it from now on."""
        token = self.post("/tokens", json=proof)["access_token"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **options: Any) -> Any:
        """The JSON of an address."""
        return self._ask("GET", path, **options).json()

    def post(self, path: str, **options: Any) -> Any:
        """Make or do something; sent with a fresh Idempotency-Key."""
        headers = {"Idempotency-Key": str(uuid4())}
        return self._ask("POST", path, headers=headers, **options).json()

    def download(self, path: str) -> bytes:
        """The bytes of an address."""
        return self._ask("GET", path).content

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **options)
        except httpx.ConnectError as error:
            raise SiteNotRunning(address=self.address) from error
        if response.is_error:
            raise DemoFailed(step=f"{method} {path}", reason=_reason(response))
        return response


def wait_for(what: str, look: Callable[[], Any]) -> Any:
    """Look again and again until there is something to see; raises DemoFailed after a minute."""
    end = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(BETWEEN_LOOKS)
    raise DemoFailed(step=what, reason=f"nothing after {LONGEST_WAIT:.0f} seconds")


def _reason(response: httpx.Response) -> str:
    if "json" not in response.headers.get("Content-Type", ""):
        return f"HTTP {response.status_code}"
    problem = response.json()
    parts = [problem.get("title"), problem.get("detail"), problem.get("errors")]
    return f"HTTP {response.status_code}: " + "; ".join(str(part) for part in parts if part)
