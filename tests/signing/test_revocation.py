"""A revoked certificate is told, by list and by answer; where nothing can be learned, that is told."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

import signing
from core import clock
from signing import Finding, KeyState, Report, pdf, pdf_verification, xml, xml_verification
from signing.authorities import Authority
from signing.keys import SigningKey, as_asn1
from signing.revocation.fetching import Fetcher, egress
from signing.revocation.sources import Sources
from signing.timestamps import LocalAuthority
from signing.trust import TrustAnchors
from tests.signing.authorities import attacker_key
from tests.signing.conftest import AGENCY, XML, application, page
from tests.signing.servers.openssl_authority import OpensslAuthority, serving

SUBJECT = "/C=VN/organizationIdentifier=VATVN-1/CN=Foreign Agency"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpensslAuthority]:
    with serving(OpensslAuthority(tmp_path_factory.mktemp("authority"))) as found:
        yield found


@pytest.fixture(autouse=True)
def _nothing_asked_yet(authority: OpensslAuthority) -> None:
    authority.asked.clear()
    authority.faults.clear()


@pytest.fixture(scope="module")
def stamps(authority: OpensslAuthority) -> LocalAuthority:
    """Timestamps below the same foreign root."""
    path = authority.issue("stamps", "/CN=Foreign Stamps", "timestamps", "list")
    return LocalAuthority(SigningKey.from_pem(path.read_bytes()))


def root_of(authority: OpensslAuthority) -> Authority:
    key = SigningKey.from_pem(
        (authority.folder / "root.key").read_bytes() + (authority.folder / "root.pem").read_bytes()
    )
    return Authority(as_asn1(key.certificate), publishes=True, name="Foreign")


def anchors_for(authority: OpensslAuthority, *, publishes: bool = True) -> TrustAnchors:
    """Believe the foreign authority, and remember nothing of what it said before."""
    root = replace(root_of(authority), publishes=publishes)
    return TrustAnchors((root,), Sources(fetcher=Fetcher(egress(loopback=True))))


def key_of(authority: OpensslAuthority, name: str, *addresses: str) -> SigningKey:
    return SigningKey.from_pem(authority.issue(name, SUBJECT, "signer", *addresses).read_bytes())


def sealed_by(key: SigningKey, stamps: LocalAuthority | None) -> bytes:
    return pdf.seal(page(), key=key, agency="X", appearance=None, timestamps=stamps)


def only(report: Report) -> signing.Signed:
    (found,) = report.signatures
    return found


@pytest.mark.parametrize("way", ["list", "responder"])
def test_a_certificate_that_was_not_revoked_stands_then_and_now(
    authority: OpensslAuthority, stamps: LocalAuthority, way: str
):
    sealed = sealed_by(key_of(authority, f"good-{way}", way), stamps)
    report = pdf_verification.verify(sealed, anchors_for(authority))
    assert report.valid
    assert report.valid_now
    assert {"list": "/list.crl", "responder": "/ocsp"}[way] in authority.asked


@pytest.mark.parametrize("way", ["list", "responder"])
def test_what_a_revoked_key_signs_is_refused(
    authority: OpensslAuthority, stamps: LocalAuthority, way: str
):
    name = f"revoked-{way}"
    key = key_of(authority, name, way)
    authority.revoke(name)
    with clock.shifted(timedelta(minutes=5)):
        report = pdf_verification.verify(sealed_by(key, stamps), anchors_for(authority))
    assert report.reasons == (Finding.REVOKED,)
    assert not report.trusted
    assert report.intact


def test_what_was_signed_before_stays_good_and_the_report_tells_since_when_it_is_revoked(
    authority: OpensslAuthority, stamps: LocalAuthority
):
    key = key_of(authority, "later", "list")
    with clock.shifted(timedelta(minutes=-30)):
        sealed = sealed_by(key, stamps)
    authority.revoke("later")
    report = pdf_verification.verify(sealed, anchors_for(authority))
    assert report.valid
    assert report.valid_now is False
    assert only(report).revoked_at is not None


def test_without_a_timestamp_a_revoked_key_counts_as_revoked_before(authority: OpensslAuthority):
    key = key_of(authority, "unstamped", "list")
    sealed = sealed_by(key, None)
    authority.revoke("unstamped")
    with clock.shifted(timedelta(seconds=2)):
        report = pdf_verification.verify(sealed, anchors_for(authority))
    assert Finding.REVOKED in report.reasons


def test_the_same_holds_for_xml(authority: OpensslAuthority, stamps: LocalAuthority):
    key = key_of(authority, "xml", "list")
    sealed = xml.seal(XML, key=key, timestamps=stamps)
    assert xml_verification.verify(sealed, anchors_for(authority)).valid_now
    authority.revoke("xml")
    with clock.shifted(timedelta(minutes=5)):
        fresh = xml.seal(XML, key=key, timestamps=stamps)
        report = xml_verification.verify(fresh, anchors_for(authority))
    assert report.reasons == (Finding.REVOKED,)
    assert report.signed_xml is None


def test_a_silent_authority_that_publishes_leaves_the_answer_open_and_so_not_valid(
    authority: OpensslAuthority, stamps: LocalAuthority
):
    sealed = sealed_by(key_of(authority, "silent", "responder"), stamps)
    authority.faults.add("/ocsp")
    report = pdf_verification.verify(sealed, anchors_for(authority))
    assert report.reasons == (Finding.REVOCATION_UNKNOWN,)
    assert report.valid_now is False


def test_a_silent_responder_is_helped_out_by_the_list(
    authority: OpensslAuthority, stamps: LocalAuthority
):
    sealed = sealed_by(key_of(authority, "both", "responder", "list"), stamps)
    authority.faults.add("/ocsp")
    assert pdf_verification.verify(sealed, anchors_for(authority)).valid
    assert authority.asked.count("/ocsp") == 1


def test_an_authority_that_publishes_nothing_is_believed_but_never_valid_now(
    authority: OpensslAuthority, stamps: LocalAuthority
):
    sealed = sealed_by(key_of(authority, "unpublished"), stamps)
    report = pdf_verification.verify(sealed, anchors_for(authority, publishes=False))
    assert report.valid
    assert report.valid_now is None
    assert Finding.REVOCATION_NOT_PUBLISHED in report.notes
    assert authority.asked == []


def test_a_revoked_time_stamping_authority_is_not_believed(authority: OpensslAuthority):
    path = authority.issue("bad-stamps", "/CN=Bad Stamps", "timestamps", "list")
    stamps = LocalAuthority(SigningKey.from_pem(path.read_bytes()))
    sealed = sealed_by(key_of(authority, "stamped", "list"), stamps)
    assert pdf_verification.verify(sealed, anchors_for(authority)).valid
    authority.revoke("bad-stamps")
    with clock.shifted(timedelta(seconds=2)):
        report = pdf_verification.verify(sealed, anchors_for(authority))
    assert Finding.TIMESTAMP_WRONG in report.reasons


def test_an_authority_is_asked_once_and_remembered(
    authority: OpensslAuthority, stamps: LocalAuthority
):
    sealed = sealed_by(key_of(authority, "once", "list"), stamps)
    anchors = anchors_for(authority)
    for _ in range(3):
        assert pdf_verification.verify(sealed, anchors).valid
    assert authority.asked == ["/list.crl"]


def test_nobody_can_make_us_call_an_address_by_a_certificate_of_his_own(
    authority: OpensslAuthority, stamps: LocalAuthority
):
    stranger = OpensslAuthority(_folder(authority, "stranger"))
    stranger.address = authority.address
    sealed = sealed_by(key_of(stranger, "stranger", "list", "responder"), stamps)
    report = pdf_verification.verify(sealed, anchors_for(authority))
    assert Finding.UNKNOWN_AUTHORITY in report.reasons
    # The timestamps are of the authority that is believed: its list alone was asked for, and once.
    assert authority.asked == ["/list.crl"]


def test_a_list_of_another_authority_says_nothing(
    authority: OpensslAuthority, stamps: LocalAuthority
):
    stranger = OpensslAuthority(_folder(authority, "other"))
    with serving(stranger):
        authority.address, own = stranger.address, authority.address
        sealed = sealed_by(key_of(authority, "misled", "list"), stamps)
        authority.address = own
        report = pdf_verification.verify(sealed, anchors_for(authority))
    assert report.reasons == (Finding.REVOCATION_UNKNOWN,)


def test_openssl_verifies_our_list_and_agrees_about_our_answers(tmp_path: Path):
    with application(tmp_path).app_context():
        desk = signing.signing_desk()
        key, other = desk.authority.seal_key(AGENCY), desk.authority.new_seal(AGENCY)
        desk.table.add(f"seal/{AGENCY.id}", other)
        desk.table.set_state(key.kid, KeyState.COMPROMISED)
        issuing = desk.authority._issuing()
        files = {
            "issuing.pem": key.intermediates[0],
            "root.pem": desk.authority.root_certificate(),
            "revoked.pem": key.certificate,
            "good.pem": other.certificate,
        }
        for name, certificate in files.items():
            (tmp_path / name).write_bytes(certificate.public_bytes(Encoding.PEM))
        listed = desk.publisher.revoked_list(issuing.kid)
        (tmp_path / "list.crl").write_bytes(listed or b"")
        form = ["-inform", "DER", "-CAfile", "issuing.pem", "-text"]
        told = _openssl(tmp_path, "crl", "-in", "list.crl", *form)
        assert "verify OK" in told
        assert key.kid.upper().zfill(40) in told.replace(":", "").upper()
        for name, expected in (("revoked", "revoked"), ("good", "good")):
            asked = ["-issuer", "issuing.pem", "-cert", f"{name}.pem"]
            _openssl(tmp_path, "ocsp", *asked, "-reqout", "request.der")
            answer = desk.publisher.answer((tmp_path / "request.der").read_bytes())
            (tmp_path / "answer.der").write_bytes(answer)
            trusted = ["-CAfile", "root.pem", "-verify_other", "issuing.pem", "-no_nonce"]
            said = _openssl(tmp_path, "ocsp", *asked, "-respin", "answer.der", *trusted)
            assert f"{name}.pem: {expected}" in said
            assert "Response verify OK" in said


def test_a_request_that_is_none_gets_an_answer_that_says_so(desk: signing.SigningDesk):
    (desk.table.folder.parent / "x").write_bytes(desk.publisher.answer(b"nonsense"))
    said = _openssl(desk.table.folder.parent, "ocsp", "-respin", "x", "-noverify", "-text")
    assert "malformedrequest" in said


def test_our_own_revoked_key_is_refused_at_once(tmp_path: Path):
    with application(tmp_path).app_context():
        desk = signing.signing_desk()
        before = signing.seal_pdf(page(), agency=AGENCY)
        key = desk.authority.seal_key(AGENCY)
        with clock.shifted(timedelta(minutes=10)):
            desk.table.set_state(key.kid, KeyState.COMPROMISED)
            assert signing.verify_pdf(before).valid
            assert signing.verify_pdf(before).valid_now is False
        with clock.shifted(timedelta(minutes=20)):
            after = pdf.seal(
                page(), key=key, agency="X", appearance=None, timestamps=desk.timestamps
            )
            assert signing.verify_pdf(after).reasons == (Finding.REVOKED,)


def test_an_expired_certificate_is_still_on_our_list(tmp_path: Path):
    with application(tmp_path).app_context():
        desk = signing.signing_desk()
        key = desk.authority.seal_key(AGENCY)
        desk.table.set_state(key.kid, KeyState.COMPROMISED)
        with clock.shifted(timedelta(minutes=20)):
            after = pdf.seal(
                page(), key=key, agency="X", appearance=None, timestamps=desk.timestamps
            )
        with clock.shifted(timedelta(days=5 * 365)):
            assert signing.verify_pdf(after).reasons == (Finding.REVOKED,)


def test_an_attackers_certificate_with_the_same_number_is_not_helped_by_our_list(
    desk: signing.SigningDesk,
):
    forged = pdf.seal(
        page(),
        key=attacker_key(AGENCY.name, AGENCY.id),
        agency="X",
        appearance=None,
        timestamps=desk.timestamps,
    )
    assert signing.verify_pdf(forged).reasons == (Finding.UNKNOWN_AUTHORITY,)


def _folder(authority: OpensslAuthority, name: str) -> Path:
    path = authority.folder / f"folder-{name}"
    path.mkdir()
    return path


def _openssl(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=False)
    return (done.stdout + done.stderr).decode()
