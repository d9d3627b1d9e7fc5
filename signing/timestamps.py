"""Where timestamps come from: the in-process development authority, or any RFC 3161 address."""

import hashlib

import httpx
from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from core import clock
from core.ids import new_id
from signing.awaiting import result_of
from signing.errors import TimestampUnavailable
from signing.keys import SigningKey
from signing.signatures import signed

# “2.999” is the arc that ITU-T X.660 sets aside for examples: this policy promises nothing.
_POLICY = "2.999.1.1"
_DIGEST = "sha256"
_ALGORITHMS = {True: "sha256_rsa", False: "sha256_ecdsa"}
_SECONDS = 10.0


class LocalAuthority(TimeStamper):
    """An RFC 3161 authority inside this process, for development: it believes its own clock.

    pyHanko's own one for tests knows RSA only and parses its key anew for every token.
    """

    def __init__(self, key: SigningKey) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
        self._key = key
        reference = as_signing_certificate_v2(key.asn1_certificate)
        self._reference = simple_cms_attribute("signing_certificate_v2", reference).dump()

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Grant every request."""
        token = self._token(self._statement(req).dump())
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})

    def _statement(self, request: tsp.TimeStampReq) -> tsp.TSTInfo:
        fields = {
            "version": "v1",
            "policy": _POLICY,
            "message_imprint": request["message_imprint"],
            "serial_number": new_id().int,
            "gen_time": clock.now().replace(microsecond=0),
            "tsa": asn1.GeneralName(
                name="directory_name", value=self._key.asn1_certificate.subject
            ),
        }
        if request["nonce"].native is not None:
            fields["nonce"] = request["nonce"]
        return tsp.TSTInfo(fields)

    def _token(self, statement: bytes) -> cms.ContentInfo:
        certificate = self._key.asn1_certificate
        algorithm = algos.DigestAlgorithm({"algorithm": _DIGEST})
        signed_data = {
            "version": "v3",
            "digest_algorithms": [algorithm],
            "encap_content_info": {
                "content_type": "tst_info",
                "content": cms.ParsableOctetString(statement),
            },
            "certificates": [certificate, *self._key.asn1_intermediates],
            "signer_infos": [self._signer_info(statement, certificate, algorithm)],
        }
        return cms.ContentInfo({"content_type": "signed_data", "content": signed_data})

    def _signer_info(
        self, statement: bytes, certificate: asn1.Certificate, digest: algos.DigestAlgorithm
    ) -> cms.SignerInfo:
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("message_digest", hashlib.sha256(statement).digest()),
                cms.CMSAttribute.load(self._reference),
            ]
        )
        covered = hashlib.sha256(attributes.dump()).digest()
        signature = signed(self._key.private_key, covered)
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": {
                    "issuer_and_serial_number": {
                        "issuer": certificate.issuer,
                        "serial_number": certificate.serial_number,
                    }
                },
                "digest_algorithm": digest,
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": _ALGORITHMS[self._key.of_rsa]},
                "signature": signature,
            }
        )


class RemoteAuthority(TimeStamper):
    """An RFC 3161 authority behind HTTP (RFC 3161 section 3.4)."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask the authority; raises TimestampUnavailable."""
        try:
            async with httpx.AsyncClient(timeout=_SECONDS) as client:
                answer = await client.post(
                    self._url,
                    content=req.dump(),
                    headers={"Content-Type": "application/timestamp-query"},
                )
            answer.raise_for_status()
            return tsp.TimeStampResp.load(answer.content, strict=True)
        except (httpx.HTTPError, ValueError) as error:
            raise TimestampUnavailable from error


def token_over(authority: TimeStamper, data: bytes) -> cms.ContentInfo:
    """A timestamp token over data; raises TimestampUnavailable."""
    digest = hashlib.sha256(data).digest()
    try:
        return result_of(authority.async_timestamp(digest, _DIGEST))
    except TimestampRequestError as error:
        raise TimestampUnavailable from error
