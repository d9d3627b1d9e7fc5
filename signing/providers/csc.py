"""Remote signing by the API of the Cloud Signature Consortium, versions 1.0.4 and 2.

    csc+https://rssp.example/csc/v1?credential=ID&client-id=NAME
        &client-secret-source=env:CSC_SECRET&pin-source=env:CSC_PIN

`version=2` speaks the second one, and `mode=async` of it waits for a person. Only hashes leave. The
credential's certificate must be the one in the key table, and each authorisation covers exactly the
hashes that are signed by it.
"""

import time
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding

from core import clock
from core.errors import N_
from signing.errors import SignatureDoesNotMatch, SignerAddressRefused, SignerUnavailable
from signing.keys import AnyKey
from signing.providers.address import Address
from signing.providers.answers import Answer, Expired, Refused, Request, Signed, Waiting
from signing.providers.service import Said, Service
from signing.providers.wrong_secrets import WrongSecret
from signing.secrets import secret

SHA256: Final = "2.16.840.1.101.3.4.2.1"
ECDSA: Final = ("1.2.840.10045.4.3.2",)
RSA: Final = ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1")
_MARGIN_SECONDS: Final = 30
_WAIT_SECONDS: Final = 300
_UNAUTHORIZED: Final = 401
_WRONG_PIN: Final = frozenset({"invalid_pin", "invalid_otp"})
_NO: Final = frozenset({"access_denied", "authorization_rejected"})
_TOO_LATE: Final = frozenset({"expired", "expired_token", "transaction_expired"})
_PENDING: Final = frozenset({"authorization_pending", "signing_in_progress", "pending"})


