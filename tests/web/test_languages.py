"""Vietnamese first, English by a switch that needs no script."""

from flask.testing import FlaskClient

from tests.web.forms import send, sign_in


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
