"""A program with keys of its own, that asks for tokens as the page for integrators tells."""

import time
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient

from accounts.actor import SYSTEM, Role
from accounts.clients import keys
from accounts.clients.assertions import TYPE
from accounts.clients.registering import Registration, register
from core.database import transaction
from core.ids import new_id

ISSUER = "http://127.0.0.1:8000"
TOKENS = "/api/v1/tokens"

MAKERS = {
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "PS256": lambda: rsa.generate_private_key(65537, 2048),
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
}


@dataclass
class Program:
    """A program as its makers see it. `key` signs, `kid` names it."""

    client: FlaskClient
    app: Flask
    client_id: str = "portal"
    kid: str = "2026-11"
    algorithm: str = "EdDSA"
    key: Any = None

    def __post_init__(self) -> None:
        self.key = self.key or MAKERS[self.algorithm]()

    def registered(self, **changes: Any) -> "Program":
        """Let an administrator register it, with its key."""
        given = {"role": Role.PORTAL, "scopes": ["portal.read"], **changes}
        with self.app.app_context(), transaction():
            register(Registration(self.client_id, "Portal", **given), by=SYSTEM)
        self.add_key()
        return self

    def add_key(self, **dates: Any) -> None:
        """Register the key that it signs with."""
        pem = public_pem(self.key)
        with self.app.app_context(), transaction():
            algorithm = self.algorithm
            keys.add_key(self.client_id, self.kid, pem, algorithm=algorithm, by=SYSTEM, **dates)

    def assertion(self, header: dict[str, Any] | None = None, **changes: Any) -> str:
        """A signed text; `changes` are other claims, None takes one away."""
        moment = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"{ISSUER}{TOKENS}",
            "iat": moment,
            "exp": moment + 60,
            "jti": str(new_id()),
            **changes,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        headers = {"kid": self.kid, **(header or {})}
        return jwt.encode(claims, self.key, self.algorithm, headers=headers)

    def ask(self, assertion: str | None = None, **more: str) -> Any:
        """Ask for a token, as a form."""
        asked = {
            "grant_type": "client_credentials",
            "client_assertion_type": TYPE,
            "client_assertion": self.assertion() if assertion is None else assertion,
            **more,
        }
        return self.client.post(TOKENS, data=asked)

    def headers(self) -> dict[str, str]:
        """The headers of a call with a fresh token."""
        token = self.ask().get_json()["access_token"]
        return {"Authorization": f"Bearer {token}"}


def public_pem(key: Any) -> str:
    """The public half of a key."""
    pem: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()
