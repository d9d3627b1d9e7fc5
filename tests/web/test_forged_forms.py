"""A form counts only when it was sent from one of our pages."""

from typing import Any
from uuid import UUID

from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter

from tests.web.forms import PASSWORD, token
from tests.web.house import House

# What programs ask without a session, and what changes nothing.
QUESTIONS = {"revocation.answer"}


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


def test_no_form_of_the_site_works_without_a_token(house: House) -> None:
    routes = [rule for rule in house.app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    pages = [rule for rule in routes if not rule.rule.startswith("/api/")]
    pages = [rule for rule in pages if rule.endpoint not in QUESTIONS]
    assert len(pages) > 10
    client = house.visitor("saomai").client
    for rule in pages:
        arguments = {name: _example(rule, name) for name in rule.arguments}
        with house.app.test_request_context():
            address = url_for(rule.endpoint, **arguments)
        assert client.post(address).status_code == 400, rule.rule


def _example(rule: Rule, name: str) -> Any:
    """Something that may stand in this place of the address."""
    if isinstance(place := rule._converters[name], AnyConverter):
        return str(min(place.items))
    if isinstance(place, IntegerConverter):
        return 1
    return UUID(int=1) if isinstance(place, UUIDConverter) else "suspend"
