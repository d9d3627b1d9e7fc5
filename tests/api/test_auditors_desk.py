"""The auditor's desk and "who looked" for programs."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from core.audit import AuditEvent
from core.clock import now
from core.database import db, transaction
from core.ids import new_id
from dossiers.models import Dossier
from tests.api import rows
from tests.api.house import AGENCY, ELSEWHERE, Caller, House
from tests.days import today

ALL_YES = dict.fromkeys(("papers", "term", "people", "reason", "fee"), "yes")
EVENTS = "/api/v1/audit/events"
SAMPLES = "/api/v1/audit/samples"
REVIEWS = "/api/v1/audit/reviews"


def pages(caller: Caller, address: str | None) -> Iterator[dict[str, Any]]:
    while address:
        page = caller.get(address).get_json()
        yield from page["items"]
        address = page["next"]


def finished(house: House, count: int) -> list[str]:
    made = [house.owner.draft()["id"] for _ in range(count)]
    with house.app.app_context(), transaction() as session:
        chosen = Dossier.id.in_([UUID(each) for each in made])
        session.execute(update(Dossier).where(chosen).values(submitted_at=now(), finished_at=now()))
    return made


def drawn(house: House) -> Any:
    days = {"first_day": str(today()), "last_day": str(today())}
    return house.auditor.post(SAMPLES, {"agency": AGENCY, "size": 2, **days})


def test_the_record_is_searched_page_by_page(house: House):
    made = [house.owner.draft()["id"] for _ in range(3)]
    address = f"{EVENTS}?tag=dossier:draft:started&limit=1"
    found = list(pages(house.auditor, address))
    assert [each["record"] for each in found] == made[::-1]
    assert found[0]["actor"] == house.owner.actor_id


def test_a_dossiers_record_is_found_by_its_reference(house: House):
    first, _second = house.owner.draft(), house.owner.draft()
    found = list(pages(house.auditor, f"{EVENTS}?about={first['reference']}"))
    assert {each["record"] for each in found} == {first["id"]}


def test_an_auditor_of_another_agency_finds_nothing(house: House):
    draft = house.owner.draft()
    assert list(pages(house.auditor_elsewhere, f"{EVENTS}?record={draft['id']}")) == []
    checked = house.auditor_elsewhere.get(f"/api/v1/audit/records/{draft['id']}")
    assert checked.get_json()["code"] == "chain-not-found"


def test_a_cursor_that_is_none_of_ours_is_refused(house: House):
    for cursor in ("x", "WyJyZWNvcmQubGlzdF9ldmVudHMiLCJ4Il0"):
        assert house.auditor.get(f"{EVENTS}?cursor={cursor}").status_code == 400


def test_a_broken_chain_is_named_with_its_first_broken_event(house: House):
    draft = house.owner.draft()
    address = f"/api/v1/audit/records/{draft['id']}"
    assert house.auditor.get(address).get_json()["unbroken"] is True
    with house.app.app_context(), transaction() as session:
        first = (AuditEvent.chain_id == UUID(draft["id"])) & (AuditEvent.position == 1)
        session.execute(update(AuditEvent).where(first).values(actor="somebody else"))
    told = house.auditor.get(address).get_json()
    assert (told["unbroken"], told["broken_at"]) == (False, 1)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_file_is_taken_along_for_a_purpose_on_record(house: House, form: str):
    house.owner.draft()
    asked = {"tag": "dossier:draft:started", "form": form}
    assert house.auditor.post("/api/v1/audit/exports", asked).status_code == 422
    answer = house.auditor.post("/api/v1/audit/exports", {**asked, "purpose": "Yearly report"})
    assert answer.status_code == 200
    assert "dossier:draft:started" in answer.text
    with house.app.app_context():
        exported = select(AuditEvent).where(AuditEvent.tag == "auditing:record:exported")
        (event,) = db.session.scalars(exported)
        assert (event.details or {})["purpose"] == "Yearly report"


def test_a_sample_is_drawn_checked_and_signed_off_as_it_was_seen(house: House):
    finished(house, 3)
    made = drawn(house)
    address, seen = made.headers["Location"], made.headers["ETag"]
    sign = f"{address}/sign-off"
    assert house.auditor.post(sign, {"conclusion": "Fine"}, **{"If-Match": seen}).status_code == 409
    for each in made.get_json()["dossiers"]:
        answer = house.auditor.client.put(
            f"{address}/dossiers/{each['position']}",
            json={"checks": ALL_YES},
            headers=house.auditor.headers,
        )
        assert answer.status_code == 200, answer.text
    assert house.auditor.post(sign, {"conclusion": "Fine"}).status_code == 428
    assert house.auditor.post(sign, {"conclusion": "Fine"}, **{"If-Match": seen}).status_code == 412
    fresh = {"If-Match": house.auditor.get(address).headers["ETag"]}
    signed = house.auditor.post(sign, {"conclusion": "Fine"}, **fresh)
    assert signed.get_json()["signed_by"] == house.auditor.actor_id


def test_a_review_marks_a_role_only_with_a_reason(house: House):
    made = house.auditor.post(REVIEWS, {"agency": AGENCY})
    address, told = made.headers["Location"], made.get_json()
    assert told["agency"] == AGENCY
    role = told["roles"][0]

    def judge(**verdict: str) -> Any:
        return house.auditor.client.put(
            f"{address}/roles/{role['grant_id']}", json=verdict, headers=house.auditor.headers
        )

    assert judge(verdict="withdraw").get_json()["code"] == "purpose-missing"
    assert judge(verdict="withdraw", reason="Moved on").status_code == 200
    assert house.auditor.get(address).get_json()["roles"][0]["verdict"] == "withdraw"


def test_a_marked_role_is_ended_by_an_administrator(house: House):
    made = house.auditor.post(REVIEWS, {"agency": AGENCY})
    told, address = made.get_json(), made.headers["Location"]
    clerk = next(each for each in told["roles"] if each["role"] == "desk-clerk")
    for each in told["roles"]:
        verdict = {"verdict": "keep"}
        if each is clerk:
            verdict = {"verdict": "withdraw", "reason": "Moved on"}
        of_role = f"{address}/roles/{each['grant_id']}"
        house.auditor.client.put(of_role, json=verdict, headers=house.auditor.headers)
    seen = {"If-Match": house.auditor.get(address).headers["ETag"]}
    assert (
        house.auditor.post(f"{address}/sign-off", {"conclusion": "Done"}, **seen).status_code == 200
    )

    waiting = "/api/v1/administration/withdrawals"
    (marked,) = house.administrator.get(waiting).get_json()["items"]
    assert (marked["grant_id"], marked["reason"]) == (clerk["grant_id"], "Moved on")
    settle = f"{waiting}/{marked['review_id']}/{marked['grant_id']}"
    assert house.administrator.post(settle, {"outcome": "kept"}).status_code == 422
    assert house.auditor.post(settle, {"outcome": "withdrawn"}).status_code == 403
    assert house.administrator.post(settle, {"outcome": "withdrawn"}).status_code == 204
    assert house.desk_clerk.get("/api/v1/tasks").status_code == 403


def test_samples_and_reviews_of_other_agencies_are_not_there(house: House):
    finished(house, 1)
    for made in (drawn(house), house.auditor.post(REVIEWS, {"agency": AGENCY})):
        assert made.status_code == 201, made.text
        assert house.auditor_elsewhere.get(made.headers["Location"]).status_code == 404
    for address in (SAMPLES, REVIEWS):
        assert len(list(pages(house.auditor, address))) == 1
        assert list(pages(house.auditor_elsewhere, address)) == []
    assert house.auditor.post(REVIEWS, {"agency": ELSEWHERE}).status_code == 404
    assert house.auditor.post(REVIEWS, {"agency": None}).status_code == 404


def test_the_owner_reads_who_looked_and_others_do_not(house: House):
    draft = house.owner.draft()
    with house.app.app_context():
        rows.submitted(draft["id"], "H26.16-261121-0001")
    house.device_officer.get(f"/api/v1/dossiers/{draft['id']}")
    house.owner.get(f"/api/v1/dossiers/{draft['id']}")
    address = f"/api/v1/dossiers/{draft['id']}/looks"
    (look,) = house.owner.get(address).get_json()["items"]
    assert (look["deed"], look["role"]) == ("dossier:file:viewed", "officer")
    assert "actor" not in look
    assert house.stranger.get(address).status_code == 404
    assert house.device_officer.get(address).status_code == 403
    assert house.owner.get(f"/api/v1/dossiers/{new_id()}/looks").status_code == 404
