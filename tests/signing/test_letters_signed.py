"""A letter that a leader signed and an agency sealed: still archivable, tagged, and the same bytes."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

import signing
from letters import try_out
from signing import BLUE, Person, SealAppearance, SigningDesk
from tests.signing.conftest import AGENCY
from tests.signing.test_foreign_tools import nss, pdfsig, root  # noqa: F401  fixtures
from tests.workflows.test_letters import PACK
from workflows.letters.checking import contexts, files_of

LEADER = Person("11111111-2222-3333-4444-555555555555", "Hoàng Minh Đức", "agency-1")
NAMES = [name for name in PACK.letters if name != "notice"]


@pytest.fixture(scope="module")
def letter() -> Callable[[str], bytes]:
    def made(name: str) -> bytes:
        data = contexts()["example"]
        return try_out(PACK.letter(name), data=data, files=files_of(PACK, data))

    return made


def appearance(box: tuple[int, int, int, int], **more: object) -> SealAppearance:
    return SealAppearance(lines=("Người ký: %(agency)s", "%(time)s"), box=box, **more)  # type: ignore[arg-type]


def signed(pdf: bytes) -> bytes:
    own = appearance((140, 62, 334, 106), color=BLUE, description="Chữ ký")
    return signing.sign_pdf(pdf, person=LEADER, appearance=own)


def sealed(pdf: bytes) -> bytes:
    agency = appearance((340, 60, 544, 114), description="Dấu của cơ quan")
    return signing.seal_pdf(pdf, agency=AGENCY, appearance=agency)


def conformance(pdf: bytes) -> dict[str, object]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        metadata = document.Root.Metadata.read_bytes().decode()
        return {
            "archive": "<pdfaid:part>3</pdfaid:part>" in metadata,
            "level": "<pdfaid:conformance>A</pdfaid:conformance>" in metadata,
            "accessible": "<pdfuaid:part>1</pdfuaid:part>" in metadata,
            "marked": bool(document.Root.MarkInfo.Marked),
            "language": str(document.Root.Lang),
            "tree": len(document.Root.StructTreeRoot.K),
            "output": len(document.Root.OutputIntents),
            "fonts": all("/FontFile2" in each for each in _descriptors(document)),
            "pages": len(document.pages),
            "metadata": metadata,
        }


def _descriptors(document: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    found = [
        each
        for each in document.objects
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
    ]
    assert found
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_is_archivable_and_tagged_as_the_typesetter_says(letter, name: str):
    told = conformance(letter(name))
    assert all(told[each] for each in ("archive", "level", "accessible", "marked", "fonts"))
    assert (told["output"], told["language"]) == (1, "vi-VN")


def test_signature_and_seal_leave_all_that_was_there_as_it_was(
    desk: SigningDesk, letter: Callable[[str], bytes]
):
    plain = letter("receipt")
    by_leader = signed(plain)
    both = sealed(by_leader)
    assert by_leader.startswith(plain)
    assert both.startswith(by_leader)
    assert conformance(both) == conformance(plain)


def test_both_signatures_hold_and_are_told_in_their_order(
    desk: SigningDesk, letter: Callable[[str], bytes]
):
    report = signing.verify_pdf(sealed(signed(letter("licence"))))
    assert report.valid
    assert report.signers == (LEADER.name, AGENCY.name)
    assert report.signer == AGENCY.name


def test_a_change_between_the_two_is_found(desk: SigningDesk, letter: Callable[[str], bytes]):
    by_leader = signed(letter("licence"))
    changed = bytearray(by_leader)
    changed[200] ^= 1
    assert not signing.verify_pdf(sealed(bytes(by_leader)) + b"x").valid
    assert not signing.verify_pdf(bytes(changed)).valid


def test_nobody_signs_twice(desk: SigningDesk, letter: Callable[[str], bytes]):
    with pytest.raises(signing.errors.DocumentRefused):
        signed(signed(letter("licence")))


def test_poppler_finds_both_signatures_valid_and_trusted(
    desk: SigningDesk,
    letter: Callable[[str], bytes],
    nss: Path,  # noqa: F811
):
    told = pdfsig(sealed(signed(letter("licence"))), nss)
    assert told.count("Signature is Valid") == 2
    assert told.count("Certificate is Trusted") == 2
    assert LEADER.name in told
