"""A browser of the tests between a site and a real provider: it keeps cookies and fills in forms."""

import html
import re
from urllib.parse import urljoin

import httpx


class Walker:
    """Follows addresses by hand, so that a test can stop and look at each."""

    def __init__(self) -> None:
        self.http = httpx.Client(timeout=20)

    def until(self, address: str, beginning: str) -> str:
        """Follow redirects until an address begins so; returns it without opening it."""
        for _ in range(12):
            if address.startswith(beginning):
                return address
            answer = self.http.get(address)
            address = self._onward(address, answer)
        raise AssertionError(f"never came to {beginning}")

    def sign_in(self, address: str, person: str, beginning: str) -> str:
        """Open a question of the provider, sign in as the person, agree, and come back."""
        for _ in range(12):
            if address.startswith(beginning):
                return address
            answer = self.http.get(address)
            if answer.is_redirect:
                address = self._onward(address, answer)
                continue
            fields = _hidden(answer.text) | {"login": person, "password": "any"}
            action = re.search(r'action="([^"]+)"', answer.text)
            assert action, answer.text
            sent = self.http.post(urljoin(address, action.group(1)), data=fields)
            address = self._onward(address, sent)
        raise AssertionError(f"never came to {beginning}")

    def _onward(self, address: str, answer: httpx.Response) -> str:
        assert answer.is_redirect, f"{answer.status_code} {address}\n{answer.text[:2000]}"
        return urljoin(address, answer.headers["Location"])


def _hidden(page: str) -> dict[str, str]:
    """What a page's form sends without being asked."""
    found = re.findall(r'name="(\w+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}
