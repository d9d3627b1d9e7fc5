"""A provider that can lie: what a proper one never does, done on purpose."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, request
from jwt.algorithms import RSAAlgorithm
from werkzeug.serving import make_server

CLIENT, SECRET = "motcua", "secret of the tests"
ACCESS_TOKEN = "access-token"


@dataclass
class Liar:
    """Answers rightly, but for what a test changes: `claims`, `header`, `metadata`, `sign`."""

    issuer: str = ""
    nonce: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    key_id: str = "first"
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    sign: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
    asked_for_keys: int = 0
    exchanged: list[dict[str, str]] = field(default_factory=list)

    def id_token(self) -> str:
        moment = int(time.time())
        half = hashlib.sha256(ACCESS_TOKEN.encode()).digest()[:16]
        right = {
            "iss": self.issuer,
            "sub": "person-1",
            "aud": CLIENT,
            "iat": moment,
            "exp": moment + 300,
            "auth_time": moment,
            "nonce": self.nonce,
            "at_hash": _short(half),
            "name": "Đặng Thu Trang",
        }
        return self.signed(right | self.claims)

    def signed(self, claims: dict[str, Any]) -> str:
        told = {name: value for name, value in claims.items() if value is not None}
        header = {"kid": self.key_id, **self.header}
        if self.sign:
            return self.sign(told, header)
        return jwt.encode(told, self.key, "RS256", headers=header)

    def public_keys(self) -> dict[str, Any]:
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{"kty": "oct", "k": "AAAA"}, {**public, "kid": self.key_id}]}


def unsigned(claims: dict[str, Any], header: dict[str, Any]) -> str:
    """A token with algorithm none."""
    return f"{_to_sign({'alg': 'none', 'typ': 'JWT', **header}, claims)}."


def with_shared_secret(claims: dict[str, Any], header: dict[str, Any], secret: bytes) -> str:
    """A token with HS256, under whatever bytes; a proper library would refuse a public key."""
    text = _to_sign({"alg": "HS256", "typ": "JWT", **header}, claims)
    return f"{text}.{_short(hmac.digest(secret, text.encode(), 'sha256'))}"


def _to_sign(*parts: dict[str, Any]) -> str:
    return ".".join(_short(json.dumps(part).encode()) for part in parts)


def _short(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def running_liar() -> Iterator[Liar]:
    liar = Liar()
    server = make_server("127.0.0.1", 0, _app(liar), threaded=True)
    liar.issuer = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _app(liar: Liar) -> Flask:
    app = Flask("liar")

    @app.get("/.well-known/openid-configuration")
    def _metadata() -> dict[str, Any]:
        return {
            "issuer": liar.issuer,
            "authorization_endpoint": f"{liar.issuer}/authorize",
            "token_endpoint": f"{liar.issuer}/token",
            "jwks_uri": f"{liar.issuer}/keys",
            **({"userinfo_endpoint": f"{liar.issuer}/me"} if liar.userinfo else {}),
            **liar.metadata,
        }

    @app.get("/keys")
    def _keys() -> dict[str, Any]:
        liar.asked_for_keys += 1
        return liar.public_keys()

    @app.get("/me")
    def _me() -> dict[str, Any]:
        return liar.userinfo or {}

    @app.post("/token")
    def _token() -> dict[str, Any]:
        liar.exchanged.append(request.form.to_dict())
        return {"access_token": ACCESS_TOKEN, "id_token": liar.id_token(), "token_type": "Bearer"}

    return app
