"""A remote signing service by the API of the Cloud Signature Consortium, both versions in one."""

import secrets
from base64 import b64decode, b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from tests.signing.servers.running import Fault, RemoteSigner

CREDENTIAL, CLIENT, SECRET, PIN = "cred-1", "motcua", "s3cret", "246810"
SHA256 = "2.16.840.1.101.3.4.2.1"


class CscServer(RemoteSigner):
    """Knows one client and one credential; its activation data count once, for their hashes only."""

    multisign = 3
    credentials: tuple[str, ...] = (CREDENTIAL,)

    def __init__(self, *known: Any) -> None:
        super().__init__(*known)
        self.bearers: set[str] = set()
        self.activations: dict[str, list[str]] = {}
        self.pending: dict[str, list[str]] = {}
        self.approved = False

    def told(self, path: str, sent: dict[str, Any], bearer: str) -> dict[str, Any]:
        method = path.removeprefix("/csc/v1/").removeprefix("/csc/v2/")
        if method == "oauth2/token":
            return self._token(sent)
        if bearer not in self.bearers:
            raise Fault(401, {"error": "invalid_token"})
        if method == "signatures/signPolling":
            return self._polled(str(sent["responseID"]))
        if method == "credentials/list":
            return {"credentialIDs": list(self.credentials)}
        if sent["credentialID"] != CREDENTIAL:
            raise Fault(400, {"error": "invalid_request"})
        second = path.startswith("/csc/v2/")
        return {
            "credentials/info": self._info,
            "credentials/authorize": self._second_authorised if second else self._first_authorised,
            "signatures/signHash": self._second_signed if second else self._first_signed,
        }[method](sent)

    def _token(self, sent: dict[str, Any]) -> dict[str, Any]:
        if (sent["client_id"], sent["client_secret"]) != (CLIENT, SECRET):
            raise Fault(401, {"error": "invalid_client"})
        bearer = secrets.token_hex()
        self.bearers.add(bearer)
        return {"access_token": bearer, "token_type": "Bearer", "expires_in": 3600}

    def _info(self, _sent: dict[str, Any]) -> dict[str, Any]:
        elliptic = isinstance(self.key, ec.EllipticCurvePrivateKey)
        status = "expired" if self.taken("credential-expired") else "valid"
        return {
            "key": {
                "status": "enabled",
                "algo": ["1.2.840.10045.4.3.2" if elliptic else "1.2.840.113549.1.1.1"],
            },
            "cert": {"status": status, "certificates": self.certificates()},
            "authMode": "explicit",
            "multisign": self.multisign,
        }

    def _first_authorised(self, sent: dict[str, Any]) -> dict[str, Any]:
        return self._authorised(sent, sent["hash"], sent.get("PIN"))

    def _second_authorised(self, sent: dict[str, Any]) -> dict[str, Any]:
        (pin,) = [each["value"] for each in sent["authData"] if each["id"] == "PIN"]
        assert sent["hashAlgorithmOID"] == SHA256
        return self._authorised(sent, sent["hashes"], pin)

    def _authorised(self, sent: dict[str, Any], digests: list[str], pin: object) -> dict[str, Any]:
        if pin != PIN:
            raise Fault(400, {"error": "invalid_pin", "error_description": "The PIN is wrong"})
        if self.taken("refused"):
            raise Fault(400, {"error": "access_denied", "error_description": "Không đồng ý"})
        if not 0 < sent["numSignatures"] == len(digests) <= self.multisign:
            raise Fault(400, {"error": "invalid_request"})
        activation = secrets.token_hex()
        self.activations[activation] = digests
        return {"SAD": activation, "expiresIn": 300}

    def _first_signed(self, sent: dict[str, Any]) -> dict[str, Any]:
        assert sent["hashAlgo"] == SHA256
        return {"signatures": self._signatures(sent, sent["hash"])}

    def _second_signed(self, sent: dict[str, Any]) -> dict[str, Any]:
        assert sent["hashAlgorithmOID"] == SHA256
        if sent.get("operationMode") != "A":
            return {"signatures": self._signatures(sent, sent["hashes"])}
        response = secrets.token_hex(8)
        self.pending[response] = self._signatures(sent, sent["hashes"])
        return {"responseID": response}

    def _signatures(self, sent: dict[str, Any], digests: list[str]) -> list[str]:
        if self.taken("expired") or self.activations.pop(sent["SAD"], None) != digests:
            raise Fault(400, {"error": "invalid_request", "error_description": "SAD expired"})
        if self.taken("one-too-few"):
            digests = digests[1:]
        return [b64encode(self.signature(b64decode(each))).decode() for each in digests]

    def _polled(self, response: str) -> dict[str, Any]:
        if self.taken("refused"):
            raise Fault(400, {"error": "access_denied", "error_description": "Không đồng ý"})
        if self.taken("expired"):
            raise Fault(400, {"error": "expired"})
        return {"signatures": self.pending[response]} if self.approved else {}
