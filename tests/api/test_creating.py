"""Creating, changing and listing, on a resource made for these tests."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import fields
from sqlalchemy import MetaData, func, select
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Account
from accounts.policy import Action
from api import setup
from api.authentication import current_actor, requires
from api.idempotency import once
from api.models import IdempotentAnswer
from api.paging import Page, PageArguments, page_schema, paged
from api.preconditions import matched_version, with_etag
from api.resource import Resource
from api.resources import RESOURCES
from api.schemas import Shape
from core.config import Settings
from core.database import Model, db, transaction
from core.errors import Conflict, NotFound, PreconditionFailed
from core.ids import new_id
from tests.api.conftest import People, code_of, make_app

URL = "/api/v1/notes"


class OfThisTest(Model):
    """Keeps the test's table out of the house's, which migrations and backups go through."""

    __abstract__ = True
    metadata = MetaData()


class Note(OfThisTest):
    __tablename__ = "tests_note"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    text: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)


class NoteSchema(Shape):
    id = fields.UUID(dump_only=True)
    text = fields.String(required=True)


class NoteFilters(PageArguments):
    text = fields.String(load_default="")


def notes(*, after: UUID | None, limit: int, text: str) -> list[Note]:
    query = select(Note).where(Note.text.contains(text)).order_by(Note.id).limit(limit)
    return list(db.session.scalars(query if after is None else query.where(Note.id > after)))


def make_resource() -> Resource:
    resource = Resource("notes", "Notes of a test.")

    @resource.route("/notes", methods=["POST"])
    @requires(Action.DOSSIER_DRAFT)
    @once
    @resource.arguments(NoteSchema)
    @resource.response(201, NoteSchema)
    def create_note(data: dict[str, Any]) -> Any:
        """Make a note."""
        if data["text"] == "refused":
            raise Conflict
        note = Note(id=new_id(), **data)
        db.session.add(note)
        db.session.flush()
        return note, 201, {"Location": f"{URL}/{note.id}", **with_etag(1)}

    @resource.route("/notes")
    @requires(Action.SERVICE_VIEW)
    @resource.arguments(NoteFilters, location="query")
    @resource.response(200, page_schema(NoteSchema))
    def list_notes(arguments: dict[str, Any]) -> Page:
        """List notes."""
        return paged(notes, arguments, lambda note: note.id)

    @resource.route("/notes/<uuid:note_id>")
    @requires(Action.SERVICE_VIEW)
    @resource.response(200, NoteSchema)
    def show_note(note_id: UUID) -> Any:
        """Show a note."""
        note = db.session.get(Note, note_id)
        if note is None:
            raise NotFound
        return note, 200, with_etag(note.version)

    @resource.route("/notes/<uuid:note_id>", methods=["PATCH"])
    @requires(Action.DOSSIER_DRAFT)
    @resource.arguments(NoteSchema)
    @resource.response(200, NoteSchema)
    def change_note(data: dict[str, Any], note_id: UUID) -> Any:
        """Change a note."""
        version = matched_version()
        with transaction():
            note = db.session.get_one(Note, note_id)
            if note.version != version:
                raise PreconditionFailed
            note.text, note.version = data["text"], version + 1
        return note, 200, with_etag(note.version)

    return resource


@pytest.fixture
def app(settings: Settings, catalogues: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(setup, "RESOURCES", (*RESOURCES, make_resource()))
    app = make_app(settings, catalogues)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        Note.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def citizen(people: People, bearer: Callable[[Account], dict[str, str]]) -> dict[str, str]:
    return bearer(people.citizen)


def _count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Note)) or 0


def _created(client: FlaskClient, citizen: dict[str, str], key: str, text: str = "x") -> Any:
    return client.post(URL, json={"text": text}, headers={**citizen, "Idempotency-Key": key})


def test_a_create_sent_twice_makes_one_thing(
    app: Flask, client: FlaskClient, citizen: dict[str, str]
):
    first, second = (_created(client, citizen, "key-1") for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.get_json() == second.get_json()
    for header in ("Location", "ETag"):
        assert first.headers[header] == second.headers[header]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert _count(app) == 1


def test_another_key_makes_another_thing(app: Flask, client: FlaskClient, citizen: dict[str, str]):
    assert (
        _created(client, citizen, "key-1").get_json() != _created(client, citizen, "k").get_json()
    )
    assert _count(app) == 2


def test_two_callers_may_use_the_same_key(
    app: Flask,
    client: FlaskClient,
    people: People,
    bearer: Callable[[Account], dict[str, str]],
):
    for account in (people.citizen, people.stranger):
        answer = _created(client, bearer(account), "key-1")
        assert "Idempotent-Replayed" not in answer.headers
    assert _count(app) == 2


def test_a_key_with_another_body_is_refused(client: FlaskClient, citizen: dict[str, str]):
    _created(client, citizen, "key-1")
    answer = _created(client, citizen, "key-1", "other")
    assert (answer.status_code, code_of(answer)) == (422, "idempotency-key-reused")


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_create_needs_a_key(app: Flask, client: FlaskClient, citizen: dict[str, str], key: str):
    answer = _created(client, citizen, key)
    assert (answer.status_code, code_of(answer)) == (400, "idempotency-key-missing")
    assert _count(app) == 0


def test_a_failed_create_leaves_its_key_free(
    app: Flask, client: FlaskClient, citizen: dict[str, str]
):
    assert code_of(_created(client, citizen, "key-1", "refused")) == "conflict"
    assert _created(client, citizen, "key-1", "accepted").status_code == 201
    assert _count(app) == 1


@pytest.mark.usefixtures("each_database")
def test_twenty_equal_creates_at_once_have_one_effect(
    app: Flask, client: FlaskClient, citizen: dict[str, str]
):
    answers: list[Any] = []
    start = threading.Barrier(20)

    def send() -> None:
        start.wait()
        answers.append(_created(app.test_client(), citizen, "key-1"))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    assert _count(app) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(IdempotentAnswer)) == 1


def test_a_refused_create_is_not_even_read(client: FlaskClient, people: People, bearer):
    answer = client.post(URL, data=b"{", headers=bearer(people.officer))
    assert (answer.status_code, code_of(answer)) == (403, "action-refused")
    answer = client.post(URL, data=b"{")
    assert (answer.status_code, code_of(answer)) == (401, "not-signed-in")


def test_a_change_must_say_from_which_version(client: FlaskClient, citizen: dict[str, str]):
    created = _created(client, citizen, "key-1")
    address, version = created.headers["Location"], created.headers["ETag"]
    bare = client.patch(address, json={"text": "y"}, headers=citizen)
    assert (bare.status_code, code_of(bare)) == (428, "version-missing")
    changed = client.patch(address, json={"text": "y"}, headers={**citizen, "If-Match": version})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != version
    lost = client.patch(address, json={"text": "z"}, headers={**citizen, "If-Match": version})
    assert (lost.status_code, code_of(lost)) == (412, "version-mismatch")
    assert client.get(address).get_json()["text"] == "y"


@pytest.mark.parametrize("named", ["*", "", "nonsense", 'W/"1.en"', '"é"', '"²"', "9" * 5000])
def test_a_version_that_is_none_never_matches(
    client: FlaskClient, citizen: dict[str, str], named: str
):
    address = _created(client, citizen, "key-1").headers["Location"]
    headers = {**citizen, "If-Match": named.encode().decode("latin-1")}
    assert client.patch(address, json={"text": "y"}, headers=headers).status_code == 412


def test_a_change_may_be_made_by_a_client_of_another_language(
    client: FlaskClient, citizen: dict[str, str]
):
    created = _created(client, citizen, "key-1")
    headers = {**citizen, "If-Match": created.headers["ETag"], "Accept-Language": "vi"}
    answer = client.patch(created.headers["Location"], json={"text": "y"}, headers=headers)
    assert answer.status_code == 200


def test_what_the_caller_has_already_is_not_sent_again(
    client: FlaskClient, citizen: dict[str, str]
):
    created = _created(client, citizen, "key-1")
    address, etag = created.headers["Location"], created.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    other = {"If-None-Match": etag, "Accept-Language": "vi"}
    assert client.get(address, headers=other).status_code == 200


def _walk(client: FlaskClient, address: str | None) -> Iterator[dict[str, Any]]:
    while address:
        page = client.get(address).get_json()
        yield from page["items"]
        address = page["next"]


def test_following_the_pages_shows_every_row_once_even_when_rows_are_added(
    app: Flask, client: FlaskClient, citizen: dict[str, str]
):
    for number in range(7):
        _created(client, citizen, str(number), f"a{number}")
    seen = []
    for note in _walk(client, f"{URL}?limit=2&text=a"):
        seen.append(note["text"])
        if len(seen) == 3:
            _created(client, citizen, "late", "a-late")
            _created(client, citizen, "other", "other")
    assert seen == [*(f"a{number}" for number in range(7)), "a-late"]


def test_the_last_page_has_no_next(client: FlaskClient, citizen: dict[str, str]):
    _created(client, citizen, "1")
    assert client.get(f"{URL}?limit=1").get_json()["next"] is None


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1e3"])
def test_a_page_has_between_1_and_200_rows(client: FlaskClient, limit: str):
    answer = client.get(f"{URL}?limit={limit}")
    assert (answer.status_code, code_of(answer)) == (422, "invalid-request")
    assert answer.get_json()["errors"][0]["pointer"] == "#/limit"


@pytest.mark.parametrize(
    "cursor",
    ["x", "", "!!", "bnVsbA", "WzFd", "W10", "é", "WyJub3Rlcy5saXN0X25vdGVzIiwieCJd", "%00"],
)
def test_a_cursor_that_is_not_ours_is_refused(client: FlaskClient, cursor: str):
    answer = client.get(f"{URL}?cursor={cursor}")
    assert answer.status_code == 400
    assert code_of(answer) in {"cursor-invalid", "body-unreadable"}


def test_an_unknown_parameter_is_refused(client: FlaskClient):
    answer = client.get(f"{URL}?colour=red")
    assert (answer.status_code, code_of(answer)) == (422, "invalid-request")


def test_an_id_that_is_none_leads_nowhere(client: FlaskClient):
    assert code_of(client.get(f"{URL}/1")) == "route-unknown"
    assert code_of(client.get(f"{URL}/{new_id()}")) == "not-found"


def test_the_caller_is_nobody_after_the_request(client: FlaskClient, citizen: dict[str, str]):
    _created(client, citizen, "1")
    assert not current_actor_after(client).is_known


def current_actor_after(client: FlaskClient):
    with client.application.app_context():
        return current_actor()
