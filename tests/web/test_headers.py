"""What every response tells the browser, and what cookies may do."""

import dataclasses

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

import accounts
import web
from core import database
from core.config import Settings
from wsgi import create_app

PAGES = ("/", "/sign-in", "/privacy", "/accessibility", "/no-such-page", "/assets/mark.svg")


@pytest.mark.parametrize("address", PAGES)
def test_every_response_forbids_inline_code_frames_and_sniffing(
    client: FlaskClient, address: str
) -> None:
    headers = client.get(address, buffered=True).headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("address", PAGES[:5])
def test_no_page_has_inline_script_or_style(client: FlaskClient, address: str) -> None:
    page = client.get(address).text
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
    assert " onclick=" not in page


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("motcua=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_over_https_the_cookie_is_bound_to_the_host_and_https_is_demanded(
    settings: Settings,
) -> None:
    secure = dataclasses.replace(settings, public_url="https://dichvucong.example.vn")
    app = Flask("secure", static_folder=None)
    database.init_app(app, secure)
    accounts.init_app(app, secure)
    web.init_app(app, secure)
    response = app.test_client().get("/sign-in", base_url=secure.public_url)
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert response.headers["Set-Cookie"].startswith("__Host-motcua=")
    assert "Secure" in response.headers["Set-Cookie"]


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_a_proxy_is_believed_only_when_the_settings_say_so(
    settings: Settings, proxies: int, seen: str
) -> None:
    app = create_app(dataclasses.replace(settings, trusted_proxies=proxies))
    app.add_url_rule("/api/who", "who", lambda: f"{request.scheme} {request.remote_addr}")
    forwarded = {"X-Forwarded-For": "10.0.0.1, 203.0.113.9", "X-Forwarded-Proto": "https"}
    answer = app.test_client().get("/api/who", headers=forwarded).text
    assert answer == f"{'https' if proxies else 'http'} {seen}"


def test_built_files_may_be_kept_for_ever_and_pages_may_not(client: FlaskClient) -> None:
    page = client.get("/")
    stylesheet = next(
        part for part in page.text.split('"') if part.startswith("/assets/dist/assets/pages-")
    )
    kept = client.get(stylesheet, headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert "immutable" in kept.headers["Cache-Control"]
    assert kept.headers["Content-Encoding"] == "gzip"
    assert kept.mimetype == "text/css"
    assert page.headers["Cache-Control"] == "private, no-cache"


def test_the_key_of_cookies_survives_a_restart(settings: Settings) -> None:
    keys = []
    for _ in range(2):
        app = Flask("again", static_folder=None)
        database.init_app(app, settings)
        accounts.init_app(app, settings)
        web.init_app(app, settings)
        keys.append(app.secret_key)
    assert keys[0] == keys[1]
    key_file = settings.data_directory / "keys" / "cookie.key"
    assert key_file.stat().st_mode & 0o077 == 0
