"""Signed statements hold, and foreign tools say so; what was changed does not."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

import signing
from signing import SigningDesk
from signing.report import Finding
from tests.signing.conftest import AGENCY, OTHER_AGENCY

STATEMENT = b'{"number":1}'


@dataclass(frozen=True)
class Signed:
    signature: bytes
    token: bytes


@pytest.fixture
def signed(desk: SigningDesk) -> Signed:
    assert desk
    signature = signing.sign_statement(STATEMENT, agency=AGENCY)
    return Signed(signature, signing.stamp_statement(STATEMENT))


def test_a_statement_tells_who_signed_it_and_when(signed: Signed) -> None:
    report = signing.verify_statement(STATEMENT, signed.signature, signed.token)
    assert report.valid
    assert report.agency == AGENCY.id
    assert report.timestamp is not None


def test_another_statement_is_not_the_signed_one(signed: Signed) -> None:
    report = signing.verify_statement(STATEMENT + b" ", signed.signature, signed.token)
    assert not report.valid
    assert {Finding.CHANGED, Finding.TIMESTAMP_WRONG} <= set(report.reasons)


def test_the_token_of_another_statement_is_noticed(signed: Signed) -> None:
    token = signing.stamp_statement(b"other")
    report = signing.verify_statement(STATEMENT, signed.signature, token)
    assert report.reasons == (Finding.TIMESTAMP_WRONG,)


def test_a_broken_signature_is_unreadable(signed: Signed) -> None:
    report = signing.verify_statement(STATEMENT, signed.signature[:-40], signed.token)
    assert report.reasons == (Finding.UNREADABLE,)


def test_the_signature_of_another_agency_names_that_agency(signed: Signed) -> None:
    signature = signing.sign_statement(STATEMENT, agency=OTHER_AGENCY)
    assert signing.verify_statement(STATEMENT, signature, signed.token).agency == OTHER_AGENCY.id


def test_openssl_accepts_the_signature_and_the_token(signed: Signed, tmp_path: Path) -> None:
    given = {"s": STATEMENT, "s.p7s": signed.signature, "s.tst": signed.token}
    given["root.pem"] = signing.trust_anchor_pem()
    for name, content in given.items():
        (tmp_path / name).write_bytes(content)
    for command in (
        "cms -verify -binary -inform DER -in s.p7s -content s -CAfile root.pem -purpose any",
        "ts -verify -data s -in s.tst -token_in -CAfile root.pem",
    ):
        done = subprocess.run(
            ["openssl", *command.split()], cwd=tmp_path, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
