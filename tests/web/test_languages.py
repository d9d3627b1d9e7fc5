"""Vietnamese first, English by a switch that needs no script."""

import html
import re
from pathlib import Path

from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from tests.web.forms import send, sign_in
from tests.web.house import House

HOUSE = Path(__file__).parents[2]
SHORTEST_GIVEAWAY = 6


def _english_words() -> list[str]:
    """Every English text of the house that has a Vietnamese one unlike it, placeholders left out."""
    texts = []
    for file in HOUSE.glob("*/translations/vi/LC_MESSAGES/messages.po"):
        with file.open("rb") as catalogue:
            texts += [str(entry.id) for entry in read_po(catalogue, locale="vi") if entry.id]
    return [text for text in texts if len(text) >= SHORTEST_GIVEAWAY and "%(" not in text]


def _shown(page: str) -> list[str]:
    """The pieces of text that a page shows, and the labels that it reads out."""
    body = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    pieces = re.split(r"<[^>]*>", body) + re.findall(r'aria-label="([^"]*)"', body)
    return [html.unescape(piece).strip() for piece in pieces]


def test_vietnamese_is_spoken_when_nothing_is_asked(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    assert '<html lang="vi" dir="ltr"' in page
    assert "Đăng nhập" in page


def test_the_browser_may_ask_for_english(client: FlaskClient) -> None:
    page = client.get("/sign-in", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    assert '<html lang="en"' in page
    assert "Sign in" in page


def test_an_unknown_language_falls_back_to_vietnamese(client: FlaskClient) -> None:
    assert 'lang="vi"' in client.get("/", headers={"Accept-Language": "fr"}).text


def test_the_choice_holds_and_leads_back_to_the_same_page(client: FlaskClient) -> None:
    answer = send(client, "/language", change_language="en", next="/privacy?a=1")
    assert answer.status_code == 303
    assert answer.location == "/privacy?a=1"
    assert "Who can see it" in client.get("/privacy", headers={"Accept-Language": "vi"}).text


def test_the_switch_never_leads_to_another_site(client: FlaskClient) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "evil"):
        answer = send(client, "/language", change_language="en", next=elsewhere)
        assert answer.location == "/"


def test_what_was_typed_survives_the_switch(client: FlaskClient) -> None:
    answer = sign_in(client, login="lan", change_language="en")
    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text
    assert 'value="lan"' in answer.text


def test_errors_are_told_in_the_readers_language(client: FlaskClient) -> None:
    assert "Không tìm thấy trang" in client.get("/nowhere").text
    english = client.get("/nowhere", headers={"Accept-Language": "en"})
    assert english.status_code == 404
    assert "Page not found" in english.text


def _pages_of_a_request_for_more(house: House) -> list[str]:
    """The desk, a task free, mine and wrongly answered; and what the applicant then sees."""
    reference, applicant = house.draft(organisation_name="Sao Mai"), house.visitor("saomai")
    applicant.post(f"/dossiers/{reference}/submit")
    house.work()
    house.pay(reference)
    house.work()
    clerk = house.visitor("motcua")
    pages = [clerk.page("/desk/").text]
    (task,) = re.findall(r"/desk/tasks/[0-9a-f-]+", pages[0])
    pages += [clerk.page(task).text]
    clerk.post(f"{task}/claim")
    pages += [clerk.page(task).text]
    answer = {"claim": re.findall(r'name="claim" value="([^"]+)"', pages[-1])[0]}
    pages += [clerk.post(f"{task}/complete", **answer).text]
    answer |= {"decision": "supplement", "note": "Tên chưa đúng."}
    assert clerk.post(f"{task}/complete", **answer).status_code == 303
    house.work()
    own = f"/dossiers/{reference}"
    pages += [applicant.page(each).text for each in (own, f"{own}/supplement")]
    return [*pages, applicant.post(f"{own}/supplement").text]


def test_no_page_mixes_english_into_vietnamese(house: House) -> None:
    reference, applicant, clerk = house.draft(), house.visitor("saomai"), house.visitor("motcua")
    own = f"/dossiers/{reference}"
    pages = [
        *(house.visitor().page(each).text for each in ("/", "/sign-in", "/verify", "/register")),
        *(house.visitor().page(each).text for each in ("/privacy", "/accessibility", "/nowhere")),
        *(applicant.page(own + each).text for each in ("", "/check", "/documents")),
        applicant.page("/services/device-declaration-b").text,
        applicant.post(f"{own}/questions/device").text,
        applicant.page("/dossiers/").text,
        clerk.page("/desk/").text,
        clerk.page("/desk/tasks/00000000-0000-7000-8000-000000000001").text,
    ]
    applicant.post(f"{own}/submit")
    pages += [applicant.page(own).text, applicant.page(f"{own}/withdraw").text]
    pages += _pages_of_a_request_for_more(house)
    english = set(_english_words()) - {"Cookie", "English", "Accessibility Statement"}
    mixed = {piece for page in pages for piece in _shown(page) if piece in english}
    assert mixed == set()
