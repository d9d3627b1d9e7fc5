"""Applying over HTTP, up to the moment of submitting."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from commands.sample.application import SAO_MAI, SERVICE, paper
from core.audit import AuditEvent
from core.database import db
from core.ids import new_id
from dossiers.models import Document, Dossier
from storage import store
from tests.api.conftest import code_of
from tests.api.house import AGENCY, House

KEYS = sorted(SAO_MAI)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def _pointers(answer: Any) -> set[str]:
    return {each["pointer"] for each in answer.get_json()["errors"]}


def test_services_are_open_to_everybody(house: House):
    nobody = house.app.test_client()
    listed = nobody.get("/api/v1/services").get_json()["items"]
    assert [service["key"] for service in listed] == [SERVICE]
    shown = nobody.get(f"/api/v1/services/{SERVICE}").get_json()
    assert shown["form"]["properties"]["organisation_number"]
    assert shown["fee"] == {"amount": 1_500_000, "currency": "VND"}
    assert {agency["code"] for agency in shown["agencies"]} == {AGENCY, "H29.16"}
    assert "procedure_code" in shown["unverified"]
    assert code_of(nobody.get("/api/v1/services/unknown")) == "service-unknown"


def test_a_service_is_described_in_the_callers_language(house: House):
    names = [
        house.owner.get(f"/api/v1/services/{SERVICE}", **{"Accept-Language": language})
        for language in ("vi", "en")
    ]
    assert names[0].get_json()["name"].startswith("Công bố")
    assert names[1].get_json()["name"].startswith("Declaration")


def test_a_draft_is_started_shown_and_listed(house: House):
    body = {"service": SERVICE, "agency": AGENCY}
    answer = house.owner.post("/api/v1/dossiers", body)
    assert answer.status_code == 201
    draft = answer.get_json()
    assert (draft["status"], draft["code"], draft["answers"]) == ("draft", None, {})
    shown = house.owner.get(answer.headers["Location"])
    assert shown.get_json() == draft
    assert shown.headers["ETag"] == answer.headers["ETag"]
    (listed,) = house.owner.get("/api/v1/dossiers?status=draft").get_json()["items"]
    assert listed.items() <= draft.items()
    assert house.owner.get("/api/v1/dossiers?status=finished").get_json()["items"] == []


def test_a_draft_needs_a_known_service_and_agency(house: House):
    unknown = house.owner.post("/api/v1/dossiers", {"service": "x", "agency": AGENCY})
    assert (unknown.status_code, code_of(unknown)) == (404, "service-unknown")
    nowhere = house.owner.post("/api/v1/dossiers", {"service": SERVICE, "agency": "x"})
    assert (nowhere.status_code, _pointers(nowhere)) == (422, {"#/agency"})


def test_staff_does_not_apply(house: House):
    answer = house.device_officer.post("/api/v1/dossiers", {"service": SERVICE, "agency": AGENCY})
    assert (answer.status_code, code_of(answer)) == (403, "action-refused")


def test_answers_are_changed_one_by_one_and_the_later_of_two_tabs_is_told(house: House):
    draft = house.owner.draft()
    address = f"/api/v1/dossiers/{draft['id']}"
    seen = house.owner.get(address).headers["ETag"]
    change = {"answers": {"device_name": "Ống nghe", "device_models": None}}
    changed = house.owner.patch(address, change, seen)
    assert changed.status_code == 200
    answers = changed.get_json()["answers"]
    assert answers["device_name"] == "Ống nghe"
    assert "device_models" not in answers
    assert answers["manufacturer_name"] == SAO_MAI["manufacturer_name"]
    lost = house.owner.patch(address, {"answers": {"device_name": "Nhiệt kế"}}, seen)
    assert (lost.status_code, code_of(lost)) == (412, "version-mismatch")
    again = house.owner.patch(
        address, {"answers": {"device_name": "Nhiệt kế"}}, changed.headers["ETag"]
    )
    assert again.status_code == 200


def test_an_unknown_or_impossible_answer_is_named(house: House):
    draft = house.owner.draft()
    address = f"/api/v1/dossiers/{draft['id']}"
    seen = house.owner.get(address).headers["ETag"]
    wrong = {"approved": True, "organisation_number": "0315123450", "own_product": "perhaps"}
    answer = house.owner.patch(address, {"answers": wrong}, seen)
    assert answer.status_code == 422
    assert _pointers(answer) == {f"#/answers/{name}" for name in wrong}
    assert house.owner.get(address).headers["ETag"] == seen


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(answers=st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), ANYTHING, max_size=4))
def test_whatever_is_sent_as_answers_is_kept_or_refused_in_words(
    house: House, answers: dict[str, Any]
):
    address = _draft_of(house)
    seen = house.owner.get(address).headers["ETag"]
    answer = house.owner.patch(address, {"answers": answers}, seen)
    assert answer.status_code in {200, 400, 422}
    if answer.status_code != 200:
        assert answer.get_json()["title"]
        assert house.owner.get(address).headers["ETag"] == seen


def _draft_of(house: House) -> str:
    drafts = house.owner.get("/api/v1/dossiers").get_json()["items"]
    draft = drafts[0] if drafts else house.owner.draft()
    return f"/api/v1/dossiers/{draft['id']}"


def test_a_document_is_attached_read_and_taken_out_again(house: House):
    draft = house.owner.draft()
    assert "iso_13485" in draft["missing_documents"]
    content = paper("iso_13485")
    attached = house.owner.upload(draft["id"], "iso_13485", content, name="Giấy ISO.pdf")
    assert attached.status_code == 201
    document = attached.get_json()
    assert document["file_name"] == "Giấy ISO.pdf"
    assert document["media_type"] == "application/pdf"
    read = house.owner.get(attached.headers["Location"])
    assert read.data == content
    assert read.headers["Content-Disposition"].startswith("attachment")
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    address = f"/api/v1/dossiers/{draft['id']}"
    assert "iso_13485" not in house.owner.get(address).get_json()["missing_documents"]
    assert house.owner.delete(f"/api/v1/documents/{document['id']}").status_code == 204
    assert house.owner.get(f"{address}/documents").get_json()["items"] == []
    assert house.owner.get(attached.headers["Location"]).status_code == 404


@pytest.mark.usefixtures("each_database")
def test_an_upload_sent_twice_makes_one_document(house: House):
    draft, content = house.owner.draft(), paper("x")
    first, second = (
        house.owner.upload(draft["id"], "iso_13485", content, key="same") for _ in range(2)
    )
    assert first.get_json() == second.get_json()
    assert second.headers["Idempotent-Replayed"] == "true"
    with house.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Document)) == 1
        assert len(list(store().keys("dossiers/"))) == 1
    other = house.owner.upload(draft["id"], "iso_13485", paper("y"), key="same")
    assert (other.status_code, code_of(other)) == (422, "idempotency-key-reused")


Refused = tuple[str, str, bytes | None, int | None, str | None]


@pytest.mark.parametrize(
    "refused",
    [
        ("unheard_of", "a.pdf", None, 422, "document-type-unknown"),
        ("iso_13485", "a.pdf", b"", 422, "file-empty"),
        ("iso_13485", "a.exe", b"MZ" + bytes(200), 415, "file-type-not-accepted"),
        ("iso_13485", "a.pdf", b"\x89PNG\r\n\x1a\n" + bytes(100), None, None),
        ("iso_13485", "a.pdf", b"%PDF-1.7\n" + bytes(200_000), 413, None),
    ],
)
def test_a_file_that_is_not_accepted_leaves_nothing_behind(house: House, refused: Refused):
    kind, name, content, status, code = refused
    house.app.config["UPLOAD_BYTES"] = 100_000
    draft = house.owner.draft()
    sent = paper("x") if content is None else content
    answer = house.owner.upload(draft["id"], kind, sent, name=name)
    assert answer.status_code == (status or answer.status_code)
    assert 400 <= answer.status_code < 500
    assert code_of(answer) == (code or code_of(answer))
    assert house.owner.get(f"/api/v1/dossiers/{draft['id']}/documents").get_json()["items"] == []
    with house.app.app_context():
        assert list(store().keys("dossiers/")) == []


@pytest.mark.parametrize("fields", [{}, {"kind": "iso_13485"}, {"file": "text"}])
def test_an_upload_without_its_parts_names_them(house: House, fields: dict[str, str]):
    draft = house.owner.draft()
    answer = house.owner.client.post(
        f"/api/v1/dossiers/{draft['id']}/documents",
        data=fields,
        content_type="multipart/form-data",
        headers={**house.owner.headers, "Idempotency-Key": "k"},
    )
    assert (answer.status_code, code_of(answer)) == (422, "invalid-request")
    assert "#/file" in _pointers(answer)


def test_a_request_larger_than_any_upload_is_refused_unread(house: House):
    house.app.config["MAX_CONTENT_LENGTH"] = 1000
    draft = house.owner.draft()
    answer = house.owner.upload(draft["id"], "iso_13485", bytes(5000))
    assert (answer.status_code, code_of(answer)) == (413, "body-too-large")


def test_a_document_of_another_content_type_is_refused(house: House):
    draft = house.owner.draft()
    answer = house.owner.post(f"/api/v1/dossiers/{draft['id']}/documents", {"kind": "x"})
    assert (answer.status_code, code_of(answer)) == (415, "media-type-unsupported")


def test_too_many_uploads_are_told_to_wait(house: House):
    draft = house.owner.draft()
    answers = [house.owner.upload(draft["id"], "x", b"") for _ in range(61)]
    assert code_of(answers[-1]) == "too-many-requests"
    assert house.stranger.upload(str(new_id()), "x", b"").status_code == 404


def test_a_strangers_upload_is_not_even_stored(house: House):
    draft = house.owner.draft()
    answer = house.stranger.upload(draft["id"], "iso_13485", paper("x"))
    assert (answer.status_code, code_of(answer)) == (404, "dossier-not-found")
    with house.app.app_context():
        assert list(store().keys("dossiers/")) == []


@pytest.mark.usefixtures("each_database")
def test_drafts_are_their_owners_alone(house: House):
    draft = house.owner.draft()
    address = f"/api/v1/dossiers/{draft['id']}"
    for name, caller in house.callers.items():
        listed = caller.get("/api/v1/dossiers")
        if name == "owner":
            assert len(listed.get_json()["items"]) == 1
            continue
        assert caller.get(address).status_code in {403, 404}
        assert listed.status_code == 403 or listed.get_json()["items"] == []
    assert house.app.test_client().get(address).status_code == 401


def test_a_dossier_that_is_not_yours_is_not_there_and_the_look_is_recorded(house: House):
    draft = house.owner.draft()
    answer = house.stranger.get(f"/api/v1/dossiers/{draft['id']}")
    assert (answer.status_code, code_of(answer)) == (404, "dossier-not-found")
    with house.app.app_context():
        refused = db.session.scalars(
            select(AuditEvent).where(AuditEvent.tag == "accounts:access:refused")
        ).one()
    assert refused.actor == house.stranger.actor_id
    assert refused.subject == f"GET /api/v1/dossiers/{draft['id']}"


def test_submitting_names_everything_that_is_missing(house: House):
    draft = house.owner.draft(device_name=None)
    address = f"/api/v1/dossiers/{draft['id']}/submit"
    answer = house.owner.post(address)
    assert (answer.status_code, _pointers(answer)) == (422, {"#/device_name"})
    with house.app.app_context():
        dossier = db.session.scalars(select(Dossier)).one()
        assert (dossier.status, dossier.submitted_at) == ("draft", None)


def test_submitting_without_papers_names_each(house: House):
    draft = house.owner.draft()
    answer = house.owner.post(f"/api/v1/dossiers/{draft['id']}/submit")
    assert (answer.status_code, code_of(answer)) == (422, "documents-missing")
    assert _pointers(answer) == {f"#/documents/{kind}" for kind in draft["missing_documents"]}


def test_a_draft_cannot_be_withdrawn_or_paid(house: House):
    draft = house.owner.draft()
    address = f"/api/v1/dossiers/{draft['id']}"
    withdrawn = house.owner.post(f"{address}/withdraw", {"reason": "Changed my mind"})
    assert (withdrawn.status_code, code_of(withdrawn)) == (409, "dossier-not-submitted")
    paid = house.owner.post(f"{address}/payments")
    assert (paid.status_code, code_of(paid)) == (409, "nothing-to-pay")
    assert house.owner.get(f"{address}/payments").get_json() == {"items": []}


def test_a_forged_payment_report_is_refused(house: House):
    forged = {"MaThamChieu": "MC1", "MaLoi": "00", "SoTien": "1", "MaXacThuc": "0" * 64}
    answer = house.app.test_client().post("/api/v1/payments/notifications", json=forged)
    assert answer.status_code == 403
