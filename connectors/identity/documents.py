"""What an identity provider publishes of itself: its metadata and its keys, kept for a while."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import jwt
from jwt.exceptions import PyJWTError

from connectors.calls import TIME_OUT_SECONDS
from connectors.errors import AnswerUnreadable, IdentityUnproven, SystemDown

SYSTEM: Final = "identity provider"
KEPT_SECONDS: Final = 3600.0
# An unknown key id makes us look again, but not oftener than this: anybody can invent key ids.
KEYS_NOT_OFTENER_THAN: Final = 10.0
LARGEST_ANSWER: Final = 256 * 1024
_SERVER_ERROR: Final = 500
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass
class _Kept:
    value: Any = None
    read_at: float = float("-inf")

    def is_older_than(self, seconds: float) -> bool:
        return time.monotonic() - self.read_at > seconds

    def renew(self, value: Any) -> Any:
        self.value, self.read_at = value, time.monotonic()
        return value


@dataclass
class Documents:
    """Metadata (OpenID Connect Discovery) and keys of one issuer, read when first needed."""

    issuer: str
    _metadata: _Kept = field(default_factory=_Kept)
    _keys: _Kept = field(default_factory=_Kept)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def metadata(self) -> Mapping[str, Any]:
        """The provider's metadata; raises SystemDown, AnswerUnreadable or IdentityUnproven."""
        with self._lock:
            if not self._metadata.is_older_than(KEPT_SECONDS):
                found: Mapping[str, Any] = self._metadata.value
                return found
            told = get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            _check(told, self.issuer)
            self._metadata.renew(told)
            return told

    def key(self, key_id: str | None, algorithm: str) -> jwt.PyJWK:
        """The public key of an id, for an algorithm; an unknown id is looked for once more.

        Without an id, the only key that fits. Raises IdentityUnproven when there is none.
        """
        address = self.metadata()["jwks_uri"]
        with self._lock:
            if self._keys.is_older_than(KEPT_SECONDS):
                self._keys.renew(_read_keys(address))
            found = _fitting(self._keys.value, key_id, algorithm)
            if found is None and self._keys.is_older_than(KEYS_NOT_OFTENER_THAN):
                found = _fitting(self._keys.renew(_read_keys(address)), key_id, algorithm)
        if found is None:
            raise IdentityUnproven(fault="signed by an unknown key")
        return found


def get(address: str, *, token: str = "") -> dict[str, Any]:
    """A JSON object from a provider."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return answer_of(lambda: httpx.get(address, headers=headers, timeout=TIME_OUT_SECONDS))


def answer_of(call: Any) -> dict[str, Any]:
    """The JSON object of an answer; raises SystemDown, AnswerUnreadable, IdentityUnproven."""
    try:
        response: httpx.Response = call()
    except httpx.HTTPError as error:
        raise SystemDown(system=SYSTEM, fault=type(error).__name__) from None
    if response.status_code >= _SERVER_ERROR:
        raise SystemDown(system=SYSTEM, fault=f"HTTP {response.status_code}")
    if not response.is_success:
        raise IdentityUnproven(fault=f"HTTP {response.status_code}")
    try:
        told = response.json() if len(response.content) <= LARGEST_ANSWER else None
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise AnswerUnreadable(system=SYSTEM, fault="not a JSON object")
    return told


def _check(told: Mapping[str, Any], issuer: str) -> None:
    """A provider speaks for itself only, and does not lead from TLS to none."""
    if told.get("issuer") != issuer:
        raise IdentityUnproven(fault="the metadata is another issuer's")
    for name in _ENDPOINTS:
        address = told.get(name)
        if not isinstance(address, str):
            raise AnswerUnreadable(system=SYSTEM, fault=f"{name} is missing")
        if urlsplit(address).scheme not in {"https", urlsplit(issuer).scheme}:
            raise IdentityUnproven(fault=f"{name} is not safe")


def _read_keys(address: str) -> list[jwt.PyJWK]:
    keys = []
    for each in get(address).get("keys", []):
        try:
            keys.append(jwt.PyJWK(each))
        except (PyJWTError, AttributeError, TypeError, ValueError):
            continue  # a key of a kind that we do not use
    return keys


def _fitting(keys: list[jwt.PyJWK], key_id: str | None, algorithm: str) -> jwt.PyJWK | None:
    signing = [key for key in keys if key.public_key_use in (None, "sig")]
    fitting = [key for key in signing if _suits(key, algorithm)]
    if key_id is None:
        return fitting[0] if len(fitting) == 1 else None
    return next((key for key in fitting if key.key_id == key_id), None)


def _suits(key: jwt.PyJWK, algorithm: str) -> bool:
    families = {"RSA": ("RS", "PS"), "EC": ("ES",), "OKP": ("Ed",)}
    stated = key._jwk_data.get("alg")
    if stated is not None and stated != algorithm:
        return False
    return algorithm.startswith(families.get(str(key.key_type), ("none",)))
