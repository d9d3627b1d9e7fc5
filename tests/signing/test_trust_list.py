"""Other authorities are believed as the trust list says: for what, from when to when, and no others."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

import signing
from core.clock import now
from core.config import Settings
from core.errors import InvalidSetting
from signing import Finding, pdf
from signing.authorities import Use
from signing.keys import SigningKey
from signing.timestamps import LocalAuthority
from signing.trust_list import read_trust_list
from tests.signing.conftest import page
from tests.signing.servers.openssl_authority import OpensslAuthority, serving
from workflows.profiles import trust_list_of

AGENCY = "/C=VN/organizationIdentifier=VATVN-1/CN=Foreign Agency"
PERSON = "/C=VN/serialNumber=PNOVN-1/CN=Foreign Person"
Verdict = Callable[..., signing.Report]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpensslAuthority]:
    with serving(OpensslAuthority(tmp_path_factory.mktemp("authority"))) as found:
        yield found


@pytest.fixture(scope="module")
def documents(authority: OpensslAuthority) -> dict[str, bytes]:
    """A PDF sealed by an agency and one signed by a person, both below the foreign root."""
    stamps = LocalAuthority(key(authority, "stamps", "/CN=Foreign Stamps", "timestamps"))
    keys = {"seal": key(authority, "agency", AGENCY), "sign": key(authority, "person", PERSON)}
    return {
        use: pdf.seal(page(), key=each, agency="X", appearance=None, timestamps=stamps)
        for use, each in keys.items()
    }


@pytest.fixture
def verdict(authority: OpensslAuthority, documents: dict[str, bytes], tmp_path: Path) -> Verdict:
    """The report on a document under a list with the given lines."""
    (tmp_path / "roots").mkdir()
    (tmp_path / "roots" / "foreign.pem").write_bytes((authority.folder / "root.pem").read_bytes())

    def judged(document: str, *lines: str, publishes: str = "true") -> signing.Report:
        told = ["name: Foreign", "certificate: roots/foreign.pem", *lines]
        path = listed(tmp_path, *told, f"publishes_revocation: {publishes}")
        settings = Settings(data_directory=tmp_path, trust_list=str(path), egress_loopback=True)
        app = Flask("signing")
        signing.init_app(app, settings)
        with app.app_context():
            return signing.verify_pdf(documents[document])

    return judged


def key(authority: OpensslAuthority, name: str, subject: str, kind: str = "signer") -> SigningKey:
    return SigningKey.from_pem(authority.issue(name, subject, kind, "list").read_bytes())


def listed(folder: Path, *lines: str) -> Path:
    path = folder / "trust.yaml"
    path.write_text("authorities:\n  - " + "\n    ".join(lines) + "\n")
    return path


def test_a_listed_authority_is_believed(verdict: Verdict):
    report = verdict("seal", "for: [seal, sign, timestamp]")
    assert report.valid_now
    assert report.signatures[0].use is Use.SEAL
    assert report.signatures[0].issuer == "Foreign Root"


def test_nobody_else_is(documents: dict[str, bytes], desk: signing.SigningDesk):
    report = signing.verify_pdf(documents["seal"])
    assert report.intact
    assert set(report.reasons) == {Finding.UNKNOWN_AUTHORITY, Finding.TIMESTAMP_WRONG}


@pytest.mark.parametrize(("document", "other"), [("seal", "sign"), ("sign", "seal")])
def test_a_root_for_one_use_is_none_for_another(verdict: Verdict, document: str, other: str):
    assert verdict(document, f"for: [{document}, timestamp]").valid
    refused = verdict(document, f"for: [{other}, timestamp]")
    assert refused.reasons == (Finding.UNKNOWN_AUTHORITY,)


def test_a_root_for_signers_is_none_for_timestamps(verdict: Verdict):
    assert Finding.TIMESTAMP_WRONG in verdict("seal", "for: [seal]").reasons


@pytest.mark.parametrize("bound", ["since: 2999-01-01", "until: 2020-01-01"])
def test_a_root_is_believed_within_its_years_only(verdict: Verdict, bound: str):
    report = verdict("seal", "for: [seal, timestamp]", bound)
    assert Finding.UNKNOWN_AUTHORITY in report.reasons


def test_years_that_cover_the_signature_let_it_count(verdict: Verdict):
    bounds = ("since: 2020-01-01", f"until: {now().year + 2}-01-01")
    assert verdict("seal", "for: [seal, timestamp]", *bounds).valid


def test_where_nothing_is_published_the_report_says_so(verdict: Verdict):
    report = verdict("seal", "for: [seal, timestamp]", publishes="false")
    assert report.valid
    assert report.valid_now is None
    assert Finding.REVOCATION_NOT_PUBLISHED in report.notes


@pytest.mark.parametrize(
    "lines",
    [
        ("name: X", "certificate: missing.pem", "for: [seal]", "publishes_revocation: true"),
        ("name: X", "for: [seal]", "publishes_revocation: true"),
        ("name: X", "certificate: root.pem", "for: [everything]", "publishes_revocation: true"),
        ("name: X", "certificate: root.pem", "for: [seal]", "publishes_revocation: perhaps"),
        ("name: X", "certificate: root.pem", "for: [seal]"),
        ("name: X", "certificate: leaf.pem", "for: [seal]", "publishes_revocation: true"),
        ("certificate: root.pem", "for: [seal]", "publishes_revocation: true", "unknown: 1"),
    ],
)
def test_a_list_with_a_fault_is_refused_at_the_start(
    authority: OpensslAuthority, documents: dict[str, bytes], tmp_path: Path, lines: tuple[str, ...]
):
    (tmp_path / "root.pem").write_bytes((authority.folder / "root.pem").read_bytes())
    (tmp_path / "leaf.pem").write_bytes((authority.folder / "agency.crt").read_bytes())
    with pytest.raises(InvalidSetting):
        read_trust_list(listed(tmp_path, *lines))


def test_days_are_read_as_days_in_utc(authority: OpensslAuthority, tmp_path: Path):
    root = (authority.folder / "root.pem").read_text().strip().replace("\n", "\n      ")
    path = listed(
        tmp_path,
        "name: X",
        f"certificate: |\n      {root}",
        "for: [timestamp]",
        "since: 2026-03-01",
        "publishes_revocation: false",
    )
    (found,) = read_trust_list(path)
    assert found.since == datetime(2026, 3, 1, tzinfo=UTC)
    assert found.until is None


def test_the_list_of_the_profile_can_be_read():
    path = trust_list_of("vn")
    assert path is not None
    assert read_trust_list(path) == ()
