"""What the installation says of itself, and to whom."""

from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from commands import migrations
from core.clock import now
from core.config import Settings
from core.database import db
from dossiers import measures
from storage.errors import StoreUnavailable
from tests.api.conftest import code_of, make_app
from tests.engine.test_measures import plan
from wsgi import create_app

STRANGER = {"REMOTE_ADDR": "203.0.113.9"}
PARTS = {
    "database",
    "tables",
    "chores",
    "workers",
    "breakers",
    "signing keys",
    "documents",
    "status feed",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole application on migrated tables."""
    settings = Settings(data_directory=tmp_path_factory.mktemp("site"), embedded_workers=0)
    app = migrations.with_migrations(create_app(settings))
    with app.app_context():
        migrations.upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def caller(site: Flask) -> FlaskClient:
    client = site.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_the_process_lives(client: FlaskClient):
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_a_site_that_is_ready_names_all_its_parts(caller: FlaskClient):
    told = caller.get("/readyz").get_json()
    assert told["status"] == "ok"
    assert told["parts"].keys() == PARTS
    assert told["parts"]["tables"] == {
        "state": "ok",
        "detail": "The tables are those of this version.",
    }


def test_it_speaks_the_language_of_its_caller(caller: FlaskClient):
    told = caller.get("/readyz", headers={"Accept-Language": "vi"}).get_json()
    assert told["parts"]["database"]["detail"] == "Có phản hồi."


def test_strangers_are_told_states_but_no_details(caller: FlaskClient):
    told = caller.get("/readyz", environ_base=STRANGER).get_json()
    assert told["parts"]["tables"] == {"state": "ok"}


def test_without_documents_the_rest_goes_on(app: Flask, client: FlaskClient):
    class Down:
        def keys(self, prefix: str) -> Any:
            raise StoreUnavailable(reason="refused by 10.0.0.7")

    app.extensions["motcua.storage"] = Down()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "degraded")
    assert answer.get_json()["parts"]["documents"] == {
        "state": "down",
        "detail": "It does not answer (StoreUnavailable).",
    }


def test_without_its_database_the_site_is_not_ready(
    app: Flask, client: FlaskClient, settings: Settings
):
    with app.app_context():
        db.engine.dispose()
    for path in settings.data_directory.glob("motcua.db*"):
        path.unlink()
    (settings.data_directory / "motcua.db").mkdir()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "down")
    assert answer.get_json()["parts"]["database"]["state"] == "down"


def test_with_tables_of_another_version_the_site_is_not_ready(tmp_path: Path):
    app = create_app(Settings(data_directory=tmp_path))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "motcua db upgrade" in answer.get_json()["parts"]["tables"]["detail"]


def test_a_key_that_cannot_be_read_is_noticed(site: Flask, caller: FlaskClient):
    folder = site.extensions["motcua.signing"].table.folder / "issuing"
    folder.mkdir(parents=True)
    (folder / "broken.pem").write_text("no key")
    told = caller.get("/readyz").get_json()
    (folder / "broken.pem").unlink()
    assert told["parts"]["signing keys"]["state"] == "down"
    assert told["status"] == "degraded"


def test_measurements_are_for_this_machine(caller: FlaskClient):
    answer = caller.get("/metrics")
    assert answer.content_type.startswith("text/plain")
    assert f'motcua_build_info{{version="{version("motcua")}"}} 1.0' in answer.text
    for name in ("motcua_tasks_open", "motcua_dossiers_overdue", "motcua_feed_lag_seconds"):
        assert f"\n{name} 0.0" in answer.text


@pytest.mark.parametrize(
    "stranger",
    [
        {"environ_base": STRANGER},
        {"headers": {"X-Forwarded-For": "203.0.113.9"}},
        {"headers": {"X-Real-IP": "127.0.0.1"}},
    ],
    ids=["another machine", "through a proxy", "through a proxy with a lie"],
)
def test_strangers_get_no_measurements(caller: FlaskClient, stranger: dict[str, Any]):
    answer = caller.get("/metrics", **stranger)
    assert answer.status_code == 403
    assert code_of(answer) == "for-insiders"


@pytest.mark.parametrize(
    ("header", "status"),
    [("Bearer long-secret", 200), ("Bearer other", 403), ("Basic long-secret", 403), ("", 403)],
    ids=["the token", "another token", "another scheme", "none"],
)
def test_with_a_token_only_the_token_counts(
    settings: Settings, catalogues: str, header: str, status: int
):
    client = make_app(replace(settings, metrics_token="long-secret"), catalogues).test_client()
    for caller in ({}, STRANGER):
        answer = client.get("/metrics", headers={"Authorization": header}, environ_base=caller)
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("index", "statement"),
    [
        ("ix_dossier_under_the_clock", measures.overdue_query(now())),
        ("status_change", measures.unnumbered_query()),
    ],
    ids=["overdue dossiers", "unnumbered changes"],
)
def test_finished_dossiers_are_not_looked_at(
    bare_app: Flask, each_database: str, index: str, statement: Any
):
    seen = plan(statement)
    assert index in seen
    assert "SCAN dossier" not in seen
    assert "Seq Scan" not in seen
