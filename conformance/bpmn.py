"""Reads process models of all tools: none may stop the reader, take a second, or hide what we lack.

The models are the reference models of the BPMN Model Interchange Working Group.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from engine.bpmn.reading import elements_within, line_of, local_name, namespace_of
from engine.bpmn.table import Fate, fate_of
from engine.lint import lint

BESIDE = Path(__file__).parent.parent.parent / "shared" / "bpmn-miwg"
LONGEST = 1.0


@dataclass(frozen=True)
class Read:
    """One model: how many elements of it cannot run here, which of them nobody named, seconds."""

    name: str
    unsupported: int
    unnamed: tuple[str, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether the file was read in time and every unsupported element was named."""
        return not self.unnamed and self.seconds < LONGEST


def models_folder() -> Path | None:
    """The models' folder: named by BPMN_MIWG, or beside the project; None when there is none."""
    folder = Path(os.environ.get("BPMN_MIWG") or BESIDE)
    return folder if folder.is_dir() and any(folder.rglob("*.bpmn")) else None


def read_models(folder: Path) -> Iterator[Read]:
    """Read every model; whatever an unreadable one raises is not caught."""
    for path in sorted(folder.rglob("*.bpmn")):
        content = path.read_bytes()
        began = time.perf_counter()
        found = lint({path.name: content})
        seconds = time.perf_counter() - began
        named = {
            (finding.line, finding.params["element"])
            for finding in found
            if finding.rule == "unsupported-element"
        }
        wanted = _unsupported(content)
        unnamed = tuple(
            f"{name} (line {line})" for line, name in wanted if (line, name) not in named
        )
        yield Read(str(path.relative_to(folder)), len(wanted), unnamed, seconds)


def _unsupported(content: bytes) -> list[tuple[int, str]]:
    """Line and name of every element of a process that the element table refuses."""
    return [
        (line_of(item), local_name(item))
        for item in elements_within(etree.fromstring(content))
        if any(True for _ in item.iterancestors("{*}process"))
        and fate_of(namespace_of(item), local_name(item)).fate is Fate.REFUSED
    ]
