"""A remote signing service whose users approve on their phones, in the shape of public samples."""

import hashlib
import hmac
import json
from base64 import b64encode
from typing import Any

from tests.signing.servers.running import Fault, RemoteSigner

PROVIDER, PASSWORD, USER, WEBHOOK_SECRET = "motcua-sp", "sp-pass", "079123456789", "hook-secret"
WAITING, REFUSED, EXPIRED = (4000, "WAITING"), (4001, "REJECTED"), (4002, "EXPIRED")


class SmartCaServer(RemoteSigner):
    """One user with a phone; what is in `transactions` is on its screen."""

    def __init__(self, *known: Any) -> None:
        super().__init__(*known)
        self.transactions: dict[str, list[dict[str, str]]] = {}
        self.state: tuple[int, str] = WAITING
        self.rang = 0

    def told(self, path: str, sent: dict[str, Any], bearer: str) -> dict[str, Any]:
        if (sent["sp_id"], sent["sp_password"]) != (PROVIDER, PASSWORD):
            raise Fault(401, {"status_code": 401, "message": "UNAUTHORIZED"})
        if sent["user_id"] != USER:
            return {"status_code": 404, "message": "USER_NOT_FOUND", "data": None}
        if path == "/sca/v1/signatures/sign":
            return self._rung(sent)
        assert path.startswith("/sca/v1/signatures/sign/"), path
        assert path.endswith("/status"), path
        return self._status(path.split("/")[-2])

    def approve(self) -> None:
        """The user presses the button."""
        self.state = (200, "SUCCESS")

    def webhook(self, transaction: str) -> tuple[dict[str, str], bytes]:
        """What it would send of its own accord: headers and body."""
        number, message = self.state
        body = {
            "sp_id": PROVIDER,
            "status_code": number,
            "message": message,
            "transaction_id": transaction,
            "signed_files": self._signed(transaction) if number == 200 else [],
        }
        content = json.dumps(body).encode()
        told = hmac.new(WEBHOOK_SECRET.encode(), content, hashlib.sha256).hexdigest()
        return {"x-signature": told}, content

    def _rung(self, sent: dict[str, Any]) -> dict[str, Any]:
        transaction = sent["transaction_id"]
        if transaction in self.transactions:
            return {"status_code": 4003, "message": "TRANSACTION_EXISTED", "data": None}
        self.transactions[transaction] = sent["sign_files"]
        self.rang += 1
        return {"status_code": 200, "message": "SUCCESS", "data": {"transaction_id": transaction}}

    def _status(self, transaction: str) -> dict[str, Any]:
        number, message = self.state
        if number != 200:
            return {"status_code": number, "message": message, "data": None}
        signed = {"transaction_id": transaction, "signatures": self._signed(transaction)}
        return {"status_code": 200, "message": "SUCCESS", "data": signed}

    def _signed(self, transaction: str) -> list[dict[str, str]]:
        """In no order at all, as nothing promises one."""
        return [
            {
                "doc_id": each["doc_id"],
                "signature_value": b64encode(
                    self.signature(bytes.fromhex(each["data_to_be_signed"]))
                ).decode(),
            }
            for each in reversed(self.transactions[transaction])
        ]
