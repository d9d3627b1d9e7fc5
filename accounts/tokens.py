"""Access tokens: signed JSON Web Tokens of the profile of RFC 9068.

One algorithm, and keys only from our own key ring: what a token's header says about algorithms or
places of keys is never followed.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.exceptions import InvalidTokenError

from accounts.actor import Actor
from accounts.errors import InvalidToken
from accounts.keys import KeyRing
from core.ids import new_id

ALGORITHM = "EdDSA"
TYPE = "at+jwt"
REQUIRED_CLAIMS = ("iss", "aud", "sub", "exp", "iat", "jti", "scope")
REMEMBERED = 1000
KNOWN_HEADERS = frozenset({"alg", "kid", "typ"})


@dataclass(frozen=True)
class AccessToken:
    """A token for its bearer, its life in seconds and what it may be used for."""

    text: str
    seconds: int
    scopes: frozenset[str]


@dataclass(frozen=True)
class Claims:
    """What a verified token says. `subject` is an actor's id; `proven_at` and `assurance` say when
    and how well he proved himself.
    """

    subject: str
    issued_at: datetime
    scopes: frozenset[str]
    assurance: int = 1
    proven_at: datetime | None = None


@dataclass(frozen=True)
class Verified:
    """A token that was in order: it stays so until it expires or its key is taken away."""

    claims: Claims
    expires_at: int
    key_id: str
    key: Ed25519PrivateKey

    def holds(self, keys: KeyRing) -> bool:
        """Whether it is still in order; the signature needs no second look."""
        return time.time() < self.expires_at and keys.find(self.key_id) is self.key


class Tokens:
    """Issues and verifies the tokens of this installation, named by its public address."""

    def __init__(self, keys: KeyRing, *, issuer: str, seconds: int) -> None:
        self.keys = keys
        self.issuer = issuer
        self.audience = f"{issuer}/api"
        self.seconds = seconds
        self._verified: dict[str, Verified] = {}

    def issue(self, actor: Actor, scopes: frozenset[str]) -> AccessToken:
        """A fresh token for an actor, narrowed to the scopes."""
        key_id, key = self.keys.signing_key()
        issued_at = time.time()
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": actor.id,
            "iat": issued_at,
            "exp": int(issued_at) + self.seconds,
            "jti": str(new_id()),
            "scope": " ".join(sorted(scopes)),
            "acr": str(actor.assurance),
        }
        if actor.proven_at is not None:
            claims["auth_time"] = int(actor.proven_at.timestamp())
        text = jwt.encode(claims, key, ALGORITHM, headers={"kid": key_id, "typ": TYPE})
        return AccessToken(text, self.seconds, scopes)

    def verify(self, text: str) -> Claims:
        """What a token says once all of it is in order; raises InvalidToken otherwise."""
        known = self._verified.get(text)
        if known is not None and known.holds(self.keys):
            return known.claims
        try:
            found = self._verify(text)
        except (InvalidTokenError, ValueError, TypeError, OverflowError) as error:
            raise InvalidToken from error
        if len(self._verified) >= REMEMBERED:
            self._verified.clear()
        self._verified[text] = found
        return found.claims

    def _verify(self, text: str) -> Verified:
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
        proven = claims.get("auth_time")
        said = Claims(
            subject=claims["sub"],
            issued_at=datetime.fromtimestamp(claims["iat"], UTC),
            scopes=frozenset(str(claims["scope"]).split()),
            assurance=int(claims.get("acr", 1)),
            proven_at=datetime.fromtimestamp(proven, UTC) if proven else None,
        )
        return Verified(said, int(claims["exp"]), header["kid"], key)
