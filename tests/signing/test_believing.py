"""A key whose signature nobody would believe does not sign: asked of a foreign authority by openssl."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import signing
from core import clock
from signing import SigningDesk
from signing.authorities import Authority
from signing.believing import Believing
from signing.errors import (
    CertificateFromStranger,
    CertificateNotValidNow,
    CertificateRevoked,
    CertificateWrongPurpose,
    RevocationUnknown,
)
from signing.keys import SigningKey, as_asn1
from signing.revocation.fetching import Fetcher, egress
from signing.revocation.sources import Sources
from signing.trust import TrustAnchors
from tests.signing.authorities import attacker_key
from tests.signing.conftest import AGENCY, XML, application
from tests.signing.servers.openssl_authority import OpensslAuthority, serving

SUBJECT = "/C=VN/organizationIdentifier=VATVN-1/CN=Foreign Agency"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpensslAuthority]:
    with serving(OpensslAuthority(tmp_path_factory.mktemp("authority"))) as found:
        yield found


@pytest.fixture
def believing(authority: OpensslAuthority) -> Believing:
    authority.asked.clear()
    authority.faults.clear()
    pem = (authority.folder / "root.key").read_bytes() + (
        authority.folder / "root.pem"
    ).read_bytes()
    root = Authority(as_asn1(SigningKey.from_pem(pem).certificate), publishes=True)
    anchors = TrustAnchors((root,), Sources(fetcher=Fetcher(egress(loopback=True))))
    return Believing(lambda: anchors)


def key_of(authority: OpensslAuthority, name: str, kind: str = "signer") -> SigningKey:
    return SigningKey.from_pem(authority.issue(name, SUBJECT, kind, "list").read_bytes())


def test_a_key_whose_authority_did_not_revoke_it_signs(
    authority: OpensslAuthority, believing: Believing
):
    key = key_of(authority, "good")
    assert believing.require(key) is key
    assert authority.asked == ["/list.crl"]


def test_a_revoked_key_does_not_sign(authority: OpensslAuthority, believing: Believing):
    key = key_of(authority, "revoked")
    authority.revoke("revoked")
    with clock.shifted(timedelta(minutes=1)), pytest.raises(CertificateRevoked):
        believing.require(key)


def test_a_key_whose_authority_is_silent_waits(authority: OpensslAuthority, believing: Believing):
    key = key_of(authority, "silent")
    authority.faults.add("/list.crl")
    with pytest.raises(RevocationUnknown):
        believing.require(key)


def test_a_good_answer_counts_for_five_minutes(authority: OpensslAuthority, believing: Believing):
    key = key_of(authority, "soon")
    believing.require(key)
    authority.revoke("soon")
    with clock.shifted(timedelta(minutes=4)):
        assert believing.require(key)
    with clock.shifted(timedelta(hours=2)), pytest.raises(CertificateRevoked):
        believing.require(key)


def test_a_strangers_key_does_not_sign(believing: Believing):
    with pytest.raises(CertificateFromStranger):
        believing.require(attacker_key(AGENCY.name, AGENCY.id))


def test_a_time_stamping_key_does_not_sign(authority: OpensslAuthority, believing: Believing):
    with pytest.raises(CertificateWrongPurpose):
        believing.require(key_of(authority, "stamps", "timestamps"))


def test_a_key_before_its_time_does_not_sign(authority: OpensslAuthority, believing: Believing):
    key = key_of(authority, "early")
    with clock.shifted(timedelta(days=-3650)), pytest.raises(CertificateNotValidNow):
        believing.require(key)


def test_the_desk_asks_before_it_seals(
    authority: OpensslAuthority, believing: Believing, tmp_path: Path
):
    key = key_of(authority, "office")
    with application(tmp_path).app_context():
        desk = signing.signing_desk()
        assert isinstance(desk, SigningDesk)
        desk.believing = believing
        desk.table.add(f"seal/{AGENCY.id}", key)
        signing.seal_xml(XML, agency=AGENCY)
        authority.revoke("office")
        with clock.shifted(timedelta(hours=2)), pytest.raises(CertificateRevoked):
            signing.seal_xml(XML, agency=AGENCY)
