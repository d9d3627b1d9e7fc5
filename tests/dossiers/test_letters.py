"""Letters of a real dossier: everything documented is there, in the languages it is wanted in."""

import io
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from PIL import Image

import engine
from accounts.models import Agency
from accounts.places import agency_names
from commands.sample.application import SAO_MAI
from core.clock import now
from core.database import db, transaction
from dossiers import queries
from dossiers.issuing import typeset
from dossiers.letters import LetterSubject, letter_context, photo_of, with_letter
from dossiers.models import Dossier
from dossiers.operations.documents import add_document, keep_file
from dossiers.operations.locking import lock_dossier
from forms.personal import MASK
from storage import store
from workflows.letters.context import CONTEXT
from workflows.pack import ServicePack
from workflows.queries import service_version

REQUEST = {
    "round": 2,
    "items": [{"label": "ISO", "defect": "Thiếu trang", "colour": "red"}],
    "asked_at": datetime(2026, 11, 20, 2, 30, tzinfo=UTC),
    "answer_until": "2027-02-20",
    "old_due": "2026-11-23T10:00:00+00:00",
    "fax": "1",
}


def subject_of(dossier: Dossier) -> LetterSubject:
    return LetterSubject(
        dossier=dossier,
        pack=service_version(dossier.service_version),
        agency=db.session.get_one(Agency, dossier.agency_id),
        agency_names=agency_names(dossier.agency_id),
        documents=tuple(queries.documents(dossier)),
        applicant={"name": "Mai", "email": ""},
    )


def received(app: Flask, dossier: Dossier, language: str = "vi") -> Dossier:
    with transaction():
        db.session.get_one(Dossier, dossier.id).language = language
    engine.run_due_jobs(app)
    db.session.expire_all()
    return db.session.get_one(Dossier, dossier.id)


def text_of(pdf: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_context_of_a_dossier_is_as_the_page_of_letters_says(
    installation: Flask, paid_dossier: Callable[[], Dossier], language: str
):
    dossier = received(installation, paid_dossier(), language)
    result = {"number": "1/HN", "issued_on": date(2026, 11, 22), "check_code": "aB3"}
    for given in ({}, result):
        context = letter_context(subject_of(dossier), given, now(), REQUEST)
        assert list(CONTEXT.faults(context)) == []
    assert context["result"]["issued_on"] == "ngày 22 tháng 11 năm 2026"


def test_a_request_is_worded_by_the_patterns_of_the_profile_and_other_names_are_dropped(
    installation: Flask, paid_dossier: Callable[[], Dossier]
):
    asked = letter_context(subject_of(paid_dossier()), {}, now(), REQUEST)["request"]
    assert asked["asked_at"] == "09:30 ngày 20/11/2026"
    assert asked["answer_until"] == "20/02/2027"
    assert asked["old_due"] == "17:00 ngày 23/11/2026"
    assert (asked["round"], asked["reason"]) == ("2", "")
    assert asked["items"] == [
        {"label": "ISO", "defect": "Thiếu trang", "remedy": "", "legal_basis": ""}
    ]
    assert "fax" not in asked


def test_what_the_applicant_reads_in_another_language_stands_beside_the_official_text(
    installation: Flask, paid_dossier: Callable[[], Dossier]
):
    dossier = received(installation, paid_dossier(), "en")
    context = letter_context(subject_of(dossier), {}, now())
    assert context["service"]["name"].startswith("Công bố")
    assert context["service"]["name_translated"].startswith("Declaration")
    assert any(each["label_translated"] == "Name of the device" for each in context["answers"])
    assert any(each["name_translated"] for each in context["documents"])


def test_the_annex_tells_the_answers_and_hides_personal_ones(
    installation: Flask, paid_dossier: Callable[[], Dossier]
):
    dossier = received(installation, paid_dossier())
    told = letter_context(subject_of(dossier), {}, now())["answers"]
    values = {each["value"] for each in told}
    assert SAO_MAI["device_name"] in values
    assert SAO_MAI["contact_email"] not in values
    assert MASK in values


def test_a_received_dossier_has_form_01_with_its_answers_as_annex(
    installation: Flask, paid_dossier: Callable[[], Dossier]
):
    dossier = received(installation, paid_dossier())
    (receipt,) = (each for each in queries.documents(dossier) if each.document_type == "receipt")
    with store().open(receipt.storage_key) as stream:
        pdf = stream.read()
    text = text_of(pdf)
    assert str(dossier.code) in text
    assert "PHỤ LỤC" in text
    assert SAO_MAI["device_name"] in text
    assert str(SAO_MAI["contact_email"]) not in text


def picture(size: tuple[int, int], form: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGBA" if form == "PNG" else "RGB", size, "white").save(made, form)
    return made.getvalue()


@pytest.mark.parametrize(
    ("taken", "told"),
    [(False, "không tiếp nhận hồ sơ này"), (True, "từ chối giải quyết yêu cầu")],
    ids=["before", "after"],
)
def test_a_refusal_is_worded_by_whether_the_dossier_was_received(
    installation: Flask, paid_dossier: Callable[[], Dossier], *, taken: bool, told: str
):
    dossier = paid_dossier()
    with transaction():
        db.session.get_one(Dossier, dossier.id).received_at = now() if taken else None
    subject = subject_of(db.session.get_one(Dossier, dossier.id))
    context = letter_context(subject, {}, now(), {"reason": "Thiếu điều kiện"})
    text = " ".join(text_of(typeset(subject.pack, "not_accepted", context, "https://a.vn")).split())
    assert told in text
    assert ("Mẫu số 03" in text) is not taken


def test_the_last_photo_of_a_kind_goes_into_a_letter_as_a_small_jpeg(
    installation: Flask, paid_dossier: Callable[[], Dossier]
):
    dossier = paid_dossier()
    for content, kind in (
        (picture((10, 10), "JPEG"), "jpeg"),
        (picture((4000, 6000), "PNG"), "png"),
    ):
        upload = keep_file(dossier.id, f"x.{kind}", io.BytesIO(content), f"image/{kind}")
        with transaction():
            locked = lock_dossier(dossier.id)
            add_document(locked, "photo", upload, origin="applicant", by="account:x")
    documents = queries.documents(dossier)
    with Image.open(io.BytesIO(photo_of(documents, "photo")["photo.jpg"])) as photo:
        assert photo.format == "JPEG"
        assert photo.size == (472, 708)
    assert photo_of(documents, "iso_13485") == photo_of(documents, "") == {}


def test_a_licence_shows_the_photo_and_is_made_without_one(
    installation: Flask, paid_dossier: Callable[[], Dossier]
):
    dossier = paid_dossier()
    context = letter_context(subject_of(dossier), {}, now())
    photo = {"photo.jpg": picture((30, 40), "JPEG")}
    without, shown = (
        typeset(subject_of(dossier).pack, "licence", context, "https://a.vn", each)
        for each in (None, photo)
    )
    assert b"/DCTDecode" not in without
    assert b"/DCTDecode" in shown


def test_an_older_version_keeps_its_own_letters_beside_those_of_today(installation: Flask):
    older = ServicePack({"letters/receipt.typ": b"of 0.4"})
    assert with_letter(older, "receipt") is older
    made = with_letter(older, "stopped")
    assert made.letter("receipt") == "of 0.4"
    assert "Mẫu số 05" in made.letter("stopped")
