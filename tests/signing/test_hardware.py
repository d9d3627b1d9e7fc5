"""Keys that hardware keeps, by PKCS#11: SoftHSM2 from Debian stands for the hardware.

Without the package softhsm2 these tests fail.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from flask import Flask

import signing
from signing import SigningDesk
from signing.certificates import Purpose
from signing.errors import (
    KeyRefused,
    SecretMissing,
    SignatureDoesNotMatch,
    SignerAddressRefused,
    SignerUnavailable,
)
from signing.key_table import Entry
from signing.keys import RemoteKey
from signing.port import start_together
from signing.providers import Request, Signed, provider_of
from signing.providers.tokens import Module, token
from signing.registering import register
from signing.signatures import PrivateKey, checked
from tests.signing.authorities import issued
from tests.signing.conftest import AGENCY, XML, application, page
from tests.signing.tokens import SoftToken, configuration, module

KINDS = ["ec", "rsa"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tokens live; the library reads its environment once."""
    folder = tmp_path_factory.mktemp("softhsm")
    os.environ["SOFTHSM2_CONF"] = str(configuration(folder))
    return folder


@pytest.fixture(scope="module")
def made() -> dict[str, PrivateKey]:
    return {
        "ec": ec.generate_private_key(ec.SECP256R1()),
        "rsa": rsa.generate_private_key(public_exponent=65537, key_size=3072),
    }


@pytest.fixture(scope="module")
def soft(folder: Path, made: dict[str, PrivateKey]) -> SoftToken:
    """A token with a key of either kind."""
    soft = SoftToken("motcua", folder).make()
    for number, kind in enumerate(KINDS):
        soft.put(made[kind], kind, number)
    return soft


@pytest.fixture(scope="module")
def offices(
    soft: SoftToken, made: dict[str, PrivateKey], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Flask]:
    """An installation for either kind, whose agency has its key in the token."""
    return {kind: office(tmp_path_factory.mktemp(kind), soft, kind, made) for kind in KINDS}


def office(folder: Path, soft: SoftToken, kind: str, made: dict[str, PrivateKey]) -> Flask:
    app = application(folder)
    with app.app_context():
        desk = signing.signing_desk()
        register(desk, f"seal/{AGENCY.id}", key_of(desk, soft.address(kind), made[kind]), never)
    return app


def key_of(desk: SigningDesk, address: str, key: PrivateKey) -> RemoteKey:
    certified = issued(desk.authority._issuing(), Purpose.SEAL, AGENCY.name, AGENCY.id, key=key)
    return RemoteKey(address, certified.certificate, certified.intermediates)


def never(*_: object) -> Signed:
    raise AssertionError("hardware answers at once")


@pytest.fixture
def held(soft: SoftToken, desk: SigningDesk, made: dict[str, PrivateKey]) -> RemoteKey:
    return key_of(desk, soft.address("ec"), made["ec"])


def sign(key: RemoteKey, digest: bytes = b"d" * 32) -> bytes:
    answer = provider_of(key).start(key, [Request(digest, "", "")])
    assert isinstance(answer, Signed)
    return checked(key.certificate, digest, answer.signature)


@pytest.mark.parametrize("kind", KINDS)
def test_a_pdf_is_sealed_by_a_key_in_hardware(offices: dict[str, Flask], kind: str):
    with offices[kind].app_context():
        report = signing.verify_pdf(signing.seal_pdf(page(), agency=AGENCY))
    assert report.valid
    assert report.agency == AGENCY.id


@pytest.mark.parametrize("kind", KINDS)
def test_xml_is_sealed_by_a_key_in_hardware(offices: dict[str, Flask], kind: str):
    with offices[kind].app_context():
        assert signing.verify_xml(signing.seal_xml(XML, agency=AGENCY)).valid


@pytest.mark.parametrize("kind", KINDS)
def test_a_statement_is_signed_by_a_key_in_hardware(offices: dict[str, Flask], kind: str):
    with offices[kind].app_context():
        signature = signing.sign_statement(b"root of the day", agency=AGENCY)
        token = signing.stamp_statement(b"root of the day")
        assert signing.verify_statement(b"root of the day", signature, token).valid


def test_no_private_key_lies_in_the_key_table(offices: dict[str, Flask]):
    with offices["ec"].app_context():
        files = (signing.signing_desk().table.folder / "seal" / AGENCY.id).iterdir()
        assert not [path for path in files if b"PRIVATE" in path.read_bytes()]


def test_many_digests_are_signed_in_the_order_in_which_they_came(offices: dict[str, Flask]):
    digests = [bytes([number]) * 32 for number in range(5)]
    with offices["rsa"].app_context():
        key = signing.signing_desk().seal_key(AGENCY)
        answer = start_together(key.kid, [Request(each, "", "") for each in digests])
    assert isinstance(answer, Signed)
    for digest, signature in zip(digests, answer.signatures, strict=True):
        checked(key.certificate, digest, signature)


