"""Which store the settings name."""

from pathlib import Path

import pytest
from flask import Flask

import storage
from core.config import Settings
from storage.address import S3Address, parse_s3_url
from storage.errors import InvalidDocumentsUrl
from storage.folder import FolderStore
from storage.s3 import S3Store


def test_without_a_setting_documents_live_in_the_data_directory(tmp_path: Path) -> None:
    app = Flask("bare")
    storage.init_app(app, Settings(data_directory=tmp_path))
    with app.app_context():
        assert isinstance(storage.store(), FolderStore)
    assert (tmp_path / "documents").is_dir()


def test_an_s3_store_is_not_talked_to_before_it_is_used() -> None:
    settings = Settings(documents_url="s3://key:secret@nowhere.invalid/bucket")
    assert isinstance(storage.make_store(settings), S3Store)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("s3://k:s@host:8333/b?secure=0", S3Address("host:8333", "b", "k", "s", secure=False)),
        ("s3://k:s@host/b", S3Address("host", "b", "k", "s", secure=True)),
        ("s3://k:a%2Fb%40c@host/b", S3Address("host", "b", "k", "a/b@c", secure=True)),
    ],
)
def test_the_url_is_read(url: str, address: S3Address) -> None:
    assert parse_s3_url(url) == address


@pytest.mark.parametrize(
    "url",
    ["http://k:s@host/b", "s3://host/b", "s3://k:s@host", "s3://k:s@host/b/c", "s3://k:s@host:x/b",
     "s3://k@host/b", "nonsense"],
)  # fmt: skip
def test_an_unreadable_url_is_refused_without_repeating_the_secret(url: str) -> None:
    with pytest.raises(InvalidDocumentsUrl, match="MOTCUA_DOCUMENTS_URL") as refused:
        parse_s3_url(url)
    assert url not in str(refused.value)