class CloudSignature:
    """Signs with one credential."""

    def __init__(self, address: Address) -> None:
        self._service = Service(address)
        self._values = address.values
        self._credential = address.values.get("credential", "")
        self._client = address.required("client-id")
        self._client_secret = address.required("client-secret-source")
        self._words = _words(address)
        self._wait = address.number("wait", _WAIT_SECONDS)
        self._wrong_pin = WrongSecret()
        self._bearer = ""
        self._bearer_ends = 0.0

    @property
    def answers_at_once(self) -> bool:
        """Unless a person is asked, which the second version can wait for."""
        return self._values.get("mode") != "async"

    def start(self, key: AnyKey, requests: Sequence[Request]) -> Answer:
        """The signatures, or a promise.

        Raises SignerUnavailable, SecretMissing, and SignatureDoesNotMatch for another certificate.
        """
        algorithm, together = self._credential_of(key)
        if not self.answers_at_once:
            return self._begun(requests, algorithm)
        try:
            groups = _groups(requests, together)
            signatures = [each for group in groups for each in self._signed(group, algorithm)]
        except Said as said:
            return _refused(said)
        return Signed(tuple(signatures))

    def poll(self, key: AnyKey, transaction: str, requests: int) -> Answer:  # noqa: ARG002 (the port counts)
        """How a transaction of the second version stands."""
        try:
            answer = self._ask("signatures/signPolling", {"responseID": transaction})
        except Said as said:
            if said.word in _PENDING:
                return self._waiting(transaction)
            return Expired() if said.word in _TOO_LATE else _refused(said)
        if "signatures" not in answer:
            return self._waiting(transaction)
        return Signed(tuple(_signatures(answer)))

    def _credential_of(self, key: AnyKey) -> tuple[str, int]:
        """The algorithm to name, and how many signatures one authorisation may cover."""
        try:
            named = self._credential = self._credential or self._only_credential()
            wanted = {"credentialID": named, "certificates": "chain", "authInfo": True}
            told = self._ask("credentials/info", wanted)
        except Said as said:
            raise SignerUnavailable(reason=said.sentence) from said
        _require_certificate(told, key)
        offered = (told.get("key") or {}).get("algo") or ()
        known = RSA if key.of_rsa else ECDSA
        algorithm = next((each for each in known if each in offered), known[0])
        return algorithm, max(1, int(told.get("multisign") or 1))

    def _only_credential(self) -> str:
        """The one that the service lists for us; raises SignerAddressRefused when it is not one."""
        listed = [str(each) for each in self._ask("credentials/list", {}).get("credentialIDs", ())]
        if len(listed) != 1:
            offered = ", ".join(listed) or "-"
            raise SignerAddressRefused(reason=f"it lacks “credential”, one of: {offered}")
        return listed[0]

    def _signed(self, requests: Sequence[Request], algorithm: str) -> list[bytes]:
        activation = self._authorised(requests)
        answer = self._ask(
            "signatures/signHash",
            {
                "credentialID": self._credential,
                "SAD": activation,
                "signAlgo": algorithm,
                **self._words.hashes(requests, "hashAlgo"),
            },
        )
        return _signatures(answer)

    def _begun(self, requests: Sequence[Request], algorithm: str) -> Answer:
        try:
            answer = self._ask(
                "signatures/signHash",
                {
                    "credentialID": self._credential,
                    "SAD": self._authorised(requests),
                    "signAlgo": algorithm,
                    "operationMode": "A",
                    "clientData": requests[0].reference,
                    **self._words.hashes(requests, "hashAlgo"),
                },
            )
        except Said as said:
            return _refused(said)
        return self._waiting(str(answer.get("responseID", "")))

    def _authorised(self, requests: Sequence[Request]) -> str:
        """The signature activation data for exactly these hashes."""
        reference = self._values.get("pin-source", "")
        pin = secret(reference) if reference else ""
        self._wrong_pin.look(pin)
        sent = {
            "credentialID": self._credential,
            "numSignatures": len(requests),
            "description": requests[0].title,
            **self._words.hashes(requests, ""),
            **(self._words.pin(pin) if pin else {}),
        }
        try:
            return str(self._ask("credentials/authorize", sent)["SAD"])
        except KeyError as error:
            raise SignerUnavailable(reason="credentials/authorize") from error
        except Said as said:
            if said.word in _WRONG_PIN:
                raise self._wrong_pin.refused(pin) from said
            raise

    def _waiting(self, transaction: str) -> Waiting:
        if not transaction:
            raise SignerUnavailable(reason="signatures/signHash")
        return Waiting(transaction, clock.now() + timedelta(seconds=self._wait))

    def _ask(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of a method; a bearer token that is refused is replaced once. Raises Said."""
        try:
            return self._service.post(method, body, self._authorization())
        except Said as said:
            if said.status != _UNAUTHORIZED:
                raise
        self._bearer = ""
        return self._service.post(method, body, self._authorization())

    def _authorization(self) -> dict[str, str]:
        if not self._bearer or time.monotonic() > self._bearer_ends:
            self._bearer, lasts = self._token()
            self._bearer_ends = time.monotonic() + lasts - _MARGIN_SECONDS
        return {"Authorization": f"Bearer {self._bearer}"}

    def _token(self) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client,
            "client_secret": secret(self._client_secret),
        }
        try:
            told = self._service.post_form(self._values.get("token-path", "oauth2/token"), form)
            return str(told["access_token"]), float(told.get("expires_in", 0))
        except (Said, KeyError, ValueError) as error:
            raise SignerUnavailable(reason=N_("it does not know us")) from error


class FirstVersion:
    """How version 1.0.4 names things."""

    def hashes(self, requests: Sequence[Request], algorithm: str) -> dict[str, Any]:
        """What is to be signed."""
        named = {algorithm: SHA256} if algorithm else {}
        return {"hash": [b64encode(each.digest).decode() for each in requests], **named}

    def pin(self, value: str) -> dict[str, Any]:
        """What proves that the credential's owner wants it."""
        return {"PIN": value}


class SecondVersion:
    """How version 2 names them."""

    def hashes(self, requests: Sequence[Request], _algorithm: str) -> dict[str, Any]:
        """What is to be signed."""
        digests = [b64encode(each.digest).decode() for each in requests]
        return {"hashes": digests, "hashAlgorithmOID": SHA256}

    def pin(self, value: str) -> dict[str, Any]:
        """What proves that the credential's owner wants it."""
        return {"authData": [{"id": "PIN", "value": value}]}


def _words(address: Address) -> FirstVersion | SecondVersion:
    version = address.values.get("version", "1")
    if version == "2":
        return SecondVersion()
    if version != "1" or address.values.get("mode") == "async":
        raise SignerAddressRefused(reason=N_("its version is 1 or 2, and only 2 can wait"))
    return FirstVersion()


def _groups(requests: Sequence[Request], size: int) -> list[list[Request]]:
    rest = iter(requests)
    return list(iter(lambda: list(islice(rest, size)), []))


def _require_certificate(told: Mapping[str, Any], key: AnyKey) -> None:
    """The credential is enabled, and its certificate and chain are those that we hold."""
    certificate, held = told.get("cert") or {}, told.get("key") or {}
    if held.get("status", "enabled") != "enabled" or certificate.get("status", "valid") != "valid":
        raise SignerUnavailable(
            reason=N_("the credential is disabled or its certificate not valid")
        )
    chain = [b64decode(each) for each in certificate.get("certificates") or ()]
    ours = [each.public_bytes(Encoding.DER) for each in (key.certificate, *key.intermediates)]
    if chain[: len(ours)] != ours[: len(chain)] or not chain:
        raise SignatureDoesNotMatch


def _signatures(answer: Mapping[str, Any]) -> list[bytes]:
    try:
        return [b64decode(each, validate=True) for each in answer["signatures"]]
    except (KeyError, TypeError, ValueError) as error:
        raise SignerUnavailable(reason="signatures/signHash") from error


def _refused(said: Said) -> Refused:
    """The person's no; whatever else it says is a fault that may pass."""
    if said.word in _NO:
        return Refused(said.sentence)
    raise SignerUnavailable(reason=said.sentence) from said
