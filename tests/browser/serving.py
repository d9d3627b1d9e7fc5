"""An application of the tests behind a real socket, so that a browser can walk through it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from core.config import Settings
from core.database import Model, db
from wsgi import create_app


def app_in(folder: Path, **settings: Any) -> Flask:
    """An application with empty tables, whose jobs are worked when the test says so."""
    chosen = {"embedded_workers": 0, "demonstration": True} | settings
    app = create_app(Settings(data_directory=folder, **chosen))
    with app.app_context():
        Model.metadata.create_all(db.engine)
    return app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of the application as long as the context is open."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
