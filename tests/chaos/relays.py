"""A relay of the status feed in a process of its own, which dies at one of its commits."""

import os
import signal
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import event

from core import chores, database
from core.config import Settings
from core.database import db
from dossiers import context, feed

HALF = 0.5


def application(url: str, folder: Path) -> Flask:
    """Nothing but dossiers and their feed."""
    app = Flask("relay")
    settings = Settings(data_directory=folder, database_url=url, embedded_workers=0)
    database.init_app(app, settings)
    chores.init_app(app)
    context.install(app, settings)
    return app


def relay(url: str, folder: Path, commits: int, seed: int) -> None:
    """Number changes; at one commit die, either before it or behind it and unheard."""
    app, random = application(url, folder), Random(seed)
    with app.app_context():
        passed = 0

        def count(*_: object) -> None:
            nonlocal passed
            passed += 1
            if passed == commits:
                os.kill(os.getpid(), signal.SIGKILL)

        where = (db.engine, "commit") if random.random() < HALF else (db.session, "after_commit")
        event.listen(*where, count)
        while True:
            feed.number_status_changes(limit=random.randint(1, 4))
