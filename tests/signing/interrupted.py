"""Signs once for each point at which a process may be killed: `python -m tests.signing.interrupted`.

Its arguments are the data folder and a folder for the work. For each point one process is killed there
by SIGKILL, and a second one, which knows nothing but the files, goes on until the document is signed.
"""

import os
import signal
import sys
from pathlib import Path

from flask import Flask

import signing
from signing import port
from signing.port import Prepared, Signed, Waiting
from tests.signing.conftest import application, page

LEADER = signing.Person("leader-1", "Nguyễn Thị Bình", "H19")
POINTS = ["prepared", "kept", "started", "transaction-kept", "signed", "embedded"]


class Errand:
    """One document on its way; each step finds in files what the steps before have reached."""

    def __init__(self, folder: Path, fatal: str = "") -> None:
        self.folder = folder
        self.fatal = fatal

    def run(self) -> None:
        """From wherever it stands to the end."""
        waiting = self._prepared()
        transaction = self._transaction(waiting)
        answer = port.poll(waiting.kid, transaction)
        assert isinstance(answer, Signed)
        self._reach("signed")
        content = port.embed(waiting, answer.signature)
        self._reach("embedded")
        self._keep("result.pdf", content)

    def _prepared(self) -> Prepared:
        kept = self.folder / "prepared"
        if not kept.exists():
            key = signing.signing_desk().personal_key(LEADER)
            made = port.prepare_pdf(page(), key=key, name=LEADER.name)
            self._reach("prepared")
            self._keep("prepared", made.dump())
            self._reach("kept")
        return Prepared.load(kept.read_bytes())

    def _transaction(self, waiting: Prepared) -> str:
        kept = self.folder / "transaction"
        if not kept.exists():
            answer = port.start(waiting, title="Giấy phép", reference=self.folder.name)
            assert isinstance(answer, Waiting)
            self._reach("started")
            self._keep("transaction", answer.transaction.encode())
            self._reach("transaction-kept")
        return kept.read_text()

    def _keep(self, name: str, content: bytes) -> None:
        unfinished = self.folder / f"{name}.unfinished"
        unfinished.write_bytes(content)
        unfinished.rename(self.folder / name)

    def _reach(self, point: str) -> None:
        if point == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def main(data: Path, work: Path) -> None:
    """Print how the two processes ended, for each point."""
    app = application(data)
    with app.app_context():
        # What every process would read anew is read once, before they are forked.
        signing.seal_pdf(page(), agency=signing.Agency("H19", "Sở Y tế"))
    for point in POINTS:
        (work / point).mkdir()
        ends = [_ended(app, Errand(work / point, fatal)) for fatal in (point, "")]
        print(point, *ends, flush=True)  # noqa: T201


def _ended(app: Flask, errand: Errand) -> int:
    """The signal that ended a process of its own, or 0."""
    child = os.fork()
    if not child:
        with app.app_context():
            errand.run()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
