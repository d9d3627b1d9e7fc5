"""A site with nothing but accounts, engine and API: `python -m tests.api.external_site PORT`.

Settings come from the environment; the tables must be there.
"""

import sys
from uuid import UUID

import click
from flask import Flask
from flask_babel import Babel
from werkzeug.serving import make_server

import accounts
import api
import engine
import storage
from accounts import operations
from accounts.actor import SYSTEM, Role
from commands.clients import SCOPES
from core import database
from core.config import Settings
from core.database import transaction
from engine import operations as processes
from engine.runtime import Runtime
from tests.engine.models import flows, mapping, model, service

KIND, OTHER = "paper.archive", "paper.shred"
CLIENT, SECRET = "archive", "secret-of-the-archive"
ARCHIVING = model(
    '<startEvent id="s"/><endEvent id="e"/>'
    + service("a", KIND, mapping(outputs={"shelf": "=shelf"}))
    + service("note", "note")
    + flows("s -> a", "a -> note", "note -> e")
)


def build(settings: Settings) -> Flask:
    app = Flask("external-jobs")
    Babel(app, default_locale="vi")
    database.init_app(app, settings)
    accounts.init_app(app, settings)
    storage.init_app(app, settings)
    _count_notes(engine.init_app(app, settings))
    api.init_app(app, settings)
    return app


def _count_notes(runtime: Runtime) -> None:
    runtime.on_action("note", lambda call: {"notes": call.variables.get("notes", 0) + 1})


def admit_client(client_id: str = CLIENT, *kinds: str, messages: tuple[str, ...] = ()) -> None:
    with transaction():
        operations.register_client(
            client_id,
            client_id,
            role=Role.INTEGRATION,
            scopes=SCOPES,
            by=SYSTEM,
            secret=SECRET,
            job_kinds=kinds or (KIND,),
            message_names=messages,
        )


def start(process: bytes = ARCHIVING, **variables: object) -> UUID:
    with transaction():
        return processes.start(processes.deploy({"p.bpmn": process}), "p", variables)


if __name__ == "__main__":
    site = build(Settings.from_environment())
    with make_server("127.0.0.1", int(sys.argv[1]), site, threaded=True) as server:
        click.echo(f"Listening on {server.port}")
        server.serve_forever()
