"""Whether a signature made now would be believed: the question a verifier will ask, asked before."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from core import clock
from signing.errors import (
    CertificateFromStranger,
    CertificateNotValidNow,
    CertificateRevoked,
    CertificateWrongPurpose,
    KeyMayNotSign,
    RevocationUnknown,
)
from signing.keys import AnyKey
from signing.report import Finding
from signing.trust import TrustAnchors

# A key that is compromised stops at once by its state; this only spares asking its authority anew.
_REMEMBERED: Final = timedelta(minutes=5)
_ERRORS: Final[dict[Finding, type[KeyMayNotSign]]] = {
    Finding.REVOKED: CertificateRevoked,
    Finding.NOT_VALID_THEN: CertificateNotValidNow,
    Finding.WRONG_PURPOSE: CertificateWrongPurpose,
}


class Believing:
    """Judges certificates as verification does, and remembers good answers for five minutes."""

    def __init__(self, anchors: Callable[[], TrustAnchors]) -> None:
        self._anchors = anchors
        self._good: dict[AnyKey, datetime] = {}

    def require(self, key: AnyKey) -> AnyKey:
        """The key, when its certificate stands now; raises KeyMayNotSign or RevocationUnknown."""
        moment = clock.now()
        seen = self._good.get(key)
        if seen is None or not seen <= moment <= seen + _REMEMBERED:
            self._judge(key, moment)
            self._good[key] = moment
        return key

    def _judge(self, key: AnyKey, moment: datetime) -> None:
        judged = self._anchors().judged(key.asn1_certificate, key.asn1_intermediates, moment)
        if judged.problem is Finding.REVOCATION_UNKNOWN:
            raise RevocationUnknown(kid=key.kid)
        if judged.problem is not None:
            raise _ERRORS.get(judged.problem, CertificateFromStranger)(kid=key.kid)
