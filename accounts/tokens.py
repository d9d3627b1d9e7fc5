"""Access tokens: signed JSON Web Tokens of the profile of RFC 9068.

One algorithm, and keys only from our own key ring: what a token's header says about algorithms or
places of keys is never followed.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
from jwt.exceptions import InvalidTokenError

from accounts.actor import Actor
from accounts.errors import InvalidToken
from accounts.keys import KeyRing
from core.ids import new_id

ALGORITHM = "EdDSA"
TYPE = "at+jwt"
REQUIRED_CLAIMS = ("iss", "aud", "sub", "exp", "iat", "jti", "scope")
KNOWN_HEADERS = frozenset({"alg", "kid", "typ"})


@dataclass(frozen=True)
class AccessToken:
    """A token for its bearer, its life in seconds and what it may be used for."""

    text: str
    seconds: int
    scopes: frozenset[str]


@dataclass(frozen=True)
class Claims:
    """What a verified token says. `subject` is an actor's id."""

    subject: str
    issued_at: datetime
    scopes: frozenset[str]


class Tokens:
    """Issues and verifies the tokens of this installation, named by its public address."""

    def __init__(self, keys: KeyRing, *, issuer: str, seconds: int) -> None:
        self.keys = keys
        self.issuer = issuer
        self.audience = f"{issuer}/api"
        self.seconds = seconds

    def issue(self, actor: Actor, scopes: frozenset[str]) -> AccessToken:
        """A fresh token for an actor, narrowed to the scopes."""
        key_id, key = self.keys.signing_key()
        issued_at = time.time()
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": actor.id,
            "iat": issued_at,
            "exp": int(issued_at) + self.seconds,
            "jti": str(new_id()),
            "scope": " ".join(sorted(scopes)),
        }
        text = jwt.encode(claims, key, ALGORITHM, headers={"kid": key_id, "typ": TYPE})
        return AccessToken(text, self.seconds, scopes)

    def verify(self, text: str) -> Claims:
        """What a token says once all of it is in order; raises InvalidToken otherwise."""
        try:
            return self._verified(text)
        except (InvalidTokenError, ValueError, TypeError, OverflowError) as error:
            raise InvalidToken from error

    def _verified(self, text: str) -> Claims:
        header = jwt.get_unverified_header(text)
        key = self.keys.find(header.get("kid"))
        if key is None or header.get("typ") != TYPE or not header.keys() <= KNOWN_HEADERS:
            raise InvalidToken
        claims: dict[str, Any] = jwt.decode(
            text,
            key.public_key(),
            algorithms=[ALGORITHM],
            issuer=self.issuer,
            audience=self.audience,
            options={"require": list(REQUIRED_CLAIMS), "strict_aud": True},
        )
        return Claims(
            subject=claims["sub"],
            issued_at=datetime.fromtimestamp(claims["iat"], UTC),
            scopes=frozenset(str(claims["scope"]).split()),
        )
