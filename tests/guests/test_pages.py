"""The pages for people without an account, as a browser sees them."""

import re
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, select
from werkzeug.test import TestResponse

from accounts.audit import AccountTag
from accounts.guests.models import GuestLink
from accounts.models import BrowserSession
from accounts.notices import Mail
from commands.sample.application import SERVICE
from commands.sample.people import PASSWORD
from core.audit import AuditEvent
from core.database import db
from dossiers.models import Dossier
from tests.guests.sharing import EMAIL, FACT, link_in
from tests.guests.steps import WRONG, asked, entered
from tests.web.forms import send, sign_in

BEGIN = f"/services/{SERVICE}/without-account"
CLOSED = ("/account", "/account/password", "/account/email", "/account/authenticator", "/prove")
OF_OTHERS = (
    "/organisations/",
    "/mandates/",
    "/integrator/",
    "/administration/",
    "/desk/",
    "/operator/",
)


@pytest.fixture
def browser(house: Flask) -> FlaskClient:
    return house.test_client()


def rows(house: Flask, statement: Select[Any]) -> list[Any]:
    """What stands in the database; no context stays open."""
    with house.app_context():
        return list(db.session.scalars(statement))


def wish(browser: FlaskClient, **values: str) -> TestResponse:
    given = {"agency": "H26.16", "email": EMAIL, "fact": FACT, **values}
    return send(browser, BEGIN, page=BEGIN, **given)


def opened(browser: FlaskClient, mail: Mail, fact: str = FACT) -> TestResponse:
    browser.get(f"/guest/{link_in(mail)}")
    return send(browser, "/guest/open", page="/guest/open", fact=fact)


def token_of(browser: FlaskClient) -> Any:
    with browser.session_transaction() as session:
        return session.get("token")


def test_from_the_service_to_one_s_own_dossier(browser: FlaskClient, sent: list[Mail]):
    assert BEGIN in browser.get(f"/services/{SERVICE}").text
    assert wish(browser).location == "/guest/sent"
    answer = opened(browser, sent[0])
    assert answer.status_code == 303
    page = browser.get(answer.location)
    assert page.status_code == 200
    assert "/account" not in page.text
    assert answer.location in browser.get("/dossiers/").text


def test_the_link_does_not_stay_in_the_address(browser: FlaskClient, sent: list[Mail]):
    wish(browser)
    answer = browser.get(f"/guest/{link_in(sent[0])}")
    assert (answer.status_code, answer.location) == (303, "/guest/open")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert link_in(sent[0]) not in browser.get("/guest/open").text


def test_a_scanner_that_opens_the_link_changes_nothing(
    house: Flask, browser: FlaskClient, sent: list[Mail]
):
    wish(browser)
    for _ in range(30):
        scanner = house.test_client()
        assert scanner.head(f"/guest/{link_in(sent[0])}").status_code == 303
        assert scanner.get(f"/guest/{link_in(sent[0])}", follow_redirects=True).status_code == 200
    assert rows(house, select(GuestLink.tries)) == [0]
    assert rows(house, select(Dossier)) == []
    assert rows(house, select(BrowserSession)) == []
    assert opened(browser, sent[0]).status_code == 303


def test_a_wrong_answer_is_told_and_then_the_link_is_over(browser: FlaskClient, sent: list[Mail]):
    wish(browser)
    answers = [opened(browser, sent[0], WRONG) for _ in range(5)]
    assert [each.status_code for each in answers] == [401, 401, 401, 401, 410]
    assert WRONG not in answers[0].text
    assert "/guest/new-link" in browser.get("/guest/open").text
    assert browser.get("/guest/open").status_code == 410


def test_known_and_unknown_addresses_are_answered_alike(browser: FlaskClient, sent: list[Mail]):
    wish(browser)
    answers = [
        send(browser, "/guest/new-link", email=email) for email in (EMAIL, "nobody@example.vn")
    ]
    assert len({(each.status_code, each.location, each.text) for each in answers}) == 1
    assert [mail.to for mail in sent] == [EMAIL] * 2


@pytest.mark.parametrize(
    ("field", "value"), [("email", "x"), ("fact", "12"), ("agency", "nowhere")]
)
def test_what_cannot_be_right_is_told_at_its_field(
    browser: FlaskClient, sent: list[Mail], field: str, value: str
):
    answer = wish(browser, **{field: value})
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert sent == []


def test_the_second_fact_is_not_sent_back(browser: FlaskClient, sent: list[Mail]):
    assert FACT not in wish(browser, email="x").text


