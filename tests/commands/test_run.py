"""`motcua run` and `motcua demo` as a stranger uses them: real processes on real ports."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pytest
from sqlalchemy import func, select

from commands import migrations
from commands.errors import SandboxNotStarted
from commands.prepare import prepare_installation
from commands.sample.people import PASSWORD
from commands.sandboxes import running_sandboxes
from core.config import Settings
from core.database import Model, db
from tests.servers import running_seaweedfs
from wsgi import create_app

MOTCUA = [sys.executable, "-m", "commands"]


def free_ports(count: int) -> list[int]:
    with open_ports(count) as sockets:
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def open_ports(count: int) -> Iterator[list[socket.socket]]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        yield sockets
    finally:
        for each in sockets:
            each.close()


@pytest.fixture(
    params=["sqlite and folder", pytest.param("postgresql and seaweedfs", marks=pytest.mark.slow)]
)
def environment(request, tmp_path) -> Iterator[dict[str, str]]:
    """The environment of an installation of its own, with every address on a free port."""
    site, register, payment, identity, mail = free_ports(5)
    settings = {
        **os.environ,
        "MOTCUA_DATA_DIRECTORY": str(tmp_path / "var"),
        "MOTCUA_LOG_LEVEL": "WARNING",
        "MOTCUA_PUBLIC_URL": f"http://127.0.0.1:{site}",
        "MOTCUA_ENTERPRISE_REGISTER_URL": f"http://127.0.0.1:{register}",
        "MOTCUA_PAYMENT_GATEWAY_URL": f"http://127.0.0.1:{payment}",
        "MOTCUA_IDENTITY_PROVIDER_URL": f"http://127.0.0.1:{identity}",
        "MOTCUA_MAIL_URL": f"smtp://127.0.0.1:{mail}",
    }
    if request.param == "sqlite and folder":
        yield settings
        return
    documents = tmp_path / "weed"
    documents.mkdir()
    postgres = request.getfixturevalue("postgres")
    with postgres.database() as database_url, running_seaweedfs(documents) as documents_url:
        yield settings | {
            "MOTCUA_DATABASE_URL": database_url,
            "MOTCUA_DOCUMENTS_URL": documents_url,
        }


@contextmanager
def running_site(environment: dict[str, str]) -> Iterator[str]:
    """The running site, and what it has said until it was ready; stopped as by Ctrl-C."""
    with subprocess.Popen(
        [*MOTCUA, "run"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Stop with Ctrl-C"):
                break
        # Whoever stops reading would stop the site once the pipe is full.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        try:
            yield "".join(said)
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0


def nobody_listens(address: str) -> bool:
    host, port = address.removeprefix("http://").split(":")
    with closing(socket.socket()) as connection:
        return connection.connect_ex((host, int(port))) != 0


@pytest.mark.timeout(240)
def test_the_demo_passes_against_the_running_site(environment):
    with running_site(environment) as greeting:
        assert environment["MOTCUA_PUBLIC_URL"] in greeting, greeting
        assert PASSWORD in greeting
        page = httpx.get(environment["MOTCUA_PUBLIC_URL"], timeout=30)
        assert "Toàn bộ dữ liệu là giả định" in page.text
        done = subprocess.run(
            [*MOTCUA, "demo"], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "The demo passed." in done.stdout
        if os.environ.get("CI") or all(map(shutil.which, ["pdfsig", "xmlsec1"])):
            assert "✓ pdfsig accepts the notice" in done.stdout
            assert "✓ xmlsec1 refuses a changed copy" in done.stdout
    assert nobody_listens(environment["MOTCUA_PUBLIC_URL"])
    assert nobody_listens(environment["MOTCUA_ENTERPRISE_REGISTER_URL"])
    assert nobody_listens(environment["MOTCUA_PAYMENT_GATEWAY_URL"])


def test_the_demo_without_a_site_says_what_to_do():
    (port,) = free_ports(1)
    done = subprocess.run(
        [*MOTCUA, "demo", "--address", f"http://127.0.0.1:{port}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "make run" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_that_is_taken_is_named_with_a_way_out():
    with open_ports(1) as (taken,):
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        (free,) = free_ports(1)
        environment = os.environ | {
            "MOTCUA_ENTERPRISE_REGISTER_URL": f"http://127.0.0.1:{free}",
            "MOTCUA_PAYMENT_GATEWAY_URL": address,
        }
        done = subprocess.run(
            [*MOTCUA, "run"], env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert address.removeprefix("http://") in done.stderr
    assert "MOTCUA_PAYMENT_GATEWAY_URL=" in done.stderr


def test_a_sandbox_whose_port_is_taken_is_named():
    with open_ports(1) as (taken,):
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        settings = Settings(enterprise_register_url=url, payment_gateway_url="https://pay.example")
        with pytest.raises(SandboxNotStarted, match="enterprise"), running_sandboxes(settings):
            pass


def test_preparing_twice_changes_nothing(tmp_path):
    register, payment = free_ports(2)
    settings = Settings(
        data_directory=tmp_path,
        log_level="WARNING",
        enterprise_register_url=f"http://127.0.0.1:{register}",
        payment_gateway_url=f"http://127.0.0.1:{payment}",
    )
    app = migrations.with_migrations(create_app(settings))
    with running_sandboxes(settings), app.app_context():
        prepare_installation(app, demo=True)
        before = rows()
        prepare_installation(app, demo=True)
        assert rows() == before
        assert (before["dossier"], before["register_entry"]) == (5, 1)
        db.session.remove()
        db.engine.dispose()


def rows() -> dict[str, int]:
    count = select(func.count())
    tables = Model.metadata.sorted_tables
    return {each.name: db.session.scalar(count.select_from(each)) or 0 for each in tables}
