"""Remote signing shaped like SmartCA: hashes go out, a person approves them on the phone.

    smartca+https://gateway.example/sca/sp769?user-id=079…&sp-id=NAME
        &sp-password-source=env:SCA_PASSWORD&webhook-secret-source=env:SCA_WEBHOOK

The shape is that of public samples, not of a contract: paths, words and the header of the webhook are
values of the address, and whoever has the provider's own document sets them by it (docs/signers.md).
"""

import hashlib
import hmac
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

import orjson

from core import clock
from core.errors import N_
from signing.errors import CallbackRefused, SignerUnavailable
from signing.keys import AnyKey
from signing.providers.address import Address
from signing.providers.answers import Answer, Callback, Expired, Refused, Request, Signed, Waiting
from signing.providers.service import Said, Service
from signing.secrets import secret

_WAIT_SECONDS: Final = 300
_DEFAULTS: Final = {
    "sign-path": "v1/signatures/sign",
    "status-path": "v1/signatures/sign/{transaction}/status",
    "certificate-path": "v1/credentials/get_certificate",
    "done": "200,SUCCESS",
    "waiting": "4000,WAITING,PENDING,WAITING_FOR_SIGNER_CONFIRM",
    "refused": "4001,REJECTED,SIGNER_REJECTED",
    "expired": "4002,EXPIRED,TRANSACTION_EXPIRED",
    "known": "4003,TRANSACTION_EXISTED",
    "webhook-header": "X-Signature",
}


class SmartCa:
    """Asks for one person's signatures."""

    answers_at_once: Final = False

    def __init__(self, address: Address) -> None:
        self._service = Service(address)
        self._values = {**_DEFAULTS, **address.values}
        self._wait = address.number("wait", _WAIT_SECONDS)
        self._user = address.required("user-id")
        self._provider = address.required("sp-id")
        self._password = address.required("sp-password-source")

    def start(self, key: AnyKey, requests: Sequence[Request]) -> Answer:
        """A promise: the phone has rung. The same references never make it ring twice.

        Raises SignerUnavailable and SecretMissing.
        """
        transaction = _transaction(key, requests)
        answer = self._ask(
            self._values["sign-path"],
            {
                "transaction_id": transaction,
                "transaction_desc": requests[0].title,
                "serial_number": key.kid,
                "sign_files": [_file(place, each) for place, each in enumerate(requests)],
            },
        )
        told = self._word(answer)
        if told not in {"done", "waiting", "known"}:
            return self._no(told, answer)
        return Waiting(transaction, self._until())

    def poll(self, key: AnyKey, transaction: str, requests: int) -> Answer:  # noqa: ARG002 (the port counts)
        """How a transaction stands; errors as in `start`."""
        path = self._values["status-path"].replace("{transaction}", quote(transaction, safe=""))
        return self._told(self._ask(path, {"transaction_id": transaction}), transaction, "data")

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """What the service tells of its own accord; raises CallbackRefused and SecretMissing.

        Its header holds the HMAC-SHA256 of the body by the secret that both know, hexadecimal.
        """
        shared = secret(self._values.get("webhook-secret-source", ""))
        expected = hmac.new(shared.encode(), body, hashlib.sha256).hexdigest()
        name = self._values["webhook-header"].lower()
        given = next((value for each, value in headers.items() if each.lower() == name), "")
        if not hmac.compare_digest(expected.encode(), given.strip().lower().encode()):
            raise CallbackRefused
        try:
            told = orjson.loads(body)
            transaction = str(told["transaction_id"])
            return Callback(transaction, self._told(told, transaction, ""))
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise CallbackRefused from error

    def _told(self, answer: Mapping[str, Any], transaction: str, within: str) -> Answer:
        told = self._word(answer)
        files = _files((answer.get(within) if within else answer) or {})
        if told == "waiting" or (told == "done" and not files):
            return Waiting(transaction, self._until())
        return Signed(_signatures(files)) if told == "done" else self._no(told, answer)

    def _no(self, told: str, answer: Mapping[str, Any]) -> Answer:
        if told == "expired":
            return Expired()
        if told == "refused":
            return Refused(str(answer.get("message", "")))
        raise SignerUnavailable(reason=str(answer.get("message") or answer.get("status_code")))

    def _word(self, answer: Mapping[str, Any]) -> str:
        """Which of our words its number or message means; its number alone where both are known."""
        spoken = (str(answer.get("status_code", "")), str(answer.get("message", "")).upper())
        meanings = ("known", "expired", "refused", "waiting", "done")
        found = (
            each for word in reversed(spoken) for each in meanings if word in self._words(each)
        )
        return next(found, "")

    def _words(self, meaning: str) -> frozenset[str]:
        return frozenset(self._values[meaning].upper().split(",")) - {""}

    def _ask(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        ours = {
            "sp_id": self._provider,
            "sp_password": secret(self._password),
            "user_id": self._user,
        }
        try:
            return self._service.post(path, {**ours, **body})
        except Said as said:
            return {"status_code": said.status, "message": said.word}

    def _until(self) -> datetime:
        return clock.now() + timedelta(seconds=self._wait)


def _transaction(key: AnyKey, requests: Sequence[Request]) -> str:
    """The same for the same requests, whoever asks again after a crash."""
    named = "\n".join((key.kid, *(f"{each.reference} {each.digest.hex()}" for each in requests)))
    return str(uuid5(NAMESPACE_URL, named))


def _file(place: int, request: Request) -> dict[str, str]:
    return {
        "doc_id": str(place),
        "data_to_be_signed": request.digest.hex(),
        "sign_type": "hash",
        "file_type": "bin",
    }


def _files(told: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What was signed, under either of its names."""
    return told.get("signatures") or told.get("signed_files") or ()


def _signatures(files: Sequence[Mapping[str, Any]]) -> tuple[bytes, ...]:
    """The signatures in the order in which they were asked for."""
    try:
        ordered = sorted(files, key=lambda each: int(each["doc_id"]))
        return tuple(b64decode(each["signature_value"], validate=True) for each in ordered)
    except (KeyError, TypeError, ValueError) as error:
        raise SignerUnavailable(reason=N_("its signatures cannot be read")) from error
