"""What a template cannot do: hang, eat the memory, read, reach out, or spoil the next letter."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import letters
from letters.errors import RendererStopped, RenderTimedOut, TemplateBroken
from letters.pool import WorkerPool
from tests.letters.conftest import HEAD

ENDLESS = "#for i in range(100000) { for j in range(100000) { let x = i } }"
GREEDY = '#let x = "a"\n#for i in range(40) { x = x + x }\n#x.len()'
PROJECT = Path(__file__).parents[2]


@pytest.fixture
def impatient() -> Iterator[WorkerPool]:
    """One typesetter that has half a second for a letter and lives for three of them."""
    pool = WorkerPool(size=1, seconds=0.5, renders_per_worker=3)
    yield pool
    pool.close()


def request(body: str) -> dict[str, object]:
    return {"template": HEAD + body, "data": "{}", "root": str(PROJECT / "letters"), "moment": 0}


def test_an_endless_template_is_ended_and_the_next_letter_is_made(impatient: WorkerPool):
    before = time.monotonic()
    with pytest.raises(RenderTimedOut):
        impatient.render(request(ENDLESS))
    assert time.monotonic() - before < 10
    assert impatient.render(request("good")).startswith(b"%PDF-")


def test_a_greedy_template_ends_only_its_own_process():
    pool = WorkerPool(size=1, memory_bytes=512 << 20)
    with pytest.raises(RendererStopped):
        pool.render(request(GREEDY))
    assert pool.render(request("good")).startswith(b"%PDF-")
    pool.close()


def test_a_typesetter_is_replaced_after_its_share_of_letters(impatient: WorkerPool):
    seen = set()
    for number in range(7):
        impatient.render(request(str(number)))
        seen.add(impatient._idle.queue[0]._process.pid)
    assert len(seen) == 3


@pytest.mark.parametrize("path", ["/etc/passwd", "../pool.py", "/../../../../etc/passwd"])
def test_no_file_outside_its_folder_is_read(app: Flask, path: str):
    with pytest.raises(TemplateBroken):
        letters.render(HEAD + f'#read("{path}")', data={})


def test_a_package_is_not_fetched_from_the_network(app: Flask):
    with pytest.raises(TemplateBroken) as refused:
        letters.render('#import "@preview/example:0.1.0": *', data={})
    assert "Connection refused" in refused.value.params["message"]


def test_the_typesetter_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MOTCUA_SECRET_KEY", "very secret")
    pool = WorkerPool(size=1)
    pool.render(request("x"))
    pid = pool._idle.queue[0]._process.pid
    assert b"MOTCUA" not in Path(f"/proc/{pid}/environ").read_bytes()
    pool.close()


def test_many_threads_each_get_their_own_letter(app: Flask):
    pool = letters.pool()
    made: dict[int, bytes] = {}

    def make(number: int) -> None:
        made[number] = pool.render(request(f"letter {number}"))

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == {number: pool.render(request(f"letter {number}")) for number in range(8)}


FORKING = """
import os, sys
sys.path.insert(0, {project!r})
from flask import Flask
import letters

app = Flask("fork")
letters.init_app(app, None)
with app.app_context():
    template = '#set document(title: "x")\\n#set text(font: "Tinos")\\nx'
    first = letters.render(template, data={{}})
    assert "typst" not in sys.modules
    child = os.fork()
    if child == 0:
        os._exit(0 if letters.render(template, data={{}}) == first else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert letters.render(template, data={{}}) == first
"""


def test_a_forked_server_process_still_makes_letters():
    """typst hangs for ever in a fork of a process that has used it; so no server uses it."""
    script = FORKING.format(project=str(PROJECT))
    subprocess.run([sys.executable, "-c", script], timeout=60, check=True)


ORPHANING = """
import os, signal, sys
sys.path.insert(0, {project!r})
from letters.pool import WorkerPool

pool = WorkerPool(size=1)
pool.render({{"template": {template!r}, "data": "{{}}", "root": "/tmp", "moment": 0}})
print(pool._idle.queue[0]._process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_typesetter_does_not_outlive_its_server():
    script = ORPHANING.format(project=str(PROJECT), template=HEAD + "x")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    pid = int(done.stdout)
    deadline = time.monotonic() + 10
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
