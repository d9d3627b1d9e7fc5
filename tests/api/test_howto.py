"""The programs of docs/howto-external-worker.md, run as they stand against a real server process.

And what becomes of a job whose program is killed.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from core.config import Settings
from core.database import Model, db
from tests.api.external_site import CLIENT, KIND, SECRET, admit_client, build, start
from tests.api.test_external_jobs import incidents, program_of, variables
from tests.servers import Postgres

PAGE = Path(__file__).parents[2] / "docs" / "howto-external-worker.md"
# Fetches as the page says, then dies or sleeps where it should work.
FETCH_AND_SLEEP = (
    "\n        print(job['id'], job['lock'], flush=True); import time; time.sleep(60)\n"
)


@dataclass(frozen=True)
class Running:
    """A site in a process of its own, on the database of the test."""

    app: Flask
    environment: dict[str, str]

    @contextmanager
    def program(self, *command: str) -> Iterator["subprocess.Popen[str]"]:
        with subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                yield process
            finally:
                process.kill()


@pytest.fixture(scope="module")
def running(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("site")
    with postgres.database(Model.metadata) as url:
        given = {
            "MOTCUA_DATA_DIRECTORY": str(folder),
            "MOTCUA_DATABASE_URL": url,
            "MOTCUA_EXTERNAL_JOB_KINDS": KIND,
            "MOTCUA_LOG_LEVEL": "WARNING",
        }
        settings = Settings(data_directory=folder, database_url=url, external_job_kinds=KIND)
        app = build(settings)
        command = [sys.executable, "-m", "tests.api.external_site", "0"]
        with (
            app.app_context(),
            subprocess.Popen(
                command, env=os.environ | given, stdout=subprocess.PIPE, text=True
            ) as server,
        ):
            admit_client()
            port = server.stdout.readline().split()[-1]
            access = {"MOTCUA_URL": f"http://127.0.0.1:{port}", "CLIENT_ID": CLIENT}
            try:
                yield Running(app, os.environ | access | {"CLIENT_SECRET": SECRET})
            finally:
                server.kill()
                db.session.remove()
                db.engine.dispose()


def code(language: str) -> str:
    """The only block of that language on the page."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(found)


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def shelf(instance_id: UUID) -> str | None:
    db.session.remove()
    found: str | None = variables(instance_id).get("shelf")
    return found


def test_the_programs_of_the_page_work_jobs(running: Running):
    first = start(reference="G18.99")
    with running.program("sh", "-e", "-c", code("sh")) as shell:
        assert shell.wait(30) == 0
    assert shelf(first) == "shelf-6"

    with running.program(sys.executable, "-c", code("python")):
        second = start(reference="G18")
        wait_until(lambda: shelf(second) == "shelf-3")
    assert incidents() == []


def test_a_killed_program_loses_its_job_to_another_and_the_result_counts_once(running: Running):
    instance_id = start(reference="G18")
    dying = re.sub(r"\n        answer = .*", FETCH_AND_SLEEP, code("python"), flags=re.DOTALL)
    dying = dying.replace('"lock_seconds": 60', '"lock_seconds": 1')
    with running.program(sys.executable, "-c", dying) as victim:
        job_id, lock = victim.stdout.readline().split()
        os.kill(victim.pid, signal.SIGKILL)
    with running.program(sys.executable, "-c", code("python")):
        wait_until(lambda: shelf(instance_id) == "shelf-3")

    late = program_of(running.app, CLIENT)
    answer = late.post(f"{job_id}/complete", lock=lock, variables={"shelf": "elsewhere"})
    assert answer.status_code == 409
    assert variables(instance_id) == {"reference": "G18", "shelf": "shelf-3", "notes": 1}
