"""Every error is a problem document in the caller's language, with a page that explains it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from api import errors, problems
from core.errors import Conflict, MotcuaError
from tests.api.conftest import code_of


def test_an_unknown_address(client: FlaskClient):
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, code_of(answer)) == (404, "route-unknown")
    assert answer.headers["X-Request-Id"]


def test_an_unknown_method_names_the_known_ones(client: FlaskClient):
    answer = client.delete("/api/v1/me")
    assert (answer.status_code, code_of(answer)) == (405, "method-unknown")
    assert "GET" in answer.headers["Allow"]


def test_pages_outside_the_api_keep_their_own_errors(client: FlaskClient):
    assert client.get("/nothing").content_type.startswith("text/html")


@pytest.mark.parametrize(
    "body",
    [b"{", b"[1,", b"\xff", b'{"a": NaN}', b"[" * 100_000, b'{"login": "a\\u0000b"}'],
)
def test_a_body_that_is_not_json(client: FlaskClient, body: bytes):
    answer = client.post("/api/v1/tokens", data=body, content_type="application/json")
    assert (answer.status_code, code_of(answer)) == (400, "body-unreadable")


def test_a_body_of_another_kind(client: FlaskClient):
    answer = client.post("/api/v1/tokens", data="login=an", content_type="text/plain")
    assert (answer.status_code, code_of(answer)) == (415, "media-type-unsupported")


def test_a_body_that_is_too_large(client: FlaskClient):
    answer = client.post("/api/v1/tokens", json={"login": "a" * 1_100_000})
    assert (answer.status_code, code_of(answer)) == (413, "body-too-large")


def test_a_control_character_in_the_address(client: FlaskClient):
    answer = client.get("/api/v1/me?x=%00")
    assert (answer.status_code, code_of(answer)) == (400, "body-unreadable")


def test_fields_are_named_by_pointers(client: FlaskClient):
    answer = client.post("/api/v1/tokens", json={"grant_type": 1, "a/b~c": 2})
    assert sorted(each["pointer"] for each in answer.get_json()["errors"]) == [
        "#/a~1b~0c",
        "#/grant_type",
    ]


def test_a_problem_speaks_the_callers_language(client: FlaskClient):
    texts = {
        language: client.get("/api/v1/me", headers={"Accept-Language": language}).get_json()
        for language in ("vi", "en", "fr", "en-GB;q=0.9, vi;q=0.1")
    }
    assert texts["vi"]["title"] == "Bạn chưa đăng nhập"
    assert texts["en"]["title"] == "You are not signed in"
    assert texts["fr"]["title"] == texts["vi"]["title"]
    assert texts["en-GB;q=0.9, vi;q=0.1"]["title"] == texts["en"]["title"]


def test_what_is_wrong_with_a_field_is_said_in_the_callers_language(client: FlaskClient):
    answer = client.post("/api/v1/tokens", json={}, headers={"Accept-Language": "vi"})
    (told,) = answer.get_json()["errors"]
    assert told["detail"] == "Thiếu thông tin bắt buộc."


def test_a_problem_bears_the_trace_id_of_the_caller(client: FlaskClient):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    answer = client.get("/api/v1/me", headers=headers)
    assert answer.get_json()["instance"].replace("-", "") == f"urn:uuid:{trace}"
    assert answer.headers["X-Request-Id"] == trace


def test_a_malformed_trace_id_is_replaced(client: FlaskClient):
    answer = client.get("/api/v1/me", headers={"traceparent": '00-"><script>-1-01'})
    assert len(answer.headers["X-Request-Id"]) == 32


def test_a_fault_of_ours_tells_nothing_but_its_id(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    def broken() -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setitem(app.view_functions, "me.show_me", broken)
    answer = client.get("/api/v1/me")
    assert (answer.status_code, code_of(answer)) == (500, "internal-fault")
    assert "secret" not in answer.text


def test_a_database_that_is_down_is_told_as_such(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    def broken() -> None:
        raise OperationalError("SELECT 1", {}, ConnectionError("refused"))

    monkeypatch.setitem(app.view_functions, "me.show_me", broken)
    answer = client.get("/api/v1/me")
    assert (answer.status_code, code_of(answer)) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "30"


def test_every_error_of_flask_has_its_own_problem():
    for status, kind in problems.HTTP_ERRORS.items():
        assert kind.status == status


def test_every_problem_has_a_page_in_both_languages(client: FlaskClient):
    listed = client.get("/problems/").text
    for kind in problems.all_kinds():
        assert f">{kind.code}<" in listed
    for kind in (errors.IdempotencyKeyReused, errors.VersionMissing, Conflict):
        page = client.get(f"/problems/{kind.code}").text
        assert kind.remedy in page
        assert '<section lang="vi">' in page
    assert client.get("/problems/unheard-of").status_code == 404


def test_codes_of_problems_are_unique():
    def family(kind: type[MotcuaError]) -> set[type[MotcuaError]]:
        return {kind}.union(*(family(child) for child in kind.__subclasses__()))

    own = [
        kind
        for kind in family(MotcuaError)
        if "code" in vars(kind) and not kind.__module__.startswith("tests")
    ]
    assert len({kind.code for kind in own}) == len(own)
