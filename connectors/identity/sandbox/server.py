"""The provider's side: whoever clicks on a person is that person. No password is asked."""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, redirect, render_template, request
from jwt.algorithms import RSAAlgorithm
from werkzeug.wrappers import Response as AnyResponse

PEOPLE = Path(__file__).parent / "people.json"
KEY_ID = "sandbox"
SECONDS = 300


@dataclass
class Sandbox:
    """What it knows: people, its key, the codes that wait to be exchanged."""

    secret: str
    people: dict[str, dict[str, Any]]
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)


def create_sandbox(secret: str) -> Flask:
    """The sandbox as an application; the people are in `people.json`."""
    app = Flask(__name__, template_folder="templates")
    people = {each["sub"]: each for each in json.loads(PEOPLE.read_text("utf-8"))}
    sandbox = Sandbox(secret, people)
    _publish(app, sandbox)

    @app.get("/authorize")
    def _ask() -> str:
        return render_template("people.html", people=people.values(), asked=request.args)

    @app.post("/authorize")
    def _answer() -> AnyResponse:
        return _sent_back(sandbox)

    @app.post("/token")
    def _token() -> Response | dict[str, Any]:
        return _exchanged(sandbox)

    @app.get("/end")
    def _end() -> AnyResponse:
        return redirect(request.args.get("post_logout_redirect_uri", "/"), 303)

    return app


def _publish(app: Flask, sandbox: Sandbox) -> None:
    @app.get("/.well-known/openid-configuration")
    def _metadata() -> dict[str, Any]:
        issuer = _issuer()
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "end_session_endpoint": f"{issuer}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    @app.get("/keys")
    def _keys() -> dict[str, Any]:
        public = RSAAlgorithm.to_jwk(sandbox.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]}

    @app.get("/")
    def _page() -> str:
        return render_template("people.html", people=sandbox.people.values(), asked={})


def _sent_back(sandbox: Sandbox) -> AnyResponse:
    asked = request.form
    code = secrets.token_urlsafe(24)
    sandbox.codes[code] = {**asked.to_dict(), "until": time.time() + SECONDS}
    answer = {"code": code, "state": asked["state"], "iss": _issuer()}
    return redirect(f"{asked['redirect_uri']}?{urlencode(answer)}", 303)


def _exchanged(sandbox: Sandbox) -> Response | dict[str, Any]:
    """A code works once, for the client that asked, with the verifier of the same browser."""
    asked = sandbox.codes.pop(request.form.get("code", ""), None)
    auth = request.authorization
    verifier = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
    fits = (
        asked is not None
        and auth is not None
        and unquote_plus(auth.username or "") == asked["client_id"]
        and unquote_plus(auth.password or "") == sandbox.secret
        and request.form.get("redirect_uri") == asked["redirect_uri"]
        and _short(verifier) == asked["code_challenge"]
        and time.time() < asked["until"]
    )
    if not fits or asked is None:
        return Response('{"error": "invalid_grant"}', 400, mimetype="application/json")
    return _tokens(sandbox, asked)


def _tokens(sandbox: Sandbox, asked: dict[str, Any]) -> dict[str, Any]:
    access_token, moment = secrets.token_urlsafe(24), int(time.time())
    person = {k: v for k, v in sandbox.people[asked["person"]].items() if k != "note"}
    digest = hashlib.sha256(access_token.encode()).digest()
    claims = person | {
        "iss": _issuer(),
        "aud": asked["client_id"],
        "iat": moment,
        "exp": moment + SECONDS,
        "auth_time": moment,
        "nonce": asked["nonce"],
        "at_hash": _short(digest[:16]),
        "sid": secrets.token_urlsafe(12),
    }
    text = jwt.encode(claims, sandbox.key, "RS256", headers={"kid": KEY_ID})
    return {"access_token": access_token, "token_type": "Bearer", "id_token": text}


def _issuer() -> str:
    return request.host_url.rstrip("/")


def _short(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
