"""Branches of a performance: copies of the process that go on from where it stands, in their own way.

What happened before a fault is come by is the same with and without it, so it is played once for all
the faults that are come by at the same step.
"""

import gc
import os
import shutil
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

import orjson

import letters
from core.database import db
from studio.scenarios import Installation

Answer = Mapping[str, str]
Deed = Callable[[], Answer]


@contextmanager
def branching(stage: Installation) -> Iterator[Callable[[Deed], Answer]]:
    """Give what plays a deed in a branch and returns its answer.

    Inside this context nothing else may touch the installation, whose files each branch finds as they
    are now. Raises ChildProcessError when a branch ends without an answer.
    """
    db.session.rollback()
    db.engine.dispose()
    files = stage.settings.data_directory
    kept = files.with_name(f"{files.name}-kept")
    shutil.copytree(files, kept)

    def branch(deed: Deed) -> Answer:
        try:
            return _in_a_copy(deed)
        finally:
            shutil.rmtree(files)
            shutil.copytree(kept, files)

    try:
        yield branch
    finally:
        shutil.rmtree(kept)


def _in_a_copy(deed: Deed) -> Answer:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(deed, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, ended = os.waitpid(child, 0)
    if ended:
        raise ChildProcessError("a branch of a performance ended without an answer")
    answer: Answer = orjson.loads(said)
    return answer


def _answer(deed: Deed, writing: int) -> NoReturn:
    """Nothing of the parent's may run at the end of a branch, nor its memory be tidied up."""
    ended = 1
    try:
        gc.disable()
        letters.pool().adopt()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(orjson.dumps(deed()))
        ended = 0
    except BaseException:  # noqa: BLE001  it is told, and nothing goes on from here
        traceback.print_exc()
    finally:
        os._exit(ended)
