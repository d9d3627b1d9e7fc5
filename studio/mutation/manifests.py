"""Faults in `service.yaml`: limits, periods, and which answer becomes which fact."""

import re
from collections.abc import Iterator
from itertools import pairwise

import yaml

from studio.mutation.expressions import shifted
from studio.mutation.mutants import Mutant

MANIFEST = "service.yaml"
_OWNERS = ("owner_number", "owner_name")
_UNITS = {"working-day": "calendar-day", "calendar-day": "working-day"}
_DIGITS = re.compile(r"(?<=:0)(\d)(?=d\})")
Path = tuple[str, ...]


def of_manifest(content: bytes) -> Iterator[Mutant]:
    """Every fault that is put into a manifest."""
    text = content.decode()
    scalars = dict(_scalars(yaml.compose(text, yaml.SafeLoader), ()))
    for path, node in scalars.items():
        for new in _variants(path, node.value):
            yield _mutant(text, path, [(node, new)])
    for first, second in _swaps(list(scalars)):
        one, other = scalars[first], scalars[second]
        yield _mutant(text, first, [(one, other.value), (other, one.value)])


def _scalars(node: yaml.Node | None, path: Path) -> Iterator[tuple[Path, yaml.ScalarNode]]:
    if isinstance(node, yaml.ScalarNode):
        yield path, node
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value, (*path, str(key.value)))


def _variants(path: Path, value: str) -> Iterator[str]:
    match path:
        case ("time_limit", "amount"):
            yield from (str(int(value) + 1), str(int(value) - 1))
        case ("time_limit", "unit"):
            yield _UNITS[value]
        case ("settings", "number_pattern", "value"):
            yield _DIGITS.sub(lambda found: str(int(found[1]) - 1), value)
        case ("settings", _, "value"):
            yield from shifted(value)


def _swaps(paths: list[Path]) -> Iterator[tuple[Path, Path]]:
    yield ((_OWNERS[0],), (_OWNERS[1],))
    yield from pairwise(path for path in paths if path[0] == "register_facts")


def _mutant(text: str, path: Path, changes: list[tuple[yaml.ScalarNode, str]]) -> Mutant:
    changed = text
    for node, new in sorted(changes, key=lambda change: -change[0].start_mark.index):
        begin, end = node.start_mark.index, node.end_mark.index
        changed = (
            changed[:begin]
            + yaml.dump(new, width=1000).removesuffix("...\n").strip()
            + changed[end:]
        )
    node, new = changes[0]
    name = ".".join(path)
    return Mutant(
        MANIFEST, node.start_mark.line + 1, name, "value", node.value, new, changed.encode()
    )
