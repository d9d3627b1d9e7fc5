"""`motcua seal-keys` brings keys that others keep, and says what is to be thought of each."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from flask.cli import ScriptInfo
from sqlalchemy import select

import signing
from accounts.queries import agency_by_code
from commands.sample.people import account_of
from commands.seal_keys import seal_keys
from core.audit import AuditEvent
from core.database import db, reading
from signing.audit import SigningTag
from signing.certificates import Purpose
from signing.keys import SigningKey
from tests.signing.authorities import issued
from tests.web.house import AGENCY, House


@pytest.fixture
def key(house: House) -> SigningKey:
    with house.app.app_context():
        issuing = signing.signing_desk().authority._issuing()
        return issued(issuing, Purpose.SEAL, "Sở Y tế", "H26.16")


@pytest.fixture
def address(key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where its PKCS#12 file is."""
    monkeypatch.setenv("SEAL_PASSWORD", "secret")
    file = tmp_path / "seal.p12"
    made = pkcs12.serialize_key_and_certificates(
        None, key.private_key, key.certificate, None, BestAvailableEncryption(b"secret")
    )
    file.write_bytes(made)
    return f"pkcs12:{file}?pin-source=env:SEAL_PASSWORD"


def said(house: House, *words: str) -> Result:
    info = ScriptInfo(create_app=lambda: house.app)
    return CliRunner().invoke(seal_keys, [AGENCY, *words], obj=info)


def test_a_key_that_was_brought_seals_and_one_that_is_retired_does_not(
    house: House, key: SigningKey, address: str, tmp_path: Path
):
    chain = tmp_path / "chain.pem"
    chain.write_bytes(key.certificates_pem())
    told = said(house, "--provider", address, "--certificate", str(chain))
    assert told.exit_code == 0, told.output
    first = told.output.splitlines()[0]
    assert first.startswith(key.kid)
    assert first.endswith("pkcs12")
    told = said(house, "--state", key.kid, "retired")
    assert f"{key.kid}" in told.output
    assert "  retired  " in told.output
    with house.app.app_context():
        events = db.session.scalars(select(AuditEvent).filter_by(subject=key.kid)).all()
        assert {event.tag: event.details for event in events} == {
            SigningTag.KEY_BROUGHT: {"kept_by": "pkcs12", "login": ""},
            SigningTag.KEY_STATED: {"state": "retired"},
        }


def test_a_persons_key_is_brought_by_login(
    house: House, key: SigningKey, address: str, tmp_path: Path
):
    chain = tmp_path / "chain.pem"
    chain.write_bytes(key.certificates_pem())
    told = said(house, "--provider", address, "--certificate", str(chain), "--login", "lanhdao")
    assert told.exit_code == 0, told.output
    with house.app.app_context():
        assert signing.personal_keys(str(account_of("lanhdao").id))[0].serial == key.kid


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--provider", "pkcs11:token=x"), "certificate is missing"),
        (("--provider", "pkcs12:/nowhere?pin-source=env:NOTHING"), "env:NOTHING"),
        (("--provider", "pkcs12:/nowhere?pin-source=env:SEAL_PASSWORD"), "/nowhere"),
        (("--provider", "x", "--login", "nobody"), "Nobody signs in as nobody"),
        (("--state", "abc", "retired"), "have a key abc"),
    ],
    ids=["no-certificate", "no-password", "no-file", "no-person", "no-key"],
)
def test_what_is_missing_is_named(
    house: House, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
):
    monkeypatch.setenv("SEAL_PASSWORD", "secret")
    result = said(house, *words)
    assert result.exit_code == 1
    assert told in result.output


def test_a_state_that_does_not_exist_is_refused(house: House):
    with house.app.app_context():
        with reading():
            agency = agency_by_code(AGENCY)
        assert agency is not None
        (key, *_) = signing.seal_keys(str(agency.id)) or [
            signing.new_seal_key(signing.Agency(str(agency.id), AGENCY))
        ]
    assert "not broken" in said(house, "--state", key.serial, "broken").output
