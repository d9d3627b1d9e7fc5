"""A backup brings back everything, into either database, and never harms what is there."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

import storage
from accounts import operations
from accounts.actor import SYSTEM, Kind
from accounts.authentication import by_password
from commands import migrations
from commands.backup.command import backup, restore
from commands.sample.people import PASSWORD
from core import audit
from core.audit import AuditTag
from core.config import Settings
from core.database import Model, db, transaction
from wsgi import create_app

CHAIN = UUID(int=1)


class SampleTag(AuditTag):
    DONE = "sample:deed:done"


FIRST_EMBEDDED = pytest.mark.parametrize(
    "empty_database",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)],
    indirect=True,
)


@pytest.fixture
def installation(tmp_path):
    """Opens an installation of its own by its name and the URL of its database."""

    @contextmanager
    def opened(name: str, url: str) -> Iterator[Flask]:
        settings = Settings(data_directory=tmp_path / name, database_url=url, log_level="WARNING")
        app = migrations.with_migrations(create_app(settings))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()

    return opened


@pytest.fixture
def archive(tmp_path, installation, empty_database):
    """A backup of an installation with people, an audit trail, a document and keys."""
    path = tmp_path / "backup.tar.gz"
    with installation("old", empty_database) as app:
        fill()
        done = app.test_cli_runner().invoke(backup, [str(path)])
        assert done.exit_code == 0, done.output
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def other_database(request) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


def fill() -> None:
    migrations.upgrade()
    with transaction():
        account = operations.create_account(
            "mai", "Nguyễn Thị Mai", kind=Kind.CITIZEN, by=SYSTEM, password=PASSWORD
        )
        operations.add_membership(account.id, "0315123453", by=SYSTEM)
        for number in range(3):
            audit.append(
                SampleTag.DONE, actor="a", subject="s", chain=CHAIN, details={"number": number}
            )
    storage.store().put("dossiers/1/notice.pdf", io.BytesIO(b"%PDF"), "application/pdf")


def contents() -> dict[str, list[tuple[object, ...]]]:
    return {
        table.name: sorted(map(tuple, db.session.execute(select(table))), key=str)
        for table in Model.metadata.sorted_tables
    }


def keys_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in (folder / "keys").rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_everything_comes_back_in_either_database(
    archive, installation, empty_database, other_database, tmp_path
):
    with installation("new", other_database) as app:
        done = app.test_cli_runner().invoke(restore, [str(archive)])
        assert done.exit_code == 0, done.output
        restored = contents()
        assert audit.first_broken(CHAIN) is None
        assert by_password("mai", PASSWORD, address="127.0.0.1")
        with storage.store().open("dossiers/1/notice.pdf") as document:
            assert document.read() == b"%PDF"
        assert storage.store().stat("dossiers/1/notice.pdf").media_type == "application/pdf"
    with installation("old", empty_database):
        assert contents() == restored
    assert keys_of(tmp_path / "new") == keys_of(tmp_path / "old") != {}


@FIRST_EMBEDDED
def test_nothing_is_overwritten_unless_it_is_said(archive, installation, empty_database):
    with installation("old", empty_database) as app:
        before = contents()
        done = app.test_cli_runner().invoke(restore, [str(archive)])
        assert done.exit_code == 1
        assert "--replace" in done.output
        assert contents() == before


@FIRST_EMBEDDED
def test_what_was_done_since_is_lost_when_it_is_said(archive, installation, empty_database):
    with installation("old", empty_database) as app:
        before = contents()
        with transaction():
            audit.append(SampleTag.DONE, actor="b", subject="later", chain=CHAIN)
        storage.store().put("dossiers/2/later.pdf", io.BytesIO(b"%PDF"), "application/pdf")
        done = app.test_cli_runner().invoke(restore, [str(archive), "--replace"])
        assert done.exit_code == 0, done.output
        assert contents() == before
        assert list(storage.store().keys()) == ["dossiers/1/notice.pdf"]


@FIRST_EMBEDDED
def test_a_damaged_backup_changes_nothing(archive, installation, empty_database):
    archive.write_bytes(archive.read_bytes()[:-2000])
    with installation("old", empty_database) as app:
        before = contents()
        done = app.test_cli_runner().invoke(restore, [str(archive), "--replace"])
        assert done.exit_code == 1
        assert "Nothing was changed" in done.output
        assert contents() == before


def test_a_database_without_tables_cannot_be_saved(installation, tmp_path):
    with installation("empty", "") as app:
        done = app.test_cli_runner().invoke(backup, [str(tmp_path / "no.tar.gz")])
    assert done.exit_code == 1
    assert "motcua db upgrade" in done.output
    assert not (tmp_path / "no.tar.gz").exists()
