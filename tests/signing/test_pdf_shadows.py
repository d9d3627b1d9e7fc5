"""Shadow attacks: what is added to a signed PDF, after or between its signatures, is noticed."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from asn1crypto import algos, cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

import signing
from signing import Change, Finding, Person, SigningDesk
from tests.signing.conftest import AGENCY, APPEARANCE, OTHER_AGENCY

LEADER = Person("p1", "Hoàng Minh Đức", AGENCY.id)
Attack = Callable[[IncrementalPdfFileWriter], None]


def prepared() -> bytes:
    """A page with words, a form field, and pages that nobody sees yet: what an attacker prepares."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    font = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
    )
    pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    pdf.pages[0].Contents = pdf.make_stream(b"BT /F1 20 Tf 50 500 Td (Pay 100) Tj ET")
    field = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T="amount",
            V="100",
            Rect=[50, 600, 150, 620],
            P=pdf.pages[0].obj,
        )
    )
    pdf.pages[0].Annots = pikepdf.Array([field])
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    hidden = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, 595, 842],
            Resources=pdf.pages[0].Resources,
            Contents=pdf.make_stream(b"BT /F1 20 Tf 50 500 Td (Pay 999) Tj ET"),
        )
    )
    pdf.Root.PieceInfo = pikepdf.Dictionary(Other=hidden)
    written = io.BytesIO()
    pdf.save(written)
    return written.getvalue()


def page_of(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    page: generic.DictionaryObject = writer.root["/Pages"]["/Kids"][0]
    return page


def hide(writer: IncrementalPdfFileWriter) -> None:
    """A white patch over the words."""
    patch = generic.StreamObject(stream_data=b"1 g 40 480 200 60 re f")
    writer.add_stream_to_page(0, writer.add_object(patch))


def replace(writer: IncrementalPdfFileWriter) -> None:
    """Another font under the same name, in which the same letters look different."""
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Symbol"}
    other = generic.DictionaryObject(
        {pdf_name(name): pdf_name(value) for name, value in font.items()}
    )
    fonts = page_of(writer)["/Resources"]["/Font"]
    fonts[pdf_name("/F1")] = writer.add_object(other)
    writer.update_container(fonts)


def hide_and_replace(writer: IncrementalPdfFileWriter) -> None:
    """The pages that were prepared take the place of those that were seen."""
    pages = writer.root["/Pages"]
    pages["/Kids"] = generic.ArrayObject([writer.root["/PieceInfo"].raw_get("/Other")])
    writer.update_container(pages)


def overlay(writer: IncrementalPdfFileWriter) -> None:
    """A note over the words."""
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(
                [generic.NumberObject(each) for each in (40, 480, 240, 540)]
            ),
            pdf_name("/Contents"): generic.pdf_string("Pay 999"),
            pdf_name("/DA"): generic.pdf_string("/F1 20 Tf"),
        }
    )
    page = page_of(writer)
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])


def fill_in(writer: IncrementalPdfFileWriter) -> None:
    """Another value in a form field."""
    field = writer.root["/AcroForm"]["/Fields"][0]
    field[pdf_name("/V")] = generic.pdf_string("999")
    writer.update_container(field)


def swap_catalog(writer: IncrementalPdfFileWriter) -> None:
    """Another catalogue altogether, with pages of its own."""
    pages = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Pages"),
            pdf_name("/Count"): generic.NumberObject(1),
            pdf_name("/Kids"): generic.ArrayObject([writer.root["/PieceInfo"].raw_get("/Other")]),
        }
    )
    writer.root[pdf_name("/Pages")] = writer.add_object(pages)
    writer.update_root()


def act_when_opened(writer: IncrementalPdfFileWriter) -> None:
    """A script that runs when the file is opened."""
    script = {"/S": pdf_name("/JavaScript"), "/JS": generic.pdf_string("app.alert(1)")}
    writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject(
        {pdf_name(name): value for name, value in script.items()}
    )
    writer.update_root()


ATTACKS = [hide, replace, hide_and_replace, overlay, fill_in, swap_catalog, act_when_opened]
everywhere = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)


