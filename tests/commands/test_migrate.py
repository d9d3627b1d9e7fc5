"""`motcua migrate`: a designer sees what a new version does to running cases, and takes them over."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

import workflows
from accounts.actor import SYSTEM
from commands.migrate import migrate
from commands.prepare import deploy_service
from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import submitted
from commands.sample.people import create_people
from core.config import Settings
from core.database import Model, db, transaction
from dossiers import queries
from engine.runtime import EXTENSION
from workflows.operations import deploy_pack
from workflows.pack import ServicePack, read_pack
from wsgi import create_app

PACK = read_pack(Path(workflows.__file__).parent / "catalogue" / SERVICE)
NOBODY_LISTENS = "http://127.0.0.1:9"
OLD = PACK.version[:10]


@pytest.fixture
def installation(settings: Settings) -> Iterator[Flask]:
    """One dossier that waits for its fee."""
    app = create_app(replace(settings, enterprise_register_url=NOBODY_LISTENS))
    app.extensions[EXTENSION].on_job("payment.order", lambda _: {"checkout_url": "https://x/1"})
    with app.app_context():
        Model.metadata.create_all(db.engine)
        deploy_service(SERVICE)
        with transaction():
            create_people()
        submitted(app, "saomai", SAO_MAI)
        yield app
        db.session.remove()
        db.engine.dispose()


def changed(*pairs: tuple[str, str]) -> str:
    """Deploy the service with other words in its process; returns the version."""
    process = PACK.files["process.bpmn"].decode()
    for old, new in pairs:
        process = process.replace(f'"{old}"', f'"{new}"')
    pack = ServicePack({**PACK.files, "process.bpmn": process.encode()})
    with transaction():
        deploy_pack(pack, by="system")
    return pack.version


def run(app: Flask, *arguments: str) -> Result:
    return CliRunner().invoke(migrate, arguments, obj=_info(app))


def _info(app: Flask) -> ScriptInfo:
    return ScriptInfo(create_app=lambda: app)


def test_the_way_from_looking_to_the_report(installation):
    target = changed(("await_payment", "await_fee"))
    arguments = (OLD, SERVICE, "--map", "await_payment=await_fee")

    listed = run(installation, "versions").output
    assert f"{PACK.version[:12]}       1" in listed
    assert f"{target[:12]}       0 offered" in listed
    plan = run(installation, "plan", *arguments).output
    assert "device_declaration_b/await_payment -> await_fee" in plan
    tried = run(installation, "dry-run", *arguments)
    assert (tried.exit_code, tried.output) == (0, "1 can go over, 0 cannot\n")
    done = run(installation, "run", *arguments, "--reason", "another name")
    assert "0 waiting, 1 migrated, 0 refused, 0 untouched" in done.output
    again = run(installation, "report", done.output.split()[1])
    assert again.output == done.output
    (dossier,) = queries.dossiers(visible_to=SYSTEM)
    assert dossier.service_version == target


def test_what_cannot_go_over_is_told_with_every_reason_in_both_languages(installation):
    changed(("await_payment", "await_fee"))

    tried = run(installation, "dry-run", OLD, SERVICE)

    assert tried.exit_code == 1
    reason = "1 × “await_payment” has no counterpart in the new version: name one (gone)"
    assert tried.output.startswith(reason)
    vietnamese = run(installation, "dry-run", OLD, SERVICE, "--language", "vi").output
    assert "không có phần tử tương ứng" in vietnamese


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere", SERVICE), "There is no service “nowhere” here"),
        ((OLD, SERVICE, "--map", "x"), "“x” is no pair of elements"),
        ((OLD, SERVICE, "--map", "x=y"), "There is no element “x” to map"),
    ],
    ids=["version", "pair", "element"],
)
def test_what_is_not_there_is_named(installation, arguments, told):
    done = run(installation, "plan", *arguments)

    assert done.exit_code == 1
    assert told in done.output
