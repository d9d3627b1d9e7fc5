"""Letters: typst templates and data become tagged PDF/A-3a documents, in confined processes.

A template finds its data with `#let data = json(bytes(sys.inputs.data))` and its files by name
(`image("qr.svg", alt: "…")`). It can read nothing else: no other file, no network, no clock.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import orjson
from flask import Flask, current_app

from core.config import Settings
from letters import qr
from letters.errors import LetterFileRefused
from letters.pool import WorkerPool

__all__ = ["Place", "init_app", "places", "pool", "qr", "render", "try_out", "use"]

_EXTENSION = "motcua.letters"
_PLACES = "<signing-place>"
_ATTACHED = (
    '\n#pdf.attach("%(name)s", read("%(name)s", encoding: none), relationship: "data", '
    'mime-type: "application/xml", description: "%(name)s")'
)
_shared_pool = WorkerPool()


@dataclass(frozen=True)
class Place:
    """Room that a letter leaves for a signature: the page (from 0), and left, lower, right and upper
    edge in points from the lower left corner of that page."""

    page: int
    box: tuple[int, int, int, int]


def init_app(app: Flask, settings: Settings) -> None:  # noqa: ARG001 (every room has the same)
    """Give the application its typesetters; they are started when the first letter is asked for."""
    app.extensions[_EXTENSION] = _shared_pool


def use(app: Flask, typesetters: WorkerPool) -> None:
    """Let an application have other typesetters than everybody's."""
    app.extensions[_EXTENSION] = typesetters


def pool() -> WorkerPool:
    """The typesetters of the current application."""
    found: WorkerPool = current_app.extensions[_EXTENSION]
    return found


def render(
    template: str,
    *,
    data: Mapping[str, Any],
    files: Mapping[str, bytes] | None = None,
    attached: Mapping[str, bytes] | None = None,
) -> bytes:
    """Typeset a letter; the same template, data and files always give the same bytes.

    `data["dated"]`, an ISO 8601 moment, becomes the document's date (the epoch when absent). The
    template must set a document title and a language: PDF/UA-1 demands them. `attached` are XML files
    that stand in the PDF for machines (PDF/A-3). Raises TemplateBroken, LetterFileRefused,
    RenderTimedOut, RendererStopped or RenderersBusy.
    """
    attached = attached or {}
    whole = template + "".join(_ATTACHED % {"name": _safe(name)} for name in attached)
    return _rendered(pool(), whole, data, {**(files or {}), **attached})


def places(
    template: str, *, data: Mapping[str, Any], files: Mapping[str, bytes] | None = None
) -> dict[str, Place]:
    """The places that a letter names: metadata labelled `<signing-place>`. Raises as `render` does.

    Each tells `name`, `page` (from 1), `x`, `y` (from the upper left corner), `width`, `height` and
    `paper`, the height of the page, all in points.
    """
    found = _rendered(pool(), template, data, files or {}, query=_PLACES)
    return {each["name"]: _place(each) for each in orjson.loads(found)}


def _place(told: Mapping[str, Any]) -> Place:
    left, upper = told["x"], told["paper"] - told["y"]
    edges = (left, upper - told["height"], left + told["width"], upper)
    left, lower, right, upper = map(round, edges)
    return Place(told["page"] - 1, (left, lower, right, upper))


def try_out(template: str, *, data: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """As `render`, for nobody: no application has to have typesetters, and none sees the letter."""
    return _rendered(_shared_pool, template, data, files)


def _rendered(
    typesetters: WorkerPool,
    template: str,
    data: Mapping[str, Any],
    files: Mapping[str, bytes],
    **more: str,
) -> bytes:
    with _folder_of(files) as root:
        return typesetters.render(
            {
                "template": template,
                "data": orjson.dumps(data, default=str, option=orjson.OPT_SORT_KEYS).decode(),
                "root": root,
                "moment": _moment(data),
                **more,
            }
        )


def _moment(data: Mapping[str, Any]) -> int:
    dated = data.get("dated")
    return int(datetime.fromisoformat(dated).timestamp()) if dated else 0


@contextmanager
def _folder_of(files: Mapping[str, bytes]) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="letter-") as root:
        for name, content in files.items():
            path = Path(root, _safe(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield root


def _safe(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        raise LetterFileRefused(name=name)
    return name
