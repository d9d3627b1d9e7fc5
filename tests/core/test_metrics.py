"""Measurements: requests are timed, several processes are added up."""

import os
import subprocess
import sys
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from core import database
from core.config import Settings
from core.database import db
from core.metrics import Gauge, init_app, metrics

OBSERVE = "from core.metrics import Metrics; Metrics().seconds('step', 'A step.').observe(0.02)"
SHOW = """
from flask import Flask
from core import database
from core.config import Settings
from core.metrics import Metrics
app = Flask("shown")
database.init_app(app, Settings(database_url="sqlite://"))
with app.app_context():
    print(Metrics().text().decode())
"""


def text_of(app: Flask) -> str:
    with app.app_context():
        return metrics().text().decode()


def test_requests_are_timed_by_route_and_class_of_status(bare_app: Flask):
    init_app(bare_app)
    bare_app.add_url_rule("/cases/<name>", view_func=lambda name: name, endpoint="case")
    client = bare_app.test_client()
    for address in ("/cases/an", "/cases/binh", "/nowhere/private"):
        client.get(address)
    told = text_of(bare_app)
    timed = 'motcua_http_request_seconds_count{method="GET",route="/cases/<name>",status="2xx"} 2.0'
    assert timed in told
    assert 'route="unrouted",status="4xx"} 1.0' in told
    assert "private" not in told


def test_without_a_database_the_rest_is_still_told(bare_app: Flask, tmp_path: Path):
    lost = Flask("lost")
    database.init_app(lost, Settings(database_url="postgresql://127.0.0.1:1/none"))
    with lost.app_context():
        metrics().read_by(_reads_the_database)
        told = metrics().text().decode()
    assert "motcua_database_up 0.0" in told
    assert "process_cpu_seconds_total" in told


def test_several_processes_are_added_up(tmp_path: Path):
    shared = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", OBSERVE], env=shared, check=True)
    shown = subprocess.run(
        [sys.executable, "-c", SHOW], env=shared, check=True, capture_output=True, text=True
    )
    assert "step_count 2.0" in shown.stdout


def _reads_the_database() -> list[Gauge]:
    db.session.execute(text("SELECT 1"))
    return []
