"""A PDF that was tampered with, or sealed by the wrong key, is told apart from a good one."""

import io
from datetime import timedelta

import pikepdf
import pytest
from asn1crypto import cms
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.api import TimeStamper

import signing
from core import clock
from signing import Finding, Report, SigningDesk, pdf
from signing.certificates import Purpose
from signing.keys import SigningKey
from signing.timestamps import LocalAuthority
from tests.signing.authorities import attacker_key, issued
from tests.signing.conftest import AGENCY, APPEARANCE, page


def sealed_with(key: SigningKey, timestamps: TimeStamper | None) -> bytes:
    return pdf.seal(
        page(), key=key, agency=AGENCY.name, appearance=APPEARANCE, timestamps=timestamps
    )


def refused_for(report: Report, finding: Finding) -> bool:
    return not report.valid and finding in report.reasons


def test_a_changed_byte_is_noticed(sealed_pdf: bytes, desk: SigningDesk):
    changed = sealed_pdf.replace(b"/MediaBox [ 0 0 595", b"/MediaBox [ 0 0 594")
    assert changed != sealed_pdf
    assert refused_for(signing.verify_pdf(changed), Finding.CHANGED)


@settings(max_examples=40, deadline=None)
@given(place=st.integers(0, 2**16), value=st.integers(0, 255))
def test_no_byte_can_be_changed_unnoticed(sealed_pdf: bytes, app: Flask, place: int, value: int):
    place %= len(sealed_pdf)
    if value != sealed_pdf[place] and not _same_hexadecimal(sealed_pdf, place, value):
        changed = sealed_pdf[:place] + bytes([value]) + sealed_pdf[place + 1 :]
        with app.app_context():
            assert not signing.verify_pdf(changed).valid


def _same_hexadecimal(sealed: bytes, place: int, value: int) -> bool:
    """Whether “a” became “A” inside the signature, which is the same signature."""
    inside = sealed.index(b"/Contents <") < place < sealed.index(b"/ByteRange")
    return inside and bytes([value]).lower() == sealed[place : place + 1].lower()


def test_what_is_added_after_the_seal_is_noticed(sealed_pdf: bytes, desk: SigningDesk):
    edited = overwritten(sealed_pdf)
    assert edited.startswith(sealed_pdf)
    assert refused_for(signing.verify_pdf(edited), Finding.CHANGED)


def test_a_changed_form_field_after_the_seal_is_noticed(sealed_pdf: bytes, desk: SigningDesk):
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed_pdf))
    writer.root["/AcroForm"]["/Extra"] = generic.pdf_string("x")
    writer.update_container(writer.root["/AcroForm"])
    edited = io.BytesIO()
    writer.write(edited)
    assert refused_for(signing.verify_pdf(edited.getvalue()), Finding.CHANGED)


def test_bytes_after_the_end_are_noticed(sealed_pdf: bytes, desk: SigningDesk):
    assert not signing.verify_pdf(sealed_pdf + b"\n% more\n").valid


def test_a_message_hidden_behind_the_signature_is_noticed(sealed_pdf: bytes, desk: SigningDesk):
    """The room left for the signature is not covered by it, so nothing else may stand there."""
    padding = b"0" * 200 + b">"
    hidden = sealed_pdf.replace(padding, b"0" * 180 + b"41" * 10 + b">")
    assert hidden != sealed_pdf
    assert refused_for(signing.verify_pdf(hidden), Finding.CHANGED)


def test_a_document_rebuilt_by_a_pdf_tool_is_noticed(sealed_pdf: bytes, desk: SigningDesk):
    rebuilt = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed_pdf)) as opened:
        opened.save(rebuilt)
    assert not signing.verify_pdf(rebuilt.getvalue()).valid


def test_the_seal_of_an_attackers_own_authority_is_not_believed(desk: SigningDesk):
    report = signing.verify_pdf(sealed_with(attacker_key(AGENCY.name, AGENCY.id), desk.timestamps))
    assert report.intact
    assert not report.trusted
    assert refused_for(report, Finding.UNKNOWN_AUTHORITY)


