"""Jobs that looked free a moment ago: to ask the table for each of them costs as much as doing it."""

import random
import time
from collections.abc import Callable, Iterator
from threading import local
from uuid import UUID

Candidate = tuple[UUID, UUID, str]
LIFE = 0.25
AT_ONCE = 8


class Prospects(local):
    """What one thread may try to claim next. A claim is a compare-and-set, so an old one does no harm.

    Of many candidates each thread takes a few neighbours anywhere among them: workers that start at
    the same place would claim in vain what the other just took.
    """

    def __init__(self) -> None:
        self._jobs: list[Candidate] = []
        self._until = 0.0

    def each(self, ask: Callable[[], list[Candidate]]) -> Iterator[Candidate]:
        """What is left of the last answer while it is fresh, then what is free now."""
        if time.monotonic() < self._until:
            yield from self._taken()
        found = ask()
        start = random.randrange(max(1, len(found) - AT_ONCE + 1))  # noqa: S311  not a secret
        self._jobs = found[start : start + AT_ONCE][::-1]
        self._until = time.monotonic() + LIFE
        yield from self._taken()

    def _taken(self) -> Iterator[Candidate]:
        while self._jobs:
            yield self._jobs.pop()
