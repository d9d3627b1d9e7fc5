"""Judging what a provider has signed: identity tokens, and tokens that report a sign-out.

The algorithm must be one of ours and fit the kind of the key that the issuer publishes; what a token's
header says about places of keys is never followed.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any, Final

import jwt
from jwt.exceptions import InvalidTokenError

from connectors.errors import IdentityUnproven
from connectors.identity.documents import Documents

_HASHES: Final = {
    "RS256": hashlib.sha256,
    "PS256": hashlib.sha256,
    "ES256": hashlib.sha256,
    "RS384": hashlib.sha384,
    "PS384": hashlib.sha384,
    "ES384": hashlib.sha384,
    "RS512": hashlib.sha512,
    "PS512": hashlib.sha512,
    "ES512": hashlib.sha512,
    "EdDSA": hashlib.sha512,
}
SKEW_SECONDS: Final = 60
LONGEST_AGE_SECONDS: Final = 600
_SIGN_OUT: Final = "http://schemas.openid.net/event/backchannel-logout"
_TRICKS: Final = frozenset({"jku", "jwk", "x5u", "x5c", "crit"})


def identity_claims(
    text: str, documents: Documents, *, client: str, nonce: str, access_token: str
) -> Mapping[str, Any]:
    """The claims of an identity token (OpenID Connect Core 3.1.3.7); raises IdentityUnproven."""
    claims, algorithm = _verified(text, documents, client, {"sub", "iat", "exp", "nonce"}, ())
    if not _same(claims.get("nonce"), nonce):
        raise IdentityUnproven(fault="another nonce")
    if "at_hash" in claims and not _same(claims["at_hash"], _half(access_token, algorithm)):
        raise IdentityUnproven(fault="at_hash is of another access token")
    return claims


def sign_out_claims(text: str, documents: Documents, *, client: str) -> Mapping[str, Any]:
    """The claims of a logout token (Back-Channel Logout 1.0, 2.6); raises IdentityUnproven."""
    claims, _ = _verified(text, documents, client, {"iat", "jti", "events"}, ("logout+jwt",))
    events = claims["events"]
    if not isinstance(events, Mapping) or _SIGN_OUT not in events or "nonce" in claims:
        raise IdentityUnproven(fault="not about a sign-out")
    if not isinstance(claims.get("sub"), str):
        raise IdentityUnproven(fault="about nobody")
    return claims


def _verified(
    text: str, documents: Documents, client: str, required: set[str], types: tuple[str, ...]
) -> tuple[Mapping[str, Any], str]:
    try:
        header = jwt.get_unverified_header(text)
        algorithm = header.get("alg", "")
        _check_header(header, types)
        key = documents.key(header.get("kid"), algorithm)
        claims: dict[str, Any] = jwt.decode(
            text,
            key.key,
            algorithms=[algorithm],
            issuer=documents.issuer,
            audience=client,
            leeway=SKEW_SECONDS,
            options={"require": ["iss", "aud", *required]},
        )
        _check_parties(claims, client)
        _check_age(claims)
    except (InvalidTokenError, ValueError, TypeError, OverflowError) as error:
        raise IdentityUnproven(fault=type(error).__name__) from error
    return claims, algorithm


def _check_header(header: Mapping[str, Any], types: tuple[str, ...]) -> None:
    if header.get("alg") not in _HASHES:
        raise IdentityUnproven(fault="an algorithm that is not ours")
    if header.keys() & _TRICKS:
        raise IdentityUnproven(fault="a header that names its own key")
    if header.get("typ", "JWT").casefold() not in {"jwt", *types}:
        raise IdentityUnproven(fault="a token of another type")


def _check_parties(claims: Mapping[str, Any], client: str) -> None:
    """With several audiences, or whenever it is there, `azp` must be us."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != client:
        raise IdentityUnproven(fault="made for another party")


def _check_age(claims: Mapping[str, Any]) -> None:
    age = time.time() - float(claims["iat"])
    if age > LONGEST_AGE_SECONDS:
        raise IdentityUnproven(fault="made too long ago")


def _half(access_token: str, algorithm: str) -> str:
    """The left half of the hash, as `at_hash` has it."""
    whole = _HASHES[algorithm](access_token.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()


def _same(told: Any, expected: str) -> bool:
    return isinstance(told, str) and hmac.compare_digest(told.encode(), expected.encode())
