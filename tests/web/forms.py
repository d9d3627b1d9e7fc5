"""Filling in forms as a browser does: with the page's own token."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "mot hai ba bon nam"


def token(page: str) -> str:
    """The form token that a page carries."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "the page has no form token"
    return found.group(1)


def send(client: FlaskClient, address: str, *, page: str = "/", **values: Any) -> TestResponse:
    """Post a form with the token of a page that was opened before."""
    values["csrf_token"] = token(client.get(page).text)
    return client.post(address, data=values)


def sign_in(client: FlaskClient, login: str = "lan@example.vn", **values: Any) -> TestResponse:
    """Sign in with the password of all people of the tests."""
    values = {"login": login, "password": PASSWORD, **values}
    return send(client, "/sign-in", page="/sign-in", **values)
