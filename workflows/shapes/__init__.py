"""Work shapes: parts of processes that any service may call, such as an expert council.

A shape is a folder here: a process, its forms, their texts and `shape.yaml`, which says what the
process is given and what it gives back. A service names the shapes that it uses, in `shapes` of its
`service.yaml`. Their files become files of its pack, below `shapes/<name>/`, so they are part of its
version: a dossier keeps the shape as it was when it was begun. The pack in `gallery/` calls every
shape, and its scenarios prove them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from marshmallow import ValidationError, fields

from workflows.errors import PackBroken
from workflows.sections import Strict, Texts, texts

FOLDER = Path(__file__).parent
IN_PACK = "shapes/"
DESCRIPTION = "shape.yaml"
GALLERY = FOLDER / "gallery"
GALLERY_KEY = "work-shapes"


@dataclass(frozen=True)
class Shape:
    """What `shape.yaml` says. `needs` and `gives` tell of each variable, by its path."""

    name: Texts
    summary: Texts
    process: str
    needs: Mapping[str, Texts]
    gives: Mapping[str, Texts]


class _ShapeSchema(Strict):
    makes = Shape
    name = texts()
    summary = texts()
    process = fields.String(required=True)
    needs = fields.Dict(keys=fields.String(), values=texts(), required=True)
    gives = fields.Dict(keys=fields.String(), values=texts(), required=True)


@lru_cache
def known_shapes() -> tuple[str, ...]:
    """The names of all shapes."""
    return tuple(sorted(each.parent.name for each in FOLDER.glob(f"*/{DESCRIPTION}")))


@lru_cache
def shape_files(name: str) -> Mapping[str, bytes]:
    """The files of a shape by their path in a pack; raises PackBroken when there is no such shape."""
    if name not in known_shapes():
        known = ", ".join(known_shapes())
        fault = f"There is no shape “{name}”. There are: {known}."
        raise PackBroken(file="service.yaml", fault=fault)
    return dict(_files(FOLDER / name))


@lru_cache
def read_shape(name: str) -> Shape:
    """What a shape says of itself; raises PackBroken."""
    path = f"{IN_PACK}{name}/{DESCRIPTION}"
    text: Any = yaml.safe_load(shape_files(name)[path])
    try:
        shape: Shape = _ShapeSchema().load(text)
    except ValidationError as error:
        raise PackBroken(file=path, fault=str(error)) from error
    return shape


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield f"{IN_PACK}{path.relative_to(FOLDER).as_posix()}", path.read_bytes()
