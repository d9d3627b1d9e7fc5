"""A file of one gigabyte, by a form and in pieces, through a real server: its memory hardly grows."""

import http.client
import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest
from sqlalchemy import select

from core.config import Settings
from core.database import Model, db, reading
from core.ids import new_id
from dossiers.models import Document
from tests.api.house import furnished
from tests.browser.running import free_port
from wsgi import create_app

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

GIGABYTE = 1024**3
MEGABYTE = 1024**2
PIECE = 64 * MEGABYTE
MOST = 150 * MEGABYTE
PATIENCE = 400.0
SERVE = (
    "import sys; from commands.site import Site; from core.config import Settings; "
    "Site(Settings.from_environment(), sys.argv[1], 'ready').run()"
)


@dataclass(frozen=True)
class Heard:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes


def big_pdf(path: Path) -> None:
    """A PDF with one stream of a gigabyte, which one could not pack, made without holding it."""
    block = os.urandom(MEGABYTE)
    head = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Padding 4 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>",
    ]
    with path.open("wb") as file:
        file.write(head)
        places = []
        for number, content in enumerate(objects, 1):
            places.append(file.tell())
            file.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        places.append(file.tell())
        file.write(b"4 0 obj\n<< /Length %d >>\nstream\n" % GIGABYTE)
        for _ in range(GIGABYTE // MEGABYTE):
            file.write(block)
        file.write(b"\nendstream\nendobj\n")
        table = file.tell()
        file.write(b"xref\n0 5\n0000000000 65535 f \n")
        file.writelines(b"%010d 00000 n \n" % place for place in places)
        file.write(b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table)


@contextmanager
def serving(settings: Settings, port: int) -> Iterator[int]:
    """The site as it is served, with a thread that works jobs; yields the id of its worker process."""
    environment = {
        **os.environ,
        "MOTCUA_DATA_DIRECTORY": str(settings.data_directory),
        "MOTCUA_UPLOAD_MEGABYTES": str(settings.upload_megabytes),
        "MOTCUA_EMBEDDED_WORKERS": "1",
        "MOTCUA_LOG_LEVEL": "WARNING",
        "MOTCUA_PLAY_SCENARIOS": "0",
    }
    command = [sys.executable, "-c", SERVE, f"127.0.0.1:{port}"]
    log = settings.data_directory / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            waited(lambda: _answers(port), log.read_text)
            (worker,) = _children(server.pid)
            yield worker
        finally:
            server.terminate()
            server.wait(60)


def waited(done: Callable[[], Any], told: Callable[[], str] = str) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := done()):
        assert time.monotonic() < end, told()
        time.sleep(0.2)
    return found


def _answers(port: int) -> bool:
    try:
        return _asked(port, "GET", "/api/openapi.json").status == http.client.OK
    except OSError:
        return False


def _asked(port: int, method: str, address: str, body: Any = None, **headers: str) -> Heard:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    try:
        line.request(method, address, body, named)
        answer = line.getresponse()
        return Heard(answer.status, dict(answer.headers), answer.read())
    finally:
        line.close()


def _children(process: int) -> list[int]:
    """Those that any of its threads started."""
    told = (each.read_text() for each in Path(f"/proc/{process}/task").glob("*/children"))
    return [int(each) for text in told for each in text.split()]


def _memory(process: int, line: str) -> int:
    """Bytes in its own memory now (`VmRSS`) or at most so far (`VmHWM`)."""
    told = Path(f"/proc/{process}/status").read_text().split(f"{line}:")[1]
    return int(told.split()[0]) * 1024


def test_a_gigabyte_goes_through_in_little_memory(tmp_path: Path) -> None:
    settings = Settings(data_directory=tmp_path / "var", upload_megabytes=1_100)
    settings.data_directory.mkdir()
    app = create_app(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
    owner = furnished(app).owner
    draft = owner.draft()
    one, other = draft["missing_documents"][:2]
    big_pdf(tmp_path / "big.pdf")

    with serving(settings, port := free_port()) as worker:
        _asked(port, "GET", "/api/v1/me", **owner.headers)
        before = _memory(worker, "VmRSS")

        with (tmp_path / "big.pdf").open("rb") as file:
            _by_form(port, owner.headers, draft["id"], one, file)
            file.seek(0)
            _in_pieces(port, owner.headers, draft["id"], other, file)
        waited(lambda: _states(app) == ["there", "there"], lambda: str(_states(app)))

        grown = _memory(worker, "VmHWM") - before
        readers = [_memory(each, "VmHWM") for each in _children(worker)]
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert grown <= MOST, f"grew by {grown / MEGABYTE:.0f} MB"
    assert readers
    assert all(each <= MOST for each in readers), readers


def _states(app: Any) -> list[str]:
    with app.app_context(), reading() as session:
        return [str(each) for each in session.scalars(select(Document.state))]


def _by_form(port: int, headers: dict[str, str], dossier: str, kind: str, file: IO[bytes]) -> None:
    head = (
        f'--edge\r\nContent-Disposition: form-data; name="kind"\r\n\r\n{kind}\r\n'
        '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    ).encode()
    tail = b"\r\n--edge--\r\n"
    size = os.fstat(file.fileno()).st_size

    def body() -> Iterator[bytes]:
        yield head
        while piece := file.read(MEGABYTE):
            yield piece
        yield tail

    answer = _asked(
        port,
        "POST",
        f"/api/v1/dossiers/{dossier}/documents",
        body(),
        **headers,
        Content_Type="multipart/form-data; boundary=edge",
        Content_Length=str(len(head) + size + len(tail)),
        Idempotency_Key=new_id().hex,
    )
    assert (answer.status, json.loads(answer.body)["state"]) == (201, "checking"), answer.body


def _in_pieces(
    port: int, headers: dict[str, str], dossier: str, kind: str, file: IO[bytes]
) -> None:
    told = f"filename {b64encode(b'b.pdf').decode()},kind {b64encode(kind.encode()).decode()}"
    size = os.fstat(file.fileno()).st_size
    begun = _asked(
        port,
        "POST",
        f"/api/v1/dossiers/{dossier}/uploads",
        **headers,
        Tus_Resumable="1.0.0",
        Upload_Length=str(size),
        Upload_Metadata=told,
    )
    address, offset = begun.headers["Location"], 0
    while piece := file.read(PIECE):
        sent = _asked(
            port,
            "PATCH",
            address,
            piece,
            **headers,
            Tus_Resumable="1.0.0",
            Upload_Offset=str(offset),
            Content_Type="application/offset+octet-stream",
        )
        assert sent.status == http.client.NO_CONTENT, sent.body
        offset = int(sent.headers["Upload-Offset"])
    assert offset == size
