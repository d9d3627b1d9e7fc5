"""PKCS#12 files, made by openssl: the key stays in its file and the password somewhere else."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

import signing
from core import clock
from signing import SigningDesk
from signing.certificates import Purpose
from signing.errors import KeyRefused, NoKeyMaySign, SecretMissing
from signing.keys import KeyState, SigningKey
from signing.providers import software
from tests.signing.authorities import issued
from tests.signing.conftest import AGENCY, XML, application, page


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SigningDesk]:
    with application(tmp_path / "data").app_context():
        yield signing.signing_desk()


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEAL_PASSWORD", "mật khẩu")


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def exported(key: SigningKey, folder: Path, name: str = "seal") -> str:
    """The address of a PKCS#12 file that openssl wrote."""
    pem, file = folder / f"{name}.pem", folder / f"{name}.p12"
    pem.write_bytes(key.to_pem())
    command = ["openssl", "pkcs12", "-export", "-in", str(pem), "-out", str(file)]
    subprocess.run([*command, "-passout", "env:SEAL_PASSWORD"], check=True, capture_output=True)
    pem.unlink()
    return f"pkcs12:{file}?pin-source=env:SEAL_PASSWORD"


def made(desk: SigningDesk, key: rsa.RSAPrivateKey | None = None) -> SigningKey:
    return issued(desk.authority._issuing(), Purpose.SEAL, AGENCY.name, AGENCY.id, key=key)


def bring(address: str) -> signing.SealKey:
    return signing.bring_seal_key(AGENCY, address, None, lambda _key, waiting: waiting)


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_key_in_a_pkcs12_file_seals(
    office: SigningDesk, tmp_path: Path, rsa_key: rsa.RSAPrivateKey, kind: str
):
    brought = bring(exported(made(office, rsa_key if kind == "rsa" else None), tmp_path))
    assert (brought.kept_by, brought.valid) == ("pkcs12", True)
    sealed = signing.seal_pdf(page(), agency=AGENCY)
    assert signing.verify_pdf(sealed).valid
    assert signing.verify_xml(signing.seal_xml(XML, agency=AGENCY)).valid


def test_neither_key_nor_password_lie_in_the_key_table(office: SigningDesk, tmp_path: Path):
    bring(exported(made(office), tmp_path))
    for path in (office.table.folder / "seal" / AGENCY.id).iterdir():
        content = path.read_bytes()
        assert b"PRIVATE" not in content
        assert "mật khẩu".encode() not in content


def test_its_file_is_parsed_once_per_process(
    office: SigningDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    bring(exported(made(office), tmp_path))
    monkeypatch.setattr(software, "pkcs12_key", None)
    assert signing.seal_xml(XML, agency=AGENCY)


def test_the_password_may_lie_in_a_file(office: SigningDesk, tmp_path: Path):
    (tmp_path / "password").write_text("mật khẩu\n", "utf-8")
    address = exported(made(office), tmp_path)
    assert bring(address.replace("env:SEAL_PASSWORD", f"file:{tmp_path}/password")).valid


def test_a_wrong_password_is_named(
    office: SigningDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    address = exported(made(office), tmp_path)
    monkeypatch.setenv("SEAL_PASSWORD", "wrong")
    with pytest.raises(KeyRefused, match=r"seal\.p12"):
        bring(address)
    monkeypatch.delenv("SEAL_PASSWORD")
    with pytest.raises(SecretMissing, match="env:SEAL_PASSWORD"):
        bring(address)


def test_a_short_rsa_key_is_refused(office: SigningDesk, tmp_path: Path):
    short = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(KeyRefused, match="3072"):
        bring(exported(made(office, short), tmp_path))


def test_a_key_that_was_brought_goes_before_those_that_were_made_here(
    office: SigningDesk, tmp_path: Path
):
    here = signing.new_seal_key(AGENCY)
    brought = bring(exported(made(office), tmp_path))
    assert brought.valid_from < here.valid_from
    assert office.seal_key(AGENCY).kid == brought.serial
    assert office.seal_key(AGENCY, here.serial).kid == here.serial


def test_the_newest_active_key_seals_and_a_retired_one_no_more(office: SigningDesk, tmp_path: Path):
    older = bring(exported(made(office), tmp_path, "older"))
    with clock.shifted(timedelta(days=1)):
        newer = bring(exported(made(office), tmp_path, "newer"))
        assert office.seal_key(AGENCY).kid == newer.serial
        signing.set_key_state(newer.serial, KeyState.RETIRED)
        assert office.seal_key(AGENCY).kid == older.serial
        states = {key.serial: (key.state, key.valid) for key in signing.seal_keys(AGENCY.id)}
    assert states == {
        newer.serial: (KeyState.RETIRED, False),
        older.serial: (KeyState.ACTIVE, True),
    }


def test_no_development_key_is_made_in_the_stead_of_one_that_was_brought(
    office: SigningDesk, tmp_path: Path
):
    brought = bring(exported(made(office), tmp_path))
    signing.set_key_state(brought.serial, KeyState.COMPROMISED)
    with pytest.raises(NoKeyMaySign):
        signing.seal_xml(XML, agency=AGENCY)
    signing.set_key_state(brought.serial, KeyState.ACTIVE)
    assert signing.seal_xml(XML, agency=AGENCY)
