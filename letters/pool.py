"""A few typesetting processes kept warm; each is replaced when it hangs, dies or is worn out."""

import json
import os
import queue
import re
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

from letters.errors import RenderersBusy, RendererStopped, RenderTimedOut, TemplateBroken

_WORKER = Path(__file__).with_name("worker.py")
_LENGTH_BYTES = 4
_START_SECONDS = 60.0
_PLACE = re.compile(r"┌─ (?P<file>\S+):(?P<line>\d+):\d+")
_ENVIRONMENT = {
    "PATH": os.defpath,
    # A template may name a package of the typst universe. This address answers nothing, so the
    # download fails at once instead of leaving the machine.
    "https_proxy": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "RAYON_NUM_THREADS": "1",
}


class Worker:
    """One typesetting process."""

    def __init__(self, memory_bytes: int, cpu_seconds: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and file)
            [sys.executable, "-I", "-B", str(_WORKER), str(memory_bytes), str(cpu_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=_ENVIRONMENT,
        )
        self._warm = False
        self.renders = 0
        self.stop = weakref.finalize(self, _end, self._process)

    def ask(self, request: dict[str, Any], seconds: float) -> bytes:
        """Have one request typeset; raises TemplateBroken, RenderTimedOut or RendererStopped."""
        if not self._warm:
            self._answer(b"", _START_SECONDS)
            self._warm = True
        self.renders += 1
        answer = self._answer(json.dumps(request).encode(), seconds)
        if answer[:1] == b"P":
            return answer[1:]
        raise _broken(json.loads(answer[1:]), request["root"])

    def _answer(self, question: bytes, seconds: float) -> bytes:
        """Send a question, if any, and read one frame; a timer kills a process that is late."""
        late = threading.Event()
        timer = threading.Timer(seconds, self._kill, (late,))
        timer.start()
        try:
            return self._exchange(question)
        except (OSError, EOFError) as error:
            failure = RenderTimedOut(seconds=seconds) if late.is_set() else RendererStopped()
            raise failure from error
        finally:
            timer.cancel()

    def _exchange(self, question: bytes) -> bytes:
        if self._process.stdin is None or self._process.stdout is None:
            raise EOFError
        if question:
            self._process.stdin.write(len(question).to_bytes(_LENGTH_BYTES, "big") + question)
            self._process.stdin.flush()
        head = self._process.stdout.read(_LENGTH_BYTES)
        size = int.from_bytes(head, "big")
        answer = self._process.stdout.read(size)
        if len(head) < _LENGTH_BYTES or len(answer) < size:
            raise EOFError
        return answer

    def _kill(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()


class WorkerPool:
    """Typesetting processes shared by the threads of one process; made on first use."""

    def __init__(
        self,
        *,
        size: int = 2,
        seconds: float = 10.0,
        memory_bytes: int = 1 << 30,
        renders_per_worker: int = 500,
    ) -> None:
        self._size = size
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._renders_per_worker = renders_per_worker
        self._lock = threading.Lock()
        self._owner = 0
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()

    def render(self, request: dict[str, Any]) -> bytes:
        """The PDF of a request; see Worker.ask for the errors, and RenderersBusy."""
        idle = self._workers()
        worker = self._free(idle)
        try:
            return worker.ask(request, self._seconds)
        except (RenderTimedOut, RendererStopped):
            worker.stop()
            raise
        finally:
            idle.put(self._kept_or_replaced(worker))

    def adopt(self) -> None:
        """After a fork: go on with the parent's processes, which does nothing itself meanwhile."""
        with self._lock:
            if self._owner:
                self._owner = os.getpid()

    def close(self) -> None:
        """End all idle processes; the next render starts new ones."""
        with self._lock:
            self._owner = 0
            while not self._idle.empty():
                self._idle.get_nowait().stop()

    def _workers(self) -> queue.LifoQueue[Worker]:
        with self._lock:
            # Pipes that were inherited through a fork belong to the parent: start our own.
            if self._owner != os.getpid():
                self._idle = queue.LifoQueue()
                for _ in range(self._size):
                    self._idle.put(self._started())
                self._owner = os.getpid()
            return self._idle

    def _free(self, idle: queue.LifoQueue[Worker]) -> Worker:
        try:
            return idle.get(timeout=self._seconds + _START_SECONDS)
        except queue.Empty as error:
            raise RenderersBusy from error

    def _kept_or_replaced(self, worker: Worker) -> Worker:
        if worker.stop.alive and worker.renders < self._renders_per_worker:
            return worker
        worker.stop()
        return self._started()

    def _started(self) -> Worker:
        cpu_seconds = int(self._seconds + 1) * self._renders_per_worker
        return Worker(self._memory_bytes, cpu_seconds)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def _broken(report: dict[str, Any], root: str) -> TemplateBroken:
    place = _PLACE.search(report["diagnostic"])
    message = "; ".join([report["message"], *report["hints"]]).replace(root, "")
    return TemplateBroken(
        file=_shown(place["file"], root) if place else "template",
        line=int(place["line"]) if place else 0,
        message=message,
    )


def _shown(path: str, root: str) -> str:
    name = ("/" + path.lstrip("/")).removeprefix(root).lstrip("/")
    return "template" if name == "__typst_py_bytes__.typ" else name
