"""Whether the parts of an installation do their work: each room names its parts and how to look.

A part that is down takes the site with it only where nothing works without it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import structlog
from flask import Flask, current_app
from sqlalchemy import text

from core.database import db, reading
from core.errors import N_

_EXTENSION: Final = "motcua.readiness"
NO_ANSWER: Final = N_("It does not answer (%(error)s).")

logger = structlog.get_logger(__name__)


class Level(StrEnum):
    """How a part, or the whole, is doing; degraded: at work, but somebody should look."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True)
class Finding:
    """What was seen of a part: its level, and a sentence with its parameters for the operator."""

    level: Level
    sentence: str
    params: dict[str, Any] = field(default_factory=dict)


Look = Callable[[], Finding]


@dataclass(frozen=True)
class Part:
    """Something that the site needs; `vital` when nothing at all works without it."""

    name: str
    look: Look
    vital: bool = False


@dataclass(frozen=True)
class Readiness:
    """How an application is doing: what was found of each part, by its name."""

    level: Level
    findings: dict[str, Finding]


def look_at_database() -> Finding:
    """Whether the database answers."""
    db.session.execute(text("SELECT 1"))
    return Finding(Level.OK, N_("It answers."))


@dataclass
class Parts:
    """The parts of one application: its database, and what the rooms named, in their order."""

    parts: list[Part] = field(
        default_factory=lambda: [Part("database", look_at_database, vital=True)]
    )

    def add(self, name: str, look: Look, *, vital: bool = False) -> None:
        """Name a part. A look that raises finds it down."""
        self.parts.append(Part(name, look, vital))

    def readiness(self) -> Readiness:
        """Look at every part now."""
        found = {part.name: _look(part) for part in self.parts}
        return Readiness(max(self._levels(found), key=list(Level).index, default=Level.OK), found)

    def _levels(self, found: dict[str, Finding]) -> Iterator[Level]:
        for part in self.parts:
            level = found[part.name].level
            yield Level.DEGRADED if level is Level.DOWN and not part.vital else level


def parts(app: Flask | None = None) -> Parts:
    """The parts of an application, the current one unless named."""
    found: Parts = (app or current_app).extensions.setdefault(_EXTENSION, Parts())
    return found


def _look(part: Part) -> Finding:
    try:
        with reading():
            return part.look()
    except Exception as error:  # noqa: BLE001  whatever is wrong with it, the answer must not fail
        logger.warning("part of the site is down", part=part.name, error=type(error).__name__)
        return Finding(Level.DOWN, NO_ANSWER, {"error": type(error).__name__})