def test_a_session_that_was_planted_is_worth_nothing_after_entering(
    browser: FlaskClient, sent: list[Mail]
):
    wish(browser)
    sign_in(browser, login="saomai", password=PASSWORD)
    planted = token_of(browser)
    send(browser, "/sign-out")
    with browser.session_transaction() as session:
        session["token"] = "planted"
    opened(browser, sent[0])
    assert token_of(browser) not in {None, planted, "planted"}
    first = token_of(browser)
    opened(browser, sent[0])
    assert token_of(browser) != first


def test_who_signs_in_leaves_the_guest_behind(browser: FlaskClient, sent: list[Mail]):
    wish(browser)
    page = opened(browser, sent[0]).location
    sign_in(browser, login="saomai", password=PASSWORD)
    assert browser.get(page).status_code == 404


@pytest.mark.parametrize("address", [*CLOSED, *OF_OTHERS])
def test_pages_of_accounts_and_of_others_are_closed(
    browser: FlaskClient, sent: list[Mail], address: str
):
    wish(browser)
    opened(browser, sent[0])
    assert browser.get(address).status_code in {403, 404}


def test_no_page_of_an_account_is_left_open(house: Flask, browser: FlaskClient, sent: list[Mail]):
    """Every route of the parts that people with accounts have; one that is new is looked at, too."""
    wish(browser)
    opened(browser, sent[0])
    doors = re.compile(r"/sign-in|/signed-out|/backchannel|recovery|/account/email/<")
    for rule in house.url_map.iter_rules():
        part = rule.endpoint.split(".")[0]
        if part in {"account", "company", "integrator"} and not doors.search(rule.rule):
            address = re.sub(r"<uuid:\w+>", "0" * 8 + "-0000-4000-8000-" + "0" * 12, rule.rule)
            address = re.sub(r"<(int:)?\w+>", "1", address)
            ask = browser.get if "GET" in (rule.methods or ()) else partial(send, browser)
            answer = ask(address)
            assert answer.status_code in {403, 404}, (address, answer.status_code)


def test_another_application_needs_an_account(house: Flask, browser: FlaskClient, sent: list[Mail]):
    wish(browser)
    opened(browser, sent[0])
    answer = send(browser, f"/services/{SERVICE}/start", agency="H26.16")
    assert answer.status_code == 403
    assert len(rows(house, select(Dossier))) == 1


def test_the_dossier_of_another_guest_is_not_there_and_the_try_is_on_record(
    house: Flask, browser: FlaskClient, sent: list[Mail]
):
    with house.app_context():
        asked()
        asked("khac@example.vn")
        _, foreign = entered(sent[1])
    opened(browser, sent[0])
    for page in ("", "/documents", "/check", "/looks", "/withdraw"):
        assert browser.get(f"/dossiers/{foreign.reference}{page}").status_code == 404
    refused = select(AuditEvent).where(AuditEvent.tag == AccountTag.ACCESS_REFUSED)
    assert len(rows(house, refused)) == 5


def test_neither_link_nor_fact_gets_into_the_record_or_the_log(
    house: Flask, browser: FlaskClient, sent: list[Mail], caplog: pytest.LogCaptureFixture
):
    wish(browser)
    opened(browser, sent[0], WRONG)
    opened(browser, sent[0])
    browser.get(f"/guest/{link_in(sent[0])}/x")
    told = [f"{each.subject} {each.details}" for each in rows(house, select(AuditEvent))]
    for secret in (link_in(sent[0]), FACT, WRONG, EMAIL):
        assert [text for text in [*told, caplog.text] if secret in text] == []


def test_a_person_takes_the_dossier_into_his_account(
    house: Flask, browser: FlaskClient, sent: list[Mail]
):
    wish(browser)
    page = opened(browser, sent[0]).location
    person = house.test_client()
    sign_in(person, login="saomai", password=PASSWORD)
    answer = opened(person, sent[0])
    assert answer.location == page
    assert person.get(page).status_code == 200
    assert browser.get(page).status_code != 200
    assert opened(house.test_client(), sent[0]).status_code == 410


def test_who_comes_back_too_late_is_led_to_a_new_link(
    house: Flask, browser: FlaskClient, sent: list[Mail]
):
    wish(browser)
    page = opened(browser, sent[0]).location
    later = house.test_client().get(page, follow_redirects=True)
    assert "/guest/new-link" in later.text


def test_who_opens_the_page_without_a_link_is_told_so(browser: FlaskClient):
    assert browser.get("/guest/open").status_code == 410
