"""A file that somebody brings is compared with the register, by what was signed in it alone."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import pikepdf
import pytest
from flask import Flask

import engine
import signing
from core.database import db
from dossiers import queries
from dossiers.models import Dossier, RegisterEntry
from dossiers.register_entries import operations
from dossiers.result_data import ATTACHED, NAMESPACE
from dossiers.verifying import Answer, check
from storage import store
from tests.dossiers.registered import REVOKED, do
from tests.signing.conftest import page


@dataclass(frozen=True)
class Issued:
    """What was handed out, and the entry of the register."""

    pdf: bytes
    xml: bytes
    entry: RegisterEntry


@pytest.fixture
def issued(installation: Flask, paid_dossier: Callable[[], Dossier]) -> Issued:
    dossier = paid_dossier()
    engine.run_due_jobs(installation)
    db.session.expire_all()
    dossier = db.session.get_one(Dossier, dossier.id)
    entry = queries.entry_of(dossier)
    assert entry is not None
    found = {each.document_type: each.storage_key for each in queries.documents(dossier)}
    return Issued(content(found["notice"]), content(found["notice_data"]), entry)


def content(key: str) -> bytes:
    with store().open(key) as stream:
        return stream.read()


def of_agency(issued: Issued) -> signing.Agency:
    return signing.Agency(str(issued.entry.agency_id), "Sở Y tế Hà Nội")


def with_facts(facts: bytes) -> bytes:
    """An unsigned PDF that tells machines something."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(page())) as pdf:
        pdf.attachments[ATTACHED] = facts
        pdf.save(written)
    return written.getvalue()


def told(number: str, **facts: str) -> bytes:
    lines = "".join(f"<{name}>{text}</{name}>" for name, text in facts.items())
    return f'<Result xmlns="{NAMESPACE}"><Number>{number}</Number>{lines}</Result>'.encode()


def test_what_was_handed_out_is_in_force_and_says_so_to_machines(issued: Issued):
    for found in (check(issued.pdf), check(issued.xml)):
        assert found.answer is Answer.IN_FORCE
        assert found.entry is not None
        assert found.facts["Number"] == issued.entry.number
        assert found.report.valid_now


def test_the_facts_of_the_pdf_are_an_associated_file_of_pdf_a_3(issued: Issued):
    with pikepdf.open(io.BytesIO(issued.pdf)) as pdf:
        (attached,) = pdf.Root.AF
        assert str(attached.AFRelationship) == "/Data"
        assert "<pdfaid:part>3</pdfaid:part>" in pdf.Root.Metadata.read_bytes().decode()


def test_what_the_register_ended_is_signed_well_but_counts_no_longer(issued: Issued):
    do(issued.entry.id, operations.revoke, REVOKED)
    found = check(issued.pdf)
    assert found.report.valid
    assert found.answer is Answer.ENDED


def test_a_changed_file_tells_no_facts(issued: Issued):
    changed = issued.pdf.replace(b"/MediaBox [0 0", b"/MediaBox [1 0").replace(
        b"/MediaBox[0 0", b"/MediaBox[1 0"
    )
    assert changed != issued.pdf
    found = check(changed)
    assert found.answer is Answer.REFUSED
    assert found.facts == {}
    assert found.entry is None


def test_facts_that_differ_from_the_register_are_named(issued: Issued):
    facts = told(issued.entry.number, Holder="Somebody else")
    sealed = signing.seal_pdf(with_facts(facts), agency=of_agency(issued))
    found = check(sealed)
    assert found.answer is Answer.DIFFERS
    named = {each.name: each for each in found.differences}
    assert named["Holder"].in_file == "Somebody else"
    assert named["Holder"].in_register == issued.entry.organisation_name


def test_another_agencys_seal_under_our_facts_is_found_out(issued: Issued):
    other = signing.Agency("other", "Another agency")
    with pikepdf.open(io.BytesIO(issued.pdf)) as pdf:
        facts = pdf.attachments[ATTACHED].get_file().read_bytes()
    found = check(signing.seal_pdf(with_facts(facts), agency=other))
    assert found.report.valid
    assert [each.name for each in found.differences] == ["Agency"]
    assert found.answer is Answer.DIFFERS


def test_a_number_that_the_register_does_not_know_is_no_result_of_ours(issued: Issued):
    sealed = signing.seal_pdf(with_facts(told("9/PCBB-HN")), agency=of_agency(issued))
    assert check(sealed).answer is Answer.DIFFERS


def test_a_signed_file_without_facts_is_signed_and_nothing_more(issued: Issued):
    assert check(signing.seal_pdf(page(), agency=of_agency(issued))).answer is Answer.SIGNED


@pytest.mark.parametrize("facts", [b"<a/>", b"no xml", b"<!DOCTYPE a><a/>", b""])
def test_attached_files_that_are_no_facts_are_passed_over(installation: Flask, facts: bytes):
    sealed = signing.seal_pdf(with_facts(facts), agency=signing.Agency("a", "A"))
    assert check(sealed).answer is Answer.SIGNED


@pytest.mark.parametrize("file", [b"", b"hello", b"%PDF-1.7", b"\x89PNG", b"<a/>"])
def test_what_is_no_signed_file_is_refused(installation: Flask, file: bytes):
    assert check(file).answer is Answer.REFUSED
