"""The signer's port: what happens between preparing a document and embedding its signature."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

import signing
from core import clock
from core.errors import MotcuaError
from signing import SigningDesk, port
from signing.errors import (
    CertificateNotValidNow,
    CertificateWrongPurpose,
    KeyCompromised,
    KeyRetired,
    PreparedDamaged,
    SealKeyMissing,
    SignatureDoesNotMatch,
)
from signing.key_table import KeyTable
from signing.keys import KeyState, SigningKey
from signing.port import Form, Prepared
from tests.signing.conftest import AGENCY, APPEARANCE, OTHER_AGENCY, XML, application, page

FORMS = pytest.mark.parametrize("form", Form)


def prepared(desk: SigningDesk, form: Form, key: signing.AnyKey | None = None) -> Prepared:
    key = key or desk.seal_key(AGENCY)
    if form is Form.PDF:
        return port.prepare_pdf(page(), key=key, name=AGENCY.name, appearance=APPEARANCE)
    return port.prepare_xml(XML, key=key)


def signature_of(waiting: Prepared) -> bytes:
    answer = port.start(waiting, title="Giấy phép", reference="1")
    assert isinstance(answer, port.Signed)
    return answer.signature


def verified(waiting: Prepared, content: bytes) -> signing.Report:
    return (signing.verify_pdf if waiting.form is Form.PDF else signing.verify_xml)(content)


@FORMS
def test_what_was_prepared_is_embedded_from_bytes_that_were_kept(desk: SigningDesk, form: Form):
    kept = prepared(desk, form).dump()
    signature = signature_of(Prepared.load(kept))
    with clock.shifted(timedelta(days=2)):
        waiting = Prepared.load(kept)
        report = verified(waiting, port.embed(waiting, signature))
    assert report.valid
    assert report.timestamp is not None


@FORMS
def test_only_a_digest_leaves_for_the_signer(desk: SigningDesk, form: Form):
    assert len(prepared(desk, form).digest) == 32


@FORMS
def test_the_signature_of_another_document_is_not_embedded(desk: SigningDesk, form: Form):
    other = replace(prepared(desk, form), digest=b"x" * 32)
    with pytest.raises(SignatureDoesNotMatch):
        port.embed(prepared(desk, form), signature_of(other))


@FORMS
def test_the_signature_of_another_key_is_not_embedded(desk: SigningDesk, form: Form):
    waiting = prepared(desk, form)
    other = replace(waiting, kid=desk.seal_key(OTHER_AGENCY).kid)
    with pytest.raises(SignatureDoesNotMatch):
        port.embed(waiting, signature_of(other))


@FORMS
@pytest.mark.parametrize("part", ["document", "digest", "document_sha256", "nothing-is-left"])
def test_what_was_changed_while_it_waited_is_not_embedded(desk: SigningDesk, form: Form, part: str):
    waiting = prepared(desk, form)
    changed = {
        "document": replace(waiting, state=altered(waiting.state)),
        "digest": replace(waiting, digest=b"x" * 32),
        "document_sha256": replace(waiting, document_sha256="0" * 64),
        "nothing-is-left": replace(waiting, state=b""),
    }[part]
    with pytest.raises(PreparedDamaged):
        port.embed(changed, signature_of(changed))


@pytest.fixture(scope="module", params=Form)
def sent(request: pytest.FixtureRequest, app: Flask) -> tuple[bytes, bytes]:
    """What was kept of a document that waits, and the signature that came for it."""
    with app.app_context():
        waiting = prepared(signing.signing_desk(), request.param)
        return waiting.dump(), signature_of(waiting)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 2**20), value=st.integers(0, 255))
def test_no_byte_of_what_was_kept_can_change_and_be_embedded_unnoticed(
    sent: tuple[bytes, bytes], app: Flask, place: int, value: int
):
    kept, signature = sent
    place %= len(kept)
    changed = kept[:place] + bytes([value]) + kept[place + 1 :]
    with app.app_context():
        try:
            waiting = Prepared.load(changed)
            content = port.embed(waiting, signature)
        except MotcuaError:
            return
        assert verified(waiting, content).valid


def altered(state: bytes) -> bytes:
    changed = state.replace(b"000000123", b"999999999").replace(b"0 0 595", b"0 0 594")
    assert changed != state
    return changed


@pytest.mark.parametrize("content", [b"", b"[]\n", b"{}\n", b'{"kid": 1, "form": "odt"}\nx'])
def test_bytes_that_were_never_prepared_are_refused_by_name(content: bytes):
    with pytest.raises(PreparedDamaged):
        Prepared.load(content)


def test_a_key_that_was_retired_finishes_what_it_began_and_begins_nothing(tmp_path):
    with application(tmp_path).app_context():
        desk = signing.signing_desk()
        waiting = prepared(desk, Form.XML)
        signature = signature_of(waiting)
        desk.table.set_state(waiting.kid, KeyState.RETIRED)
        assert signing.verify_xml(port.embed(waiting, signature)).valid
        with pytest.raises(KeyRetired):
            signature_of(waiting)


def test_a_compromised_key_does_not_even_finish(tmp_path):
    with application(tmp_path).app_context():
        desk = signing.signing_desk()
        waiting = prepared(desk, Form.XML)
        signature = signature_of(waiting)
        desk.table.set_state(waiting.kid, KeyState.COMPROMISED)
        with pytest.raises(KeyCompromised):
            port.embed(waiting, signature)


def test_a_certificate_that_ended_while_somebody_thought_it_over_signs_nothing(tmp_path):
    with application(tmp_path).app_context():
        waiting = prepared(signing.signing_desk(), Form.PDF)
        signature = signature_of(waiting)
        with clock.shifted(timedelta(days=4 * 365)), pytest.raises(CertificateNotValidNow):
            port.embed(waiting, signature)


def test_a_key_for_another_purpose_is_not_asked(tmp_path):
    with application(tmp_path).app_context():
        desk = signing.signing_desk()
        stamper = desk.authority.timestamp_key()
        desk.table.add(f"seal/{AGENCY.id}", stamper)
        with pytest.raises(CertificateWrongPurpose):
            signature_of(prepared(desk, Form.XML, stamper))


@pytest.mark.parametrize("kid", ["", "0", "../x", "*"])
def test_a_key_that_is_not_in_the_table_is_named(desk: SigningDesk, kid: str):
    with pytest.raises(SealKeyMissing):
        port.embed(replace(prepared(desk, Form.XML), kid=kid), b"")


def test_what_one_process_says_of_a_key_counts_in_another(tmp_path):
    with application(tmp_path).app_context():
        desk = signing.signing_desk()
        first = desk.seal_key(AGENCY)
        KeyTable(desk.table.folder).set_state(first.kid, KeyState.COMPROMISED)
        second = desk.seal_key(AGENCY)
        assert second.kid != first.kid
        assert isinstance(second, SigningKey)
