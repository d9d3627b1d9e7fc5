"""An application on the pages: nothing typed is lost, nothing wrong gets through."""

import io
import re

from commands.sample.application import SAO_MAI
from tests.web.forms import token
from tests.web.house import House

ORGANISATION = {
    name: SAO_MAI[name]
    for name in ("organisation_number", "organisation_name", "organisation_address")
}


def _summary(page: str) -> list[str]:
    """The addresses to which the error summary leads."""
    listed = re.search(r"govuk-error-summary__list.*?</ul>", page, re.DOTALL)
    return re.findall(r'href="([^"]+)"', listed.group(0)) if listed else []


def test_starting_leads_to_the_first_question(house: House) -> None:
    visitor = house.visitor("saomai")
    first = visitor.start()
    assert re.fullmatch(r"/dossiers/HS-[^/]+/questions/organisation", first)
    assert "Tổ chức công bố" in visitor.page(first).text


def test_an_agency_must_be_chosen(house: House) -> None:
    answer = house.visitor("saomai").post("/services/device-declaration-b/start")
    assert answer.status_code == 400
    assert _summary(answer.text) == ["#agency"]


def test_strangers_are_asked_to_sign_in_and_brought_back(house: House) -> None:
    answer = house.visitor().page("/dossiers/")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/dossiers/"


def test_answers_are_kept_and_the_next_page_comes(house: House) -> None:
    visitor = house.visitor("saomai")
    first = visitor.start()
    answer = visitor.post(first, **ORGANISATION)
    assert answer.status_code == 303
    assert answer.location.endswith("/questions/contact")
    assert f'value="{ORGANISATION["organisation_number"]}"' in visitor.page(first).text


def test_what_is_kept_for_later_is_there_again_even_when_it_is_wrong(house: House) -> None:
    visitor = house.visitor("saomai")
    first = visitor.start()
    answer = visitor.post(first, organisation_number="03", later="1")
    assert answer.status_code == 303
    assert answer.location == first.split("/questions")[0]
    assert 'value="03"' in visitor.page(first).text
    assert "Chưa hoàn thành" in visitor.page(answer.location).text


def test_a_wrong_answer_is_explained_and_what_was_typed_stays(house: House) -> None:
    visitor = house.visitor("saomai")
    first = visitor.start()
    answer = visitor.post(first, **ORGANISATION | {"organisation_number": "0315123450"})
    assert answer.status_code == 400
    assert "<title>Lỗi: " in answer.text
    assert _summary(answer.text) == ["#organisation_number"]
    assert 'value="0315123450"' in answer.text


def test_a_correction_leads_back_to_the_check(house: House) -> None:
    reference, visitor = house.draft(), house.visitor("saomai")
    address = f"/dossiers/{reference}/questions/organisation?back=check"
    assert visitor.post(address, **ORGANISATION).location == f"/dossiers/{reference}/check"


def test_a_file_of_a_wrong_kind_is_refused_with_a_remedy(house: House) -> None:
    reference, client = house.draft(), house.visitor("saomai").client
    address = f"/dossiers/{reference}/documents"
    page = client.get(address).text
    for file in ((io.BytesIO(b"MZ\x90\x00"), "giấy.pdf"), (io.BytesIO(b""), "")):
        answer = client.post(f"{address}/iso_13485", data={"csrf_token": token(page), "file": file})
        assert answer.status_code == 400
        assert _summary(answer.text) == ["#iso_13485"]


def test_an_incomplete_application_says_where_to_complete_it(house: House) -> None:
    visitor = house.visitor("saomai")
    reference = visitor.start().split("/")[2]
    answer = visitor.post(f"/dossiers/{reference}/submit")
    assert answer.status_code == 400
    assert _summary(answer.text)[0] == (
        f"/dossiers/{reference}/questions/organisation?back=check#organisation_number"
    )


def test_a_missing_document_is_named_with_the_place_to_attach_it(house: House) -> None:
    reference, visitor = house.draft(), house.visitor("saomai")
    documents = visitor.page(f"/dossiers/{reference}/documents").text
    removal = re.findall(r'action="([^"]+/remove)"', documents)[0]
    assert visitor.post(removal).status_code == 303
    answer = visitor.post(f"/dossiers/{reference}/submit")
    assert answer.status_code == 400
    assert _summary(answer.text) == [f"/dossiers/{reference}/documents#iso_13485"]


def test_sending_twice_sends_once(house: House) -> None:
    reference, visitor = house.draft(), house.visitor("saomai")
    for _ in range(2):
        answer = visitor.post(f"/dossiers/{reference}/submit")
        assert answer.status_code == 303
        assert answer.location == f"/dossiers/{reference}"
    assert visitor.page(f"/dossiers/{reference}").text.count("motcua-timeline__entry") == 1


def test_what_was_sent_can_no_longer_be_changed(house: House) -> None:
    reference, visitor = house.draft(), house.visitor("saomai")
    visitor.post(f"/dossiers/{reference}/submit")
    answer = visitor.post(f"/dossiers/{reference}/questions/organisation", **ORGANISATION)
    assert answer.status_code == 409


def test_what_ended_a_wait_is_told(house: House) -> None:
    reference, visitor = house.draft(organisation_name="Sao Mai"), house.visitor("saomai")
    visitor.post(f"/dossiers/{reference}/submit")
    house.work()
    house.pay(reference)
    told = re.findall(r"timeline__title\">([^<]+)<", visitor.page(f"/dossiers/{reference}").text)
    assert told == ["Đã nộp phí", "Chờ nộp phí", "Đã nộp"]


def test_a_dossier_is_withdrawn_once(house: House) -> None:
    reference, visitor = house.draft(), house.visitor("saomai")
    visitor.post(f"/dossiers/{reference}/submit")
    assert visitor.page(f"/dossiers/{reference}/withdraw").status_code == 200
    visitor.post(f"/dossiers/{reference}/withdraw", reason="Nộp nhầm")
    answer = visitor.page(f"/dossiers/{reference}/withdraw")
    assert answer.location == f"/dossiers/{reference}"


def test_a_dossier_of_others_looks_like_none_at_all(house: House) -> None:
    reference, other = house.draft(), house.visitor("dongxanh")
    for page in ("", "/check", "/documents", "/questions/organisation", "/supplement"):
        theirs = other.page(f"/dossiers/{reference}{page}")
        nobodys = other.page(f"/dossiers/HS-000000-AAAAAAAA{page}")
        assert theirs.status_code == nobodys.status_code == 404
        assert reference not in theirs.text.replace(f"/dossiers/{reference}", "")


def test_nobody_at_the_agency_sees_a_draft(house: House) -> None:
    reference = house.draft()
    assert house.visitor("motcua").page(f"/dossiers/{reference}").status_code == 404
