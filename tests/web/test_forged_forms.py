"""A form counts only when it was sent from one of our pages."""

from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import PASSWORD
from tests.web.forms import token


def test_a_form_without_token_is_refused_in_words(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"login": "lan@example.vn", "password": PASSWORD})
    assert answer.status_code == 400
    assert "Biểu mẫu này đã hết hiệu lực" in answer.text


def test_a_token_of_another_visitor_is_refused(app: Flask) -> None:
    mine, other = app.test_client(), app.test_client()
    mine.get("/sign-in")
    forged = token(other.get("/sign-in").text)
    answer = mine.post("/language", data={"csrf_token": forged, "change_language": "en"})
    assert answer.status_code == 400


def test_a_page_that_nobody_announced_is_guarded_too(app: Flask) -> None:
    app.add_url_rule("/new-page", "new-page", lambda: "changed", methods=["POST"])
    assert app.test_client().post("/new-page").status_code == 400


def test_the_api_takes_no_cookie_and_so_needs_no_token(app: Flask) -> None:
    app.add_url_rule("/api/v1/echo", "echo", lambda: "heard", methods=["POST"])
    assert app.test_client().post("/api/v1/echo").text == "heard"
