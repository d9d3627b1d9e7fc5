"""`motcua try-client`: ask an installation for a token as a program does, and tell how it went."""

import os
import time
from pathlib import Path
from typing import Any

import click
import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SECONDS = 60
PATIENCE = 30.0


@click.command()
@click.argument("site")
@click.argument("client_id")
@click.option("--key", required=True, type=click.Path(exists=True, path_type=Path), help="PEM.")
@click.option("--key-id", required=True, help="What the key was registered as.")
@click.option("--scope", default="", help="Actions parted by blanks; all that are possible else.")
def try_client(site: str, client_id: str, key: Path, key_id: str, scope: str) -> None:
    """Ask SITE (such as https://motcua.example) for a token, and for who that makes you."""
    address = site.rstrip("/")
    text = assertion(client_id, key.read_bytes(), key_id, f"{address}/api/v1/tokens")
    with httpx.Client(base_url=address, timeout=PATIENCE) as http:
        asked = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": text,
            "scope": scope,
        }
        token = _told(http.post("/api/v1/tokens", data=asked))
        bearer = {"Authorization": f"Bearer {token['access_token']}"}
        answer = http.get("/api/v1/me", headers=bearer)
        known = _told(answer)
    click.echo(f"You are {known['id']} ({known['name']}).")
    click.echo(
        f"Scopes: {token['scope'] or 'none'}. The token lives {token['expires_in']} seconds."
    )
    if "RateLimit-Policy" in answer.headers:
        left = answer.headers["RateLimit-Remaining"]
        click.echo(f"Quotas: {answer.headers['RateLimit-Policy']}; {left} left.")


def assertion(client_id: str, pem: bytes, key_id: str, audience: str) -> str:
    """What proves a program for a minute, once (RFC 7523)."""
    key: Any = load_pem_private_key(pem, password=None)
    moment = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": moment,
        "exp": moment + SECONDS,
        "jti": os.urandom(16).hex(),
    }
    return jwt.encode(claims, key, _algorithm(key), headers={"kid": key_id})


def _algorithm(key: Any) -> str:
    if isinstance(key, EllipticCurvePrivateKey):
        return "ES256"
    return "PS256" if isinstance(key, RSAPrivateKey) else "EdDSA"


def _told(answer: httpx.Response) -> dict[str, Any]:
    """What a good answer says; a problem ends the command with its two sentences."""
    told: dict[str, Any] = answer.json()
    if answer.is_error:
        raise click.ClickException(f"{answer.status_code} {told['title']}. {told['detail']}")
    return told