def test_a_process_that_was_forked_opens_its_own_session(offices: dict[str, Flask]):
    """As web servers do: what the parent opened is of no use to its children."""
    with offices["ec"].app_context():
        folder = signing.signing_desk().table.folder.parent
    ran = subprocess.run(
        [sys.executable, "-m", "tests.signing.forked", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.split() == ["child", "signed", "parent", "signed"], ran.stderr


def test_a_session_that_was_shut_is_opened_again(soft: SoftToken, held: RemoteKey):
    sign(held)
    token(module(), soft.label, "", f"file:{soft.pin_file}").session().close()
    assert sign(held)


def test_a_token_that_is_gone_is_named_and_one_that_is_back_signs(
    folder: Path, desk: SigningDesk, made: dict[str, PrivateKey], soft: SoftToken
):
    lost = SoftToken("pulled", folder).make()
    lost.put(made["ec"], "ec")
    key = key_of(desk, lost.address("ec"), made["ec"])
    sign(key)
    (folder / "tokens").rename(folder / "elsewhere")
    (folder / "tokens").mkdir()
    with pytest.raises(SignerUnavailable):
        sign(key)
    (folder / "tokens").rmdir()
    (folder / "elsewhere").rename(folder / "tokens")
    assert sign(key)


def test_a_wrong_pin_is_not_tried_twice(
    folder: Path, desk: SigningDesk, made: dict[str, PrivateKey], monkeypatch: pytest.MonkeyPatch
):
    """Hardware locks itself after a few wrong tries, and a job tries many times."""
    locked = SoftToken("locked", folder).make()
    locked.put(made["ec"], "ec")
    key = key_of(desk, locked.address("ec"), made["ec"])
    locked.pin_file.write_text("9999")
    asked = count_of(monkeypatch)
    with pytest.raises(SignerUnavailable, match="PIN"):
        sign(key)
    asked.clear()
    with pytest.raises(SignerUnavailable, match="PIN"):
        sign(key)
    assert not asked
    locked.pin_file.write_text("1234")
    assert sign(key)


def count_of(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    asked: list[object] = []
    real = Module.token

    def counted(self: Module, wanted: dict[str, object]) -> object:
        asked.append(wanted)
        return real(self, wanted)

    monkeypatch.setattr(Module, "token", counted)
    return asked


def test_a_pin_that_is_not_where_it_should_be_is_named(held: RemoteKey, soft: SoftToken):
    address = held.provider.replace(str(soft.pin_file), "/nowhere")
    with pytest.raises(SecretMissing, match="/nowhere"):
        sign(RemoteKey(address, held.certificate))


def test_a_pin_may_come_from_the_environment(
    held: RemoteKey, soft: SoftToken, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SEAL_PIN", "1234")
    address = held.provider.replace(f"file:{soft.pin_file}", "env:SEAL_PIN")
    assert sign(RemoteKey(address, held.certificate))


def test_a_key_that_the_token_does_not_have_is_named(held: RemoteKey):
    with pytest.raises(SignerUnavailable, match="NoSuchKey"):
        sign(RemoteKey(held.provider.replace("object=ec", "object=xx"), held.certificate))


@pytest.mark.parametrize(
    "change",
    [
        ("token=motcua;", ""),
        (";object=ec", ""),
        ("module-path", "module"),
        ("pin-source", "source"),
        ("pin-source=file:", "pin-value=1234&pin-source=file:"),
        ("pkcs11:", "pkcs12345:"),
    ],
    ids=lambda change: change[0],
)
def test_an_address_that_says_too_little_or_a_secret_is_refused(
    held: RemoteKey, change: tuple[str, str]
):
    with pytest.raises(SignerAddressRefused):
        sign(RemoteKey(held.provider.replace(*change), held.certificate))


def test_a_certificate_of_another_key_is_not_registered(
    soft: SoftToken, desk: SigningDesk, made: dict[str, PrivateKey]
):
    stranger = key_of(desk, soft.address("ec"), ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(SignatureDoesNotMatch):
        register(desk, f"seal/{AGENCY.id}", stranger, never)
    assert stranger.kid not in [key.kid for key in desk.table.all(f"seal/{AGENCY.id}")]


def test_a_key_is_registered_once(offices: dict[str, Flask]):
    with offices["ec"].app_context():
        desk = signing.signing_desk()
        key = desk.seal_key(AGENCY)
        assert isinstance(key, RemoteKey)
        with pytest.raises(KeyRefused):
            register(desk, "seal/other", key, never)
        assert not desk.table.entries("seal/other")


def test_an_entry_tells_where_its_key_is(offices: dict[str, Flask]) -> None:
    with offices["rsa"].app_context():
        (entry,) = signing.signing_desk().table.entries(f"seal/{AGENCY.id}")
        assert isinstance(entry, Entry)
        assert [key.kept_by for key in signing.seal_keys(AGENCY.id)] == ["pkcs11"]
