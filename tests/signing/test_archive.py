"""An archived PDF is provable by itself: after revocation, after expiry, by others' strict rules."""

import asyncio
import io
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

import signing
from core import clock
from signing import Finding, KeyState, Level, SigningDesk, pdf_verification
from signing.certificates import Purpose
from signing.errors import DocumentRefused, EvidenceMissing
from signing.keys import SigningKey
from signing.timestamps import LocalAuthority
from tests.signing.authorities import issued
from tests.signing.conftest import AGENCY, application, page
from tests.signing.servers.openssl_authority import OpensslAuthority, serving
from tests.signing.test_pdf_attacks import overwritten
from tests.signing.test_revocation import anchors_for, key_of, sealed_by

YEAR = timedelta(days=365)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return application(tmp_path)


@pytest.fixture
def sealed(desk: SigningDesk) -> bytes:
    return signing.seal_pdf(page(), agency=AGENCY)


@pytest.fixture
def archived(sealed: bytes) -> bytes:
    return signing.archive_pdf(sealed)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpensslAuthority]:
    with serving(OpensslAuthority(tmp_path_factory.mktemp("authority"))) as found:
        yield found


def with_short_stamps(desk: SigningDesk, lifetime: timedelta) -> LocalAuthority:
    """Timestamps by a certificate that ends soon."""
    key = issued(desk.authority._issuing(), Purpose.TIMESTAMP, "Short Stamps", lifetime=lifetime)
    return LocalAuthority(key)


def test_an_archived_pdf_begins_with_the_one_that_was_sealed(sealed: bytes, archived: bytes):
    assert archived.startswith(sealed)
    report = signing.verify_pdf(archived)
    assert report.valid_now
    (signature,) = report.signatures
    assert signature.level is Level.ARCHIVED
    assert signature.changes is signing.Change.SIGNATURES
    assert report.archived_until is not None


def test_the_marks_of_an_archivable_document_stay(desk: SigningDesk):
    letter = (Path(__file__).parent / "letter.pdf").read_bytes()
    made = signing.archive_pdf(signing.seal_pdf(letter, agency=AGENCY))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert "<pdfaid:part>3</pdfaid:part>" in pdf.Root.Metadata.read_bytes().decode()
        assert len(pdf.Root.DSS.CRLs) == 2
    assert signing.verify_pdf(made).valid


def test_it_stays_valid_after_its_key_was_revoked(desk: SigningDesk, archived: bytes):
    with clock.shifted(timedelta(days=30)):
        desk.table.set_state(desk.seal_key(AGENCY).kid, KeyState.COMPROMISED)
        report = signing.verify_pdf(archived)
    assert report.valid
    assert report.valid_now is False


def test_a_foreign_signature_stays_provable_when_its_authority_is_gone(
    authority: OpensslAuthority, desk: SigningDesk
):
    """Its certificate is over, so its list names it no longer; what the PDF holds must do."""
    stamps = LocalAuthority(
        SigningKey.from_pem(
            authority.issue("stamps", "/CN=Foreign Stamps", "timestamps", "list").read_bytes()
        )
    )
    anchors = anchors_for(authority)
    sealed = sealed_by(key_of(authority, "foreign", "list"), stamps)
    made = signing.archive.archived(sealed, anchors, stamps)
    assert pdf_verification.verify(made, anchors).signatures[0].level is Level.ARCHIVED
    authority.faults.add("/list.crl")
    fresh = anchors_for(authority)
    assert not pdf_verification.verify(sealed, fresh).valid
    told = pdf_verification.verify(made, fresh).signatures[0]
    assert told.valid_then


def test_what_was_published_before_the_signature_does_not_prove_it(
    authority: OpensslAuthority, desk: SigningDesk
):
    authority.faults.clear()
    stamps = desk.timestamps
    key = key_of(authority, "early", "list")
    with clock.shifted(timedelta(hours=5)):
        sealed = sealed_by(key, stamps)  # type: ignore[arg-type]
        with pytest.raises(EvidenceMissing):
            signing.archive.archived(sealed, anchors_for(authority), stamps)


def test_it_is_renewed_before_its_timestamp_ends_and_outlives_it(desk: SigningDesk):
    short = with_short_stamps(desk, timedelta(days=40))
    desk.__dict__["timestamps"] = short
    first = signing.archive_pdf(signing.seal_pdf(page(), agency=AGENCY))
    desk.__dict__["timestamps"] = LocalAuthority(desk.authority.timestamp_key())
    with clock.shifted(timedelta(days=30)):
        renewed = signing.archive_pdf(first)
    assert renewed.startswith(first)
    with clock.shifted(timedelta(days=60)):
        assert Finding.TIMESTAMP_WRONG in signing.verify_pdf(first).reasons
        report = signing.verify_pdf(renewed)
        assert report.valid
        assert report.archived_until is not None


@pytest.mark.parametrize("content", [page(), b"", b"%PDF-1.7"])
def test_what_is_not_signed_is_not_archived(desk: SigningDesk, content: bytes):
    with pytest.raises(DocumentRefused):
        signing.archive_pdf(content)


def test_a_page_that_is_changed_under_the_archive_timestamp_is_noticed(
    desk: SigningDesk, sealed: bytes
):
    made = signing.archive_pdf(overwritten(sealed))
    report = signing.verify_pdf(made)
    assert Finding.CHANGED in report.reasons


def strictly(pdf: bytes, desk: SigningDesk, moment: datetime) -> AdESPassed | object:
    """What pyHanko's own archive validation says at a moment, by the file alone and today's lists."""
    root = desk.anchors.signers[0]
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[root]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO, retroactive_revinfo=True),
    )
    knowledge = LocalKnowledge(
        known_crls=[
            container for each in desk.authority.issuers() for container in _containers(desk, each)
        ]
    )
    gathering = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = SignatureValidationSpec(
        cert_validation_policy=policy,
        revinfo_gathering_policy=gathering,
        local_knowledge=knowledge,
    )
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    result = asyncio.run(
        ades_lta_validation(
            signature,
            PdfSignatureValidationSpec(spec),
            timing_info=ValidationTimingInfo(moment, moment, point_in_time_validation=True),
        )
    )
    return result.ades_subindic


def _containers(desk: SigningDesk, issuer: SigningKey) -> list[CRLContainer]:
    (listed,) = desk.publisher.published(issuer.asn1_certificate, None).lists
    return [CRLContainer(listed)]


def test_pyhanko_validates_it_strictly_years_after_revocation_and_expiry(desk: SigningDesk):
    """It asks the real clock, so the document is from five years ago."""
    with clock.shifted(-5 * YEAR):
        sealed = signing.seal_pdf(page(), agency=AGENCY)
        archived = signing.archive_pdf(sealed)
        kid = desk.seal_key(AGENCY).kid
    with clock.shifted(-4 * YEAR):
        desk.table.set_state(kid, KeyState.COMPROMISED)
    assert strictly(archived, desk, clock.now()) is AdESPassed.OK
    assert signing.verify_pdf(archived).valid
    assert strictly(sealed, desk, clock.now()) is not AdESPassed.OK


def test_others_open_it(archived: bytes, tmp_path: Path):
    path = tmp_path / "archived.pdf"
    path.write_bytes(archived)
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
