"""What authorities publish about revoked certificates: lists (CRL) and single answers (OCSP)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto import crl, ocsp

EXPIRED_CERTIFICATES_ON_LIST: Final = "2.5.29.60"


@dataclass(frozen=True)
class Evidence:
    """Lists and answers as they were published; whoever weighs them checks who signed them."""

    lists: tuple[crl.CertificateList, ...] = ()
    answers: tuple[ocsp.OCSPResponse, ...] = ()

    def __or__(self, other: "Evidence") -> "Evidence":
        return Evidence(self.lists + other.lists, self.answers + other.answers)

    def __bool__(self) -> bool:
        return bool(self.lists or self.answers)

    def current(self, moment: datetime) -> "Evidence":
        """Only what its publisher still holds for current at a moment."""
        return Evidence(
            tuple(each for each in self.lists if moment <= _list_until(each)),
            tuple(each for each in self.answers if moment <= _answer_until(each)),
        )

    def since(self, moment: datetime) -> "Evidence":
        """Only what was published at a moment or later; a second that is begun counts as whole."""
        begun = moment.replace(microsecond=0)
        return Evidence(
            tuple(each for each in self.lists if _list_from(each) >= begun),
            tuple(each for each in self.answers if _answer_from(each) >= begun),
        )

    def of_expired(self) -> "Evidence":
        """Only lists that say that they keep naming certificates that are over (X.509, 9.5.2.8)."""
        return Evidence(tuple(each for each in self.lists if _keeps_expired(each)))


def gathered(found: Iterable[Evidence]) -> Evidence:
    """All of it together."""
    whole = Evidence()
    for each in found:
        whole |= each
    return whole


def _list_from(published: crl.CertificateList) -> datetime:
    moment: datetime = published["tbs_cert_list"]["this_update"].native
    return moment


def _list_until(published: crl.CertificateList) -> datetime:
    """Until when a list counts; one that does not say so counts for its own second alone."""
    told: datetime | None = published["tbs_cert_list"]["next_update"].native
    return told or _list_from(published)


def _answer_from(answer: ocsp.OCSPResponse) -> datetime:
    moment: datetime = _single(answer)["this_update"].native
    return moment


def _answer_until(answer: ocsp.OCSPResponse) -> datetime:
    told: datetime | None = _single(answer)["next_update"].native
    return told or _answer_from(answer)


def _single(answer: ocsp.OCSPResponse) -> ocsp.SingleResponse:
    return answer.response_data["responses"][0]


def _keeps_expired(published: crl.CertificateList) -> bool:
    extensions = published["tbs_cert_list"]["crl_extensions"]
    return any(each["extn_id"].native == EXPIRED_CERTIFICATES_ON_LIST for each in extensions)
