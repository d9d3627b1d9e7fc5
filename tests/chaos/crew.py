"""Worker processes that are killed, paused and replaced at random."""

import multiprocessing
import os
import signal
from contextlib import redirect_stdout
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from threading import Event

from commands.worker import work_until_stopped
from core import logs
from tests.chaos.house import LEASE, build

KILL_EVERY = (0.2, 2.0)
PAUSE_SHARE = 0.25


def work(url: str) -> None:
    """What a worker process does."""
    logs.configure("CRITICAL")
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        work_until_stopped(build(url), threads=2)


class Crew:
    """Always the same number of workers, started from a server that has imported everything once."""

    def __init__(self, url: str, count: int) -> None:
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._url = url
        self.kills = self.pauses = 0
        self.members = [self._hire() for _ in range(count)]

    def trouble(self, random: Random, over: Event) -> None:
        """Kill, or pause past the lease, one member after another until it is over."""
        while not over.wait(random.uniform(*KILL_EVERY)):
            place = random.randrange(len(self.members))
            if random.random() < PAUSE_SHARE:
                self._pause(self.members[place], over)
            else:
                self._replace(place)

    def dismiss(self) -> list[int | None]:
        """Stop all as an operator does; returns how each ended."""
        for member in self.members:
            member.terminate()
        for member in self.members:
            member.join(40)
        return [member.exitcode for member in self.members]

    def _hire(self) -> BaseProcess:
        process = self._context.Process(target=work, args=(self._url,), daemon=True)
        process.start()
        return process

    def _replace(self, place: int) -> None:
        self.members[place].kill()
        self.members[place].join()
        self.members[place] = self._hire()
        self.kills += 1

    def _pause(self, member: BaseProcess, over: Event) -> None:
        assert member.pid is not None
        os.kill(member.pid, signal.SIGSTOP)
        over.wait(LEASE * 1.5)
        os.kill(member.pid, signal.SIGCONT)
        self.pauses += 1