def attacked(pdf: bytes, attack: Attack) -> bytes:
    writer, written = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    attack(writer)
    writer.write(written)
    assert written.getvalue().startswith(pdf)
    return written.getvalue()


@pytest.fixture(scope="module")
def signed(app) -> bytes:
    with app.app_context():
        return signing.sign_pdf(prepared(), person=LEADER)


@everywhere
def test_what_is_added_after_the_last_signature_is_noticed(
    signed: bytes, desk: SigningDesk, attack: Attack
):
    report = signing.verify_pdf(attacked(signed, attack))
    assert Finding.CHANGED in report.reasons
    assert report.signatures[0].changes is Change.CONTENT


@everywhere
def test_what_is_added_between_two_signatures_is_noticed_though_the_second_covers_it(
    signed: bytes, desk: SigningDesk, attack: Attack
):
    report = signing.verify_pdf(signing.seal_pdf(attacked(signed, attack), agency=AGENCY))
    assert not report.valid
    first, second = report.signatures
    assert first.reasons == (Finding.CHANGED,)
    assert first.changes is Change.CONTENT
    assert second.valid_then


def test_signatures_in_order_leave_one_another_whole(signed: bytes, desk: SigningDesk):
    sealed = signing.seal_pdf(signed, agency=AGENCY, appearance=APPEARANCE)
    report = signing.verify_pdf(sealed)
    assert report.valid
    assert report.signers == (LEADER.name, AGENCY.name)
    assert [each.use for each in report.signatures] == ["sign", "seal"]
    assert [each.changes for each in report.signatures] == [Change.SIGNATURES, Change.NONE]


def test_a_seal_of_somebody_else_does_not_heal_what_was_changed(signed: bytes, desk: SigningDesk):
    forged = signing.seal_pdf(attacked(signed, overlay), agency=OTHER_AGENCY)
    assert not signing.verify_pdf(forged).valid


def with_store(pdf: bytes, title: str = "") -> bytes:
    """A store of evidence after the last signature, as other programs add it without a timestamp."""
    writer, written = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    writer._update_meta = lambda: None  # type: ignore[method-assign]
    lists = signing.signing_desk().publisher.published(
        signing.signing_desk().authority.issuers()[0].asn1_certificate, None
    )
    DocumentSecurityStore.supply_dss_in_writer(writer, None, crls=list(lists.lists))
    if title:
        writer.set_info(
            writer.add_object(
                generic.DictionaryObject({pdf_name("/Title"): generic.pdf_string(title)})
            )
        )
    writer.write(written)
    return written.getvalue()


def test_a_store_of_evidence_may_follow_the_last_signature(signed: bytes, desk: SigningDesk):
    assert signing.verify_pdf(with_store(signed)).valid


def test_a_new_title_may_not_come_with_it(signed: bytes, desk: SigningDesk):
    report = signing.verify_pdf(with_store(signed, title="Pay 999"))
    assert Finding.CHANGED in report.reasons


def test_bytes_behind_the_store_are_noticed(signed: bytes, desk: SigningDesk):
    assert not signing.verify_pdf(with_store(signed) + b"\n% more\n").valid


@pytest.mark.parametrize(
    "changes",
    [
        {"signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss"})},
        {"signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha1_ecdsa"})},
        {"digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha1"})},
        {"digest_algorithm": algos.DigestAlgorithm({"algorithm": "md5"})},
    ],
    ids=["pss", "sha1-signature", "sha1-digest", "md5-digest"],
)
def test_another_method_in_the_signature_is_refused(
    signed: bytes, desk: SigningDesk, changes: dict[str, object]
):
    (embedded,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    container = cms.ContentInfo.load(embedded.pkcs7_content)
    for name, value in changes.items():
        container["content"]["signer_infos"][0][name] = value
    start = signed.index(b"/Contents <") + len(b"/Contents <")
    end = signed.index(b">", start)
    dumped: bytes = container.dump()
    forged = signed[:start] + dumped.hex().encode().ljust(end - start, b"0") + signed[end:]
    report = signing.verify_pdf(forged)
    assert not report.valid
    assert {Finding.ALGORITHM, Finding.UNREADABLE, Finding.SIGNATURE_WRONG} & set(report.reasons)
