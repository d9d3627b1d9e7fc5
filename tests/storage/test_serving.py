"""Stored documents over HTTP: whole, in ranges, and not again to who has them."""

import io
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storage.encryption import CHUNK, DocumentKeys
from storage.folder import FolderStore
from storage.serving import send

CONTENT = bytes(number % 251 for number in range(2 * CHUNK + 100))


@dataclass
class Paper:
    storage_key: str = "a"
    sha256: str = sha256(CONTENT).hexdigest()
    size: int = len(CONTENT)
    media_type: str = "application/pdf"
    file_name: str = "giấy.pdf"


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    store = FolderStore(tmp_path, DocumentKeys([bytes(32)]))
    store.put("a", io.BytesIO(CONTENT), "application/pdf")
    app = Flask("serving")
    app.add_url_rule("/", "paper", lambda: send(store, Paper(), save=False))
    return app.test_client()


def test_the_whole_comes_with_its_length_and_says_that_ranges_are_served(client: FlaskClient):
    answer = client.get("/", buffered=True)
    assert (answer.status_code, answer.data) == (200, CONTENT)
    assert answer.content_length == len(CONTENT)
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("0-9", 0, 10),
        (f"{CHUNK - 5}-{CHUNK + 5}", CHUNK - 5, CHUNK + 6),
        (f"{2 * CHUNK}-", 2 * CHUNK, len(CONTENT)),
        ("-7", len(CONTENT) - 7, len(CONTENT)),
    ],
)
def test_a_range_is_that_part_of_it(client: FlaskClient, asked: str, start: int, end: int):
    answer = client.get("/", headers={"Range": f"bytes={asked}"}, buffered=True)
    assert (answer.status_code, answer.data) == (206, CONTENT[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"


def test_a_range_beyond_the_end_is_refused_with_the_size(client: FlaskClient):
    answer = client.get("/", headers={"Range": f"bytes={len(CONTENT)}-"})
    assert answer.status_code == 416


def test_who_has_it_already_gets_nothing_again(client: FlaskClient):
    tag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304
