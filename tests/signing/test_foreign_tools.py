"""What other people's tools say: poppler's pdfsig, xmlsec1 and openssl share no code with us.

They come from Debian: poppler-utils, libnss3-tools, xmlsec1, openssl. Without them these tests fail.
"""

import io
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from lxml import etree
from pyhanko.pdf_utils.reader import PdfFileReader
from signxml.algorithms import CanonicalizationMethod, SignatureConstructionMethod, SignatureMethod
from signxml.xades.xades import XAdESSigner

import signing
from signing import SigningDesk, pdf, xml
from signing.certificates import Purpose
from signing.keys import SigningKey
from signing.package import DS, NAMESPACE, PREFIXES, XADES, parsed, seal_place, wrapped
from signing.timestamps import token_over
from signing.xml import timestamped_bytes
from tests.signing.authorities import issued
from tests.signing.conftest import AGENCY, XML, page

IDS = [f"{NAMESPACE}:Content", f"{PREFIXES['ds']}:KeyInfo", f"{PREFIXES['xades']}:SignedProperties"]


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False
    )


@pytest.fixture
def root(desk: SigningDesk, tmp_path: Path) -> Path:
    """Our trust anchor as a file."""
    path = tmp_path / "root.pem"
    path.write_bytes(signing.trust_anchor_pem())
    return path


@pytest.fixture
def nss(root: Path, tmp_path: Path) -> Path:
    """A certificate database that trusts nobody but our root."""
    folder = tmp_path / "nss"
    folder.mkdir()
    database = f"sql:{folder}"
    assert run("certutil", "-N", "-d", database, "--empty-password").returncode == 0
    added = run("certutil", "-A", "-d", database, "-n", "root", "-t", "CT,C,C", "-a", "-i", root)
    assert added.returncode == 0
    return folder


def pdfsig(pdf: bytes, nss: Path) -> str:
    path = nss.parent / "document.pdf"
    path.write_bytes(pdf)
    return run("pdfsig", "-nssdir", nss, path).stdout


def xmlsec1(xml: bytes, root: Path) -> subprocess.CompletedProcess[str]:
    path = root.parent / "package.xml"
    path.write_bytes(xml)
    ids = [argument for name in IDS for argument in ("--id-attr:Id", name)]
    return run("xmlsec1", "--verify", "--trusted-pem", root, *ids, path)


def openssl_time(token: bytes, covered: bytes, root: Path) -> subprocess.CompletedProcess[str]:
    token_path, data_path = root.parent / "token.der", root.parent / "covered"
    token_path.write_bytes(token)
    data_path.write_bytes(covered)
    return run(
        "openssl",
        "ts",
        "-verify",
        "-data",
        data_path,
        "-in",
        token_path,
        "-token_in",
        "-CAfile",
        root,
    )


def test_pdfsig_finds_the_seal_valid_trusted_and_over_the_whole_document(
    sealed_pdf: bytes, nss: Path
):
    said = pdfsig(sealed_pdf, nss)
    assert "Signature is Valid" in said
    assert "Certificate is Trusted" in said
    assert "Total document signed" in said
    assert f"Signer Certificate Common Name: {AGENCY.name}" in said


@pytest.fixture(scope="module")
def rsa_key(app: Flask) -> SigningKey:
    """A seal by RSA, as cards and older authorities have."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    with app.app_context():
        issuing = signing.signing_desk().authority._issuing()
        return issued(issuing, Purpose.SEAL, AGENCY.name, AGENCY.id, key=made)


def test_pdfsig_finds_a_seal_by_rsa_valid_too(rsa_key: SigningKey, desk: SigningDesk, nss: Path):
    sealed = pdf.seal(
        page(), key=rsa_key, agency=AGENCY.name, appearance=None, timestamps=desk.timestamps
    )
    said = pdfsig(sealed, nss)
    assert "Signature is Valid" in said
    assert "Certificate is Trusted" in said


def test_xmlsec1_accepts_a_seal_by_rsa_too(rsa_key: SigningKey, desk: SigningDesk, root: Path):
    done = xmlsec1(xml.seal(XML, key=rsa_key, timestamps=desk.timestamps), root)
    assert done.returncode == 0, done.stderr


def test_pdfsig_refuses_a_changed_copy(sealed_pdf: bytes, nss: Path):
    changed = sealed_pdf.replace(b"/MediaBox [ 0 0 595", b"/MediaBox [ 0 0 594")
    said = pdfsig(changed, nss)
    assert "Digest Mismatch" in said
    assert "Signature is Valid" not in said


def test_pdfsig_does_not_trust_the_seal_without_our_root(sealed_pdf: bytes, nss: Path):
    assert run("certutil", "-D", "-d", f"sql:{nss}", "-n", "root").returncode == 0
    assert "Certificate is Trusted" not in pdfsig(sealed_pdf, nss)


def test_xmlsec1_accepts_the_package(sealed_xml: bytes, root: Path):
    done = xmlsec1(sealed_xml, root)
    assert done.returncode == 0, done.stderr
    assert "SignedInfo References (ok/all): 3/3" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("before", "after"), [(b"000000123", b"000000124"), (b"SigningTime>20", b"SigningTime>19")]
)
def test_xmlsec1_refuses_a_changed_copy(sealed_xml: bytes, root: Path, before: bytes, after: bytes):
    changed = sealed_xml.replace(before, after, 1)
    assert changed != sealed_xml
    assert xmlsec1(changed, root).returncode != 0


def test_xmlsec1_does_not_trust_the_package_without_our_root(sealed_xml: bytes, tmp_path: Path):
    other = tmp_path / "root.pem"
    subject = ["-subj", "/CN=Other", "-nodes", "-keyout", str(tmp_path / "key")]
    assert (
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", *subject, "-out", other).returncode
        == 0
    )
    assert xmlsec1(sealed_xml, other).returncode != 0


def test_openssl_accepts_the_timestamps_of_both(sealed_pdf: bytes, sealed_xml: bytes, root: Path):
    signature = PdfFileReader(io.BytesIO(sealed_pdf)).embedded_signatures[0].signer_info
    (token,) = signature["unsigned_attrs"][0]["values"]
    done = openssl_time(token.dump(), signature["signature"].native, root)
    assert "Verification: OK" in done.stdout, done.stderr

    signed = etree.fromstring(sealed_xml).find(f".//{DS}Signature")
    assert signed is not None
    encoded = signed.findtext(f".//{XADES}EncapsulatedTimeStamp") or ""
    done = openssl_time(b64decode(encoded), timestamped_bytes(signed), root)
    assert "Verification: OK" in done.stdout, done.stderr


def test_openssl_refuses_a_timestamp_over_something_else(desk: SigningDesk, root: Path):
    token = token_over(desk.timestamps, b"this").dump()
    assert openssl_time(token, b"this", root).returncode == 0
    assert openssl_time(token, b"that", root).returncode != 0


def test_the_stock_signer_still_needs_our_correction(desk: SigningDesk, root: Path):
    """When this fails signxml has been mended, and ExclusiveSigner can lose half of itself."""
    key = desk.authority.seal_key(AGENCY)
    stock = XAdESSigner(
        method=SignatureConstructionMethod.detached,
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    package = wrapped(parsed(XML))
    certificates = [key.certificate, *key.intermediates]
    signature = stock.sign(
        package,
        key=key.private_key,
        cert=certificates,
        reference_uri="#content",
        always_add_key_value=False,
    )
    seal_place(package).append(signature)
    assert xmlsec1(etree.tostring(package), root).returncode != 0