def test_a_time_stamping_key_cannot_seal(desk: SigningDesk):
    report = signing.verify_pdf(sealed_with(desk.authority.timestamp_key(), desk.timestamps))
    assert refused_for(report, Finding.WRONG_PURPOSE)


def test_an_expired_key_without_timestamp_is_not_believed(desk: SigningDesk):
    key = issued(
        desk.authority._issuing(),
        Purpose.SEAL,
        AGENCY.name,
        AGENCY.id,
        not_before=clock.now() - timedelta(days=60),
    )
    report = signing.verify_pdf(sealed_with(key, None))
    assert refused_for(report, Finding.NOT_VALID_THEN)
    assert Finding.TIMESTAMP_MISSING in report.notes


def test_an_expired_key_with_a_timestamp_after_its_end_is_not_believed(desk: SigningDesk):
    key = issued(
        desk.authority._issuing(),
        Purpose.SEAL,
        AGENCY.name,
        AGENCY.id,
        not_before=clock.now() - timedelta(days=60),
    )
    assert refused_for(
        signing.verify_pdf(sealed_with(key, desk.timestamps)), Finding.NOT_VALID_THEN
    )


def test_a_timestamp_by_an_unknown_authority_is_not_believed(desk: SigningDesk):
    stranger = attacker_key("Motcua Development Timestamps", "")
    key = desk.authority.seal_key(AGENCY)
    report = signing.verify_pdf(sealed_with(key, LocalAuthority(stranger)))
    assert refused_for(report, Finding.TIMESTAMP_WRONG)


def test_a_sealing_key_cannot_stamp_time(desk: SigningDesk):
    key = desk.authority.seal_key(AGENCY)
    report = signing.verify_pdf(sealed_with(key, LocalAuthority(key)))
    assert refused_for(report, Finding.TIMESTAMP_WRONG)


def test_a_timestamp_taken_from_another_document_is_noticed(desk: SigningDesk):
    first, second = (signing.seal_pdf(page(), agency=AGENCY) for _ in range(2))
    swapped = with_timestamp(first, timestamp_of(second))
    assert refused_for(signing.verify_pdf(swapped), Finding.TIMESTAMP_WRONG)


def test_putting_the_own_timestamp_back_changes_nothing(sealed_pdf: bytes, desk: SigningDesk):
    assert signing.verify_pdf(with_timestamp(sealed_pdf, timestamp_of(sealed_pdf))).valid


def test_an_unsigned_document_is_said_to_be_unsigned(desk: SigningDesk):
    assert signing.verify_pdf(page()).reasons == (Finding.NOT_SIGNED,)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\3\4", b"%PDF-1.7\n" + b"(" * 9000])
def test_what_is_no_pdf_is_said_to_be_unreadable(desk: SigningDesk, content: bytes):
    assert signing.verify_pdf(content).reasons == (Finding.UNREADABLE,)


def overwritten(sealed: bytes) -> bytes:
    """The sealed page with other words over it, added as another revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    stream = generic.StreamObject(stream_data=b"BT /F1 40 Tf 50 500 Td (999) Tj ET")
    writer.add_stream_to_page(0, writer.add_object(stream))
    edited = io.BytesIO()
    writer.write(edited)
    return edited.getvalue()


def _signed_data(sealed: bytes) -> cms.ContentInfo:
    contents = PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0].pkcs7_content
    return cms.ContentInfo.load(contents)


def timestamp_of(sealed: bytes) -> cms.CMSAttribute:
    (signer,) = _signed_data(sealed)["content"]["signer_infos"]
    return signer["unsigned_attrs"][0]


def with_timestamp(sealed: bytes, timestamp: cms.CMSAttribute) -> bytes:
    """The same document with another timestamp token, which no signature covers."""
    changed = _signed_data(sealed)
    changed["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([timestamp])
    start = sealed.index(b"/Contents <") + len(b"/Contents <")
    end = sealed.index(b">", start)
    dumped: bytes = changed.dump()
    return sealed[:start] + dumped.hex().encode().ljust(end - start, b"0") + sealed[end:]
