"""Kills the house at every point where something becomes durable or leaves it, one after another."""

import json
import multiprocessing
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from tests.chaos.failing import DEATH, NEVER, UNCLAIMED, go_on, prepare, settings_of
from tests.servers import Postgres

PATIENCE = 120.0
# A sealed result is stored as two files before it is recorded.
MOST_STORED_AT_ONCE = 2


@dataclass(frozen=True)
class Ground:
    """A prepared installation, from which each run begins anew, and what a run without death leaves."""

    postgres: Postgres
    folder: Path
    template: str
    register: str
    payment: str

    def undisturbed(self) -> dict[str, Any]:
        """What there is when nobody dies, with the points that were passed."""
        with self._copy("undisturbed") as (url, folder):
            return self._carry_on(url, folder)

    def killed_at(self, point: int) -> dict[str, Any]:
        """What there is when a process died at a point and another one went on."""
        with self._copy(f"point-{point}") as (url, folder):
            assert self._run(url, folder, point) == DEATH
            return self._carry_on(url, folder)

    def _carry_on(self, url: str, folder: Path) -> dict[str, Any]:
        assert self._run(url, folder, NEVER) == 0
        found: dict[str, Any] = json.loads((folder / "told.json").read_text())
        return found

    def _run(self, url: str, folder: Path, point: int) -> int | None:
        settings = settings_of(url, str(folder), self.register, self.payment)
        return in_child(go_on, settings, point, str(folder / "told.json"))

    @contextmanager
    def _copy(self, name: str) -> Iterator[tuple[str, Path]]:
        folder = self.folder.parent / name
        shutil.copytree(self.folder, folder)
        with self.postgres.copy_of(self.template) as url:
            yield url, folder
        shutil.rmtree(folder)


def in_child(deed: Any, *arguments: Any) -> int | None:
    """Do something in a process of its own; returns how that ended."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.failing"])
    child = context.Process(target=deed, args=arguments)
    child.start()
    child.join(PATIENCE)
    if child.is_alive():
        child.kill()
        child.join()
    return child.exitcode


@contextmanager
def prepared(postgres: Postgres, folder: Path, register: str, payment: str) -> Iterator[Ground]:
    """The ground for all runs."""
    base = folder / "base"
    base.mkdir()
    with postgres.database() as url:
        assert in_child(prepare, settings_of(url, str(base), register, payment)) == 0
        yield Ground(postgres, base, str(make_url(url).database), register, payment)


def faults_of(calm: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What a death changed. Files that were stored but not yet recorded may lie about, no more."""
    names = sorted(set(calm) - {"points", UNCLAIMED})
    faults = [
        f"{name}: {found[name]} instead of {calm[name]}"
        for name in names
        if found[name] != calm[name]
    ]
    if found[UNCLAIMED] > MOST_STORED_AT_ONCE:
        faults.append(f"{UNCLAIMED}: {found[UNCLAIMED]}")
    return faults
